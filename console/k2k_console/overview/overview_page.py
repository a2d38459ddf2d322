"""The overview: what waits for a person of a company; for an operator, the companies of the network."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for
from flask_login import current_user

from k2k_console import frame, menu
from k2k_console.base import Answer, Page, expose
from k2k_console.facade_access import network
from k2k_console.formats import clock_time
from k2k_console.overview.first_steps import first_steps
from k2k_console.overview.latest_changes import latest
from k2k_console.overview.network_glance import glance
from k2k_console.overview.overview_renewal import stored_facts, tag_of, tags_of, unchanged
from k2k_console.overview.partner_list import partner_lines
from k2k_console.overview.week_margins import week_margins
from k2k_console.overview.work_list import waiting
from k2k_console.page_views.feedback import keep
from k2k_console.page_views.tokens import new_token
from k2k_console.pages.catalog.hidden_lots import hidden
from k2k_console.translations import later, text
from k2k_console.vocabulary import Toast
from k2k_core.domain.roles import COMPANY_SETUP, SEEING_COSTS, WAREHOUSE
from k2k_core.errors import NotAllowed

DOCTOR = "hidden_lots"
"""The page that says why lots are hidden."""

MOST_RULES = 7
"""So many of the rules that hide lots are shown; the page of the hidden lots has them all."""


class Overview(Page):
    """The overview, on one page."""

    blurb = later("What waits for you, first what ends first.")

    @expose("/")
    def index_view(self) -> Answer:
        """What waits for the reader, or the network for an operator; the warehouse scans or prints labels instead."""
        actor = self.actor
        if actor.operator:
            return self._shown("k2k/network_overview.html", **glance(actor))
        company = str(actor.company)
        if actor.roles == {WAREHOUSE}:
            buys = menu.BUYS in frame.sides(company)
            return redirect(url_for("scan.index_view" if buys else "awbs.index_view"))
        facts = stored_facts(company, lambda: self._of_the_company(company))
        tags = tags_of(facts)
        tag = tag_of(tags)
        return unchanged(tag, facts["checked"]) or self._shown(
            "k2k/overview.html", **facts, tags=tags, tag=tag, token=new_token()
        )

    def _shown(self, template: str, **context: Any) -> Answer:
        answer: str = self.render(template, **context)
        return answer

    def _of_the_company(self, company: str) -> dict[str, Any]:
        with network().reading_once():
            return self._facts(company)

    def _facts(self, company: str) -> dict[str, Any]:
        k2k, actor = network().as_person(), self.actor
        work = waiting(frame.work())
        partners, more = partner_lines(k2k, company)
        return {
            "work": work,
            "steps": [] if work else first_steps(network().company_id(company)),
            "partners": partners,
            "more_partners": more,
            "connections": frame.page_of("connections"),
            "doctor": self._doctor(company),
            "latest": latest(k2k, company) if actor.has(COMPANY_SETUP) else None,
            "margins": actor.has(SEEING_COSTS),
            "checked": clock_time(frame.local_now().time()),
        }

    def _doctor(self, company: str) -> str:
        """The address of the hidden lots, for those whose company buys and who may look at them."""
        return frame.page_of(DOCTOR) if menu.BUYS in frame.sides(company) else ""

    @expose("/seen/")
    def seen_view(self) -> Answer:
        """What a customer sees and which rules hide the rest, as a part of the page that is fetched after it."""
        if self.actor.operator or not frame.page_of(DOCTOR):
            menu.refuse(self.actor, name=DOCTOR)
        with network().reading_once():
            found = hidden(network().as_person(), str(current_user.actor.company), {})
        return render_template("k2k/parts/seen.html", seen=found, most=MOST_RULES)

    @expose("/margin/")
    def margin_view(self) -> Answer:
        """The margin of the last weeks, as a part of the page that is fetched after it; without a script as a page."""
        company = self.actor.company
        if company is None or not self.actor.has(SEEING_COSTS):
            raise NotAllowed(text("Only those who see costs see margins."))
        with network().reading_once():
            margins = week_margins(network().as_person().margin_by_week(company))
        template = "k2k/parts/margin.html" if "HX-Request" in request.headers else "k2k/margin.html"
        return self._shown(template, margins=margins)

    @expose("/undo/", methods=("POST",))
    def undo_view(self) -> Answer:
        """Undo a change of the company, by its entry in the audit: the facade says whether it can be done."""
        if self.actor.company is None:
            raise NotAllowed(text("Only people of a company undo its changes."))
        entry = request.form.get("entry", type=int) or 0
        network().as_person().undo(self.actor.company, entry, key=request.form.get("key") or None)
        keep(Toast(text("Undone.")))
        return redirect(url_for(".index_view"), 303)
