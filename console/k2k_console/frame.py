"""What stands around every page: whose page it is, the menu, the counts of what waits, and the clock with the next
cut-off that matters.

What takes queries is stored for a moment in the process, by company: pages are made without waiting for it, and a
fragment brings it when it is not there yet.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar, cast
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Blueprint, Flask, current_app, g, redirect, render_template, request, session, url_for
from flask_login import current_user, login_required
from peewee import JOIN, SQL, fn
from werkzeug.wrappers import Response

from k2k_console import menu
from k2k_console.accounts.login import local_target
from k2k_console.appearance import appearance
from k2k_console.facade_access import network
from k2k_console.formats import city, clock_time, day, moment, of_the_reader
from k2k_console.translations import text
from k2k_core.domain.local_time import when as moment_of
from k2k_core.domain.parties import NO_SHIPPING, weekday
from k2k_core.errors import K2KError, NotAllowed, StoreUnavailable
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Company, Connection, Setting

if TYPE_CHECKING:
    from k2k_core.domain.settings import CompanySettings

T = TypeVar("T")
EXTENSION = "k2k_frames"
CHOSEN = "company"
"""The key of a session under which an operator's chosen company stands."""

SECONDS = 30
SOON = dt.timedelta(hours=1)
CUT_OFFS = "cut_offs"
UTC = "UTC"

_FIRM = (Company.code, Company.name, Company.timezone, Company.currency)
_SIDES: dict[str, Any] = {menu.SELLS: Connection.vendor_id, menu.BUYS: Connection.buyer_id}
"""Half of the trade → the column of a connection where a company stands that is in it."""


@dataclass(frozen=True)
class Firm:
    """A company as the frame names it."""

    code: str
    name: str
    timezone: str
    currency: str


@dataclass
class Stored:
    """What was found of a company at `at`, by the process's clock."""

    at: float
    value: Any


@dataclass(frozen=True)
class CutOff:
    """The next minute until which a company takes orders. `partner` is empty for the reader's own company."""

    at: dt.datetime
    timezone: str
    partner: str = ""


@dataclass
class Frames:
    """What was found lately, by company and what it is."""

    stored: dict[tuple[str, ...], Stored] = field(default_factory=dict)

    def get(self, key: tuple[str, ...]) -> Any:
        """What was found, unless it is too old; else None."""
        found = self.stored.get(key)
        return found.value if found is not None and time.monotonic() - found.at < SECONDS else None

    def put(self, key: tuple[str, ...], value: Any) -> Any:
        """Store what was found."""
        self.stored[key] = Stored(time.monotonic(), value)
        return value

    def drop_one(self, key: tuple[str, ...]) -> None:
        """Forget one thing that was found."""
        self.stored.pop(key, None)

    def drop(self, company: str) -> None:
        """Forget what was found of a company."""
        for key in [key for key in list(self.stored) if key[0] == company]:
            self.stored.pop(key, None)


def lately(company: str, what: str, find: Callable[[], T]) -> T:
    """What was found of a company a moment ago, or is found now: for what pages offer for choice, and what does not
    change by the minute."""
    key = (company, what)
    known: tuple[T] | None = frames().get(key)
    found: tuple[T] = frames().put(key, (find(),)) if known is None else known
    return found[0]


def frames() -> Frames:
    """Those of the running application."""
    found: Frames = current_app.extensions[EXTENSION]
    return found


def now() -> dt.datetime:
    """The network's current time."""
    return network().k2k.context.clock()


def firm() -> Firm | None:
    """The company whose page this is: the reader's own, or the one that an operator chose."""
    if not current_user.is_authenticated:
        return None
    if "firm" not in g:
        code = chosen_company() if current_user.actor.operator else current_user.actor.company
        g.firm = _firm(code) if code else None
    found: Firm | None = g.firm
    return found


def firm_of(code: str) -> Firm | None:
    """A company by its code, such as a partner whose time zone is shown."""
    return _firm(code)


def chosen_company() -> str:
    """The code of the company that an operator chose to look into; empty for all of them."""
    return str(session.get(CHOSEN, ""))


def _firm(code: str) -> Firm | None:
    """A company; the halves of the trade that its connections are of are found with it."""
    key = (code, "firm")
    known: Firm | None = frames().get(key)
    if known is not None:
        return known
    connected = [fn.EXISTS(Connection.select(SQL("1")).where(own == Company.id)) for own in _SIDES.values()]
    query = Company.select(*_FIRM, *connected).where(Company.code == code)
    with network().reading() as reading:
        found = reading.first(query)
    if found is None:
        return None
    halves = {half for half, is_there in zip(_SIDES, found[len(_FIRM) :], strict=True) if is_there}
    frames().put((code, "sides"), frozenset(halves or _SIDES))
    return cast(Firm, frames().put(key, Firm(*found[: len(_FIRM)])))


def _firms(reading: Session) -> list[Firm]:
    return [Firm(*row) for row in reading.rows(Company.select(*_FIRM).order_by(Company.name, Company.code))]


def timezone() -> str:
    """The time zone in which moments are shown to the reader: their company's."""
    found = firm()
    return found.timezone if found is not None else UTC


