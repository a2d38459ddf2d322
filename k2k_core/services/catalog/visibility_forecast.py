"""Forecasts from which day time alone shows or hides a lot (domain section 3).

Nothing is derived from the rules, which may be a plugin's: they are evaluated again, on the same snapshot, at each
moment at which one of their answers can change. So ages, cut-offs, seasons and daylight saving time need no code of
their own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from zoneinfo import ZoneInfo

from k2k_core.domain.dates import BEFORE_EARLIEST, CUT_OFF_PASSED
from k2k_core.domain.sharing import Denial
from k2k_core.services.catalog.assortment import Assortment
from k2k_core.services.company_snapshot import SnapshotCache
from k2k_core.services.pricing.pricer import Sale
from k2k_core.services.sharing.shared_inventory import LotSelection

COMES_BY_ITSELF = frozenset(("no_price",))
"""Denials that a season may end, though no rule can name the day."""

TOO_LATE = frozenset((BEFORE_EARLIEST, CUT_OFF_PASSED))
"""Denials that the passing of time causes for a ship date, not for a lot: a later ship date cures them."""

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class VisibilityChange:
    """The day on which time alone shows a hidden lot, or hides a visible one. `by` are the rules that then hide it for
    the ship date of the query: for a lot that becomes visible, those for which that date is too early."""

    day: dt.date
    by: tuple[str, ...] = ()


class VisibilityForecast:
    """Evaluates an assortment at later moments, until its ship date and every day named by a rule are past."""

    def __init__(self, assortment: Assortment) -> None:
        self._assortment = assortment
        self._now = assortment.session.now
        # A cache of its own: what is computed for other days is not cached beside what counts today.
        self._context = replace(assortment.context, snapshots=SnapshotCache(assortment.context.settings))

    def changes(self, judged: Mapping[str, Sequence[Denial]], seen_too: bool = True) -> dict[str, VisibilityChange]:
        """The next change of each lot that has one. `judged` are the denials of today; with `seen_too` visible lots are
        included."""
        waiting = {ref: self._not_before(ref, denials) for ref, denials in judged.items() if _may_come(denials)}
        seen = [ref for ref, denials in judged.items() if not denials] if seen_too else []
        waiting |= dict.fromkeys(seen, self._now)
        found: dict[str, VisibilityChange] = {}
        while waiting:
            moment = min(waiting.values())
            due = [ref for ref, when in waiting.items() if when <= moment]
            denials, until = self._denials_at(due, moment)
            for ref in due:
                del waiting[ref]
                if _has_changed(judged[ref], denials[ref]):
                    found[ref] = VisibilityChange(
                        self._day(ref, moment), tuple(sorted({one.code for one in denials[ref]}))
                    )
                elif until < self._over(ref, judged[ref]) and (not judged[ref] or _may_come(_standing(denials[ref]))):
                    waiting[ref] = until
        return found

    def _denials_at(self, refs: Iterable[str], moment: dt.datetime) -> tuple[dict[str, list[Denial]], dt.datetime]:
        """The denials of lots at a moment, and until when they are valid."""
        known, asked = self._assortment, list(refs)
        with known.session.at(moment) as at:
            buyer = self._context.snapshots.get(known.session, known.buyer.code)
            whom = buyer.customer(known.session, known.customer.code)
            sale = Sale(whom, known.ship_via, ship_date=known.ship_date)
            assortment = Assortment(self._context, known.session, buyer, sale, LotSelection(asked))
            articles = [assortment.articles[ref] for ref in asked]
            return dict(zip(asked, assortment.denials(articles), strict=True)), at.holds_until

    def _not_before(self, ref: str, denials: Sequence[Denial]) -> dt.datetime:
        """The moment before which a lot is certainly hidden, by the day that a rule has named."""
        days = [denial.cured_on for denial in denials if denial.cured_on is not None]
        return max((self._begins(ref, day) for day in days), default=self._now)

    def _over(self, ref: str, denials: Sequence[Denial]) -> dt.datetime:
        """The moment at which the search ends: the ship date and every named day are past."""
        gone = dt.datetime.combine(self._assortment.ship_date, dt.time(), dt.UTC)
        return max(gone, self._not_before(ref, denials)) + 2 * _DAY

    def _begins(self, ref: str, day: dt.date) -> dt.datetime:
        return min(dt.datetime.combine(day, dt.time(), zone).astimezone(dt.UTC) for zone in self._zones(ref))

    def _day(self, ref: str, moment: dt.datetime) -> dt.date:
        """The day of a moment in the later of the two time zones."""
        return max(moment.astimezone(zone).date() for zone in self._zones(ref))

    def _zones(self, ref: str) -> list[ZoneInfo]:
        partner = self._assortment.articles[ref].partner
        owners = [self._assortment.buyer, *([partner.vendor] if partner else [])]
        return [ZoneInfo(owner.company.timezone) for owner in owners]


def _may_come(denials: Sequence[Denial]) -> bool:
    """Whether time alone may end every denial."""
    return bool(denials) and all(one.cured_on is not None or one.code in COMES_BY_ITSELF for one in denials)


def _standing(denials: Sequence[Denial]) -> list[Denial]:
    """The denials of a lot that do not depend on the ship date."""
    return [denial for denial in denials if denial.code not in TOO_LATE]


def _has_changed(before: Sequence[Denial], now: Sequence[Denial]) -> bool:
    """Whether a hidden lot has become visible, or a visible one hidden."""
    return not _standing(now) if before else bool(now)