def local_moment(value: dt.datetime | str | None) -> str:
    """A moment in the time zone of the reader's company, with its city."""
    return moment(value, timezone(), now())


def local_day(value: dt.date | str | None) -> str:
    """A day, with its year when that is not the present one of the reader's company."""
    return day(value, today())


def local_now() -> dt.datetime:
    """The present moment at the reader's company."""
    return now().astimezone(ZoneInfo(timezone()))


def today() -> dt.date:
    """The day that it is at the reader's company."""
    return local_now().date()


# The menu and its counts


def sides(company: str) -> frozenset[str]:
    """The halves of the trade that a company's connections are of; without any, both."""
    if frames().get((company, "sides")) is None:
        frames().drop_one((company, "firm"))
        _firm(company)
    return cast("frozenset[str]", frames().get((company, "sides")) or frozenset(_SIDES))


def groups() -> list[tuple[str, list[menu.Entry]]]:
    """The reader's menu. Without a database, as on the page that says so, it has both halves of the trade."""
    if "k2k_menu" not in g:  # a page has it twice: at its side and on a phone
        g.k2k_menu = _groups()
    return cast(list[tuple[str, list[menu.Entry]]], g.k2k_menu)


def _groups() -> list[tuple[str, list[menu.Entry]]]:
    halves = frozenset[str]()
    try:
        found = firm()
        halves = sides(found.code) if found is not None else halves
    except StoreUnavailable:
        current_app.logger.warning("the menu is shown without knowing what the company does")
    return menu.menu_of(current_user.actor, halves)


def page_of(name: str) -> str:
    """The address of a page of the menu; empty where it is not for the reader."""
    item = menu.item(name)
    return menu.address_of(name) if item is not None and menu.may_look(current_user.actor, item) else ""


def field_of(name: str, field: str, search: str = "") -> str:
    """The address of a field on a page of the menu, where its list shows what `search` finds; empty where the page is
    not for the reader."""
    page = page_of(name)
    found = f"?{urlencode({'q': search})}" if search else ""
    return f"{page}{found}{'#' if field else ''}{field}" if page else ""


def record_of(name: str, key: object) -> str:
    """The address of a record on a page of the menu; empty where the page is not for the reader."""
    return url_for(f"{name}.record_view", key=key) if page_of(name) else ""


def counts() -> Mapping[str, int] | None:
    """How much waits for the reader, by page; None when that is not known yet."""
    found = firm()
    if found is None or current_user.actor.operator:
        return {}
    known = frames().get(_counts_key(found.code))
    return None if known is None else _by_page(known)


def work() -> list[Any]:
    """What waits for the reader, as it is now."""
    found = firm()
    if found is None:
        return []
    return list(frames().put(_counts_key(found.code), network().as_person().work(found.code)))


def _find_counts() -> None:
    """Of what waits for the reader what their menu counts."""
    found = firm()
    kinds = sorted({kind for _, entries in groups() for entry in entries for kind in entry.item.counts})
    if found is not None:
        frames().put(_counts_key(found.code), network().as_person().work(found.code, kinds) if kinds else [])


def _counts_key(company: str) -> tuple[str, ...]:
    return (company, "work", *sorted(current_user.actor.roles))


def _by_page(waiting: list[Any]) -> dict[str, int]:
    by_kind = {item["kind"]: item["count"] for item in waiting}
    found = {item.name: sum(by_kind.get(kind, 0) for kind in item.counts) for item in menu.items()}
    return {name: count for name, count in found.items() if count}


# The clock


def clock() -> dict[str, Any]:
    """The present moment at the reader's company, and what is known of the next cut-off (`known`: whether it was looked
    for a moment ago)."""
    local = local_now()
    found = firm()
    known = frames().get((found.code, "cut_off")) if found is not None else None
    return {
        "now": f"{local_day(local.date())}, {clock_time(local.time())}",
        "city": city(timezone()),
        "cut_off": _said(known[0]) if known and known[0] else "",
        "known": known is not None,
    }


def find_cut_off(company: str) -> CutOff | None:
    """The next cut-off that matters to a company: its own as a vendor, or that of a vendor whom it buys from."""
    layers = network().k2k.context.settings
    with network().reading() as reading, reading.of_whole_network():  # a setting of its vendors that a buyer may know
        vendors = reading.rows(_cut_offs_of_vendors(company))
    found = [
        CutOff(at, zone, "" if code == company else code)
        for code, zone, own in vendors
        if (at := _next_cut_off(layers.company(code, {} if own is None else {CUT_OFFS: own}), zone)) is not None
    ]
    first = min(found, key=lambda one: one.at, default=None)
    frames().put((company, "cut_off"), (first,))
    return first


def own_cut_off() -> str:
    """The company's own next cut-off, in a sentence; empty without one."""
    found = firm()
    if found is None:
        return ""
    with network().reading() as reading:
        company_id = reading.value(Company.select(Company.id).where(Company.code == found.code))
        settings = network().settings_of(reading, {company_id: found.code})[company_id]
    at = _next_cut_off(settings, timezone())
    if at is None:
        return ""
    when = clock_time(at.time()) if at.date() == today() else f"{local_day(at.date())}, {clock_time(at.time())}"
    return text("The next cut-off is %(when)s.", when=when)


def _cut_offs_of_vendors(company: str) -> Any:
    """The vendors of a company's active connections, itself where it is one, with the cut-offs that they have set."""
    buyer = Company.alias("buyer")
    own = (Setting.company_id == Company.id) & (Setting.name == CUT_OFFS)
    concerned = (Company.code == company) | (buyer.code == company)
    active = Connection.select(Connection.vendor_id).join(buyer, on=(buyer.id == Connection.buyer_id))
    active = active.switch(Connection).join(Company, on=(Company.id == Connection.vendor_id))
    active = active.where(Connection.state == "active", concerned)
    query = Company.select(Company.code, Company.timezone, Setting.value)
    return query.join(Setting, JOIN.LEFT_OUTER, on=own).where(Company.id.in_(active))


def _next_cut_off(settings: CompanySettings, zone: str) -> dt.datetime | None:
    local = now().astimezone(ZoneInfo(zone))
    for ahead in range(8):
        on = local.date() + dt.timedelta(days=ahead)
        minute = settings.cut_offs.get(weekday(on))
        if minute and minute != NO_SHIPPING:
            at = moment_of(on, minute, zone)
            if at > now():
                return at.astimezone(ZoneInfo(zone))
    return None


def _said(found: CutOff) -> str:
    """The next cut-off in words: how long it is while that matters, else when it is, a partner's in both zones."""
    own = found.at.astimezone(ZoneInfo(timezone()))
    left = found.at - now()
    when = clock_time(own.time()) if own.date() == today() else f"{local_day(own.date())}, {clock_time(own.time())}"
    if found.partner and left < SOON:
        return text(
            "%(vendor)s takes orders for %(minutes)d more {minutes:minute|minutes}",
            vendor=found.partner,
            minutes=_minutes(left),
        )
    if found.partner:
        there = found.at.astimezone(ZoneInfo(found.timezone))
        both = when if there.time() == own.time() else f"{when}, {clock_time(there.time())} {city(found.timezone)}"
        return text("%(vendor)s takes orders until %(when)s", vendor=found.partner, when=both)
    if own.date() == today():
        return text("Cut-off today %(when)s, in %(left)s", when=when, left=_duration(left))
    return text("Next cut-off %(when)s", when=when)


def _minutes(left: dt.timedelta) -> int:
    return int(left.total_seconds() // 60)


def _duration(left: dt.timedelta) -> str:
    hours, minutes = divmod(_minutes(left), 60)
    return f"{hours} h {minutes:02} min" if hours else f"{minutes} min"


def initials(name: str) -> str:
    """The first letters of a person's first and last name."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def _renewed() -> str:
    """The counts and the clock as a fragment, which replaces those of the page."""
    found = firm()
    if found is not None and not current_user.actor.operator:
        with network().reading_once():
            find_cut_off(found.code)
            _attempt(_find_counts)
    return render_template("k2k/frame_renewed.html")


def _attempt(find: Callable[[], object]) -> None:
    """A count that cannot be found now is shown by the next page; the frame itself never fails a page."""
    try:
        find()
    except K2KError:
        current_app.logger.warning("the counts of the menu could not be found", exc_info=True)


def _choose_company() -> Response | str:
    if not current_user.actor.operator:
        raise NotAllowed(text("Only an operator of the network looks into other companies."))
    if request.method != "POST":
        return render_template("k2k/choose_company.html", companies=companies())
    wanted = request.form.get("company", "")
    with network().reading() as reading:
        known = {one.code for one in _firms(reading)}
    if wanted in known:
        session[CHOSEN] = wanted
    else:
        session.pop(CHOSEN, None)
    return redirect(local_target(request.form.get("next")))


def companies() -> list[Firm]:
    """The companies that an operator can look into."""
    with network().reading() as reading:
        return _firms(reading)


def init_frame(app: Flask) -> None:
    """Give an application's templates the frame, and its routes."""
    app.extensions[EXTENSION] = Frames()
    blueprint = Blueprint("frame", __name__)
    blueprint.add_url_rule("/frame/", "renewed", login_required(_renewed))
    blueprint.add_url_rule("/company/", "choose", login_required(_choose_company), methods=["GET", "POST"])
    app.register_blueprint(blueprint)
    app.jinja_env.globals.update(
        appearance=appearance,
        frame_clock=clock,
        frame_counts=counts,
        frame_firm=firm,
        frame_groups=groups,
        initials=initials,
        page_of=page_of,
        record_of=record_of,
    )
    app.jinja_env.filters.update(moment=of_the_reader(local_moment), day=of_the_reader(local_day))

    def forget_after_a_change(response: Response) -> Response:
        quiet = request.blueprint in ("people", "me") or "K2K-Background" in request.headers
        if request.method == "POST" and response.status_code < 400 and current_user.is_authenticated and not quiet:
            found = firm()
            if found is not None:
                frames().drop(found.code)
        return response

    app.after_request(forget_after_a_change)
