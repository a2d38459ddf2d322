"""Use case: fill the empty price A of open-market lots from landed cost and GPM of the company (pricing section 4).

A suggested price is stored like one that a person has typed: audited for each lot, and undone by its entry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from k2k_core.domain import parsing
from k2k_core.domain.answers.findings import SetupFinding
from k2k_core.domain.answers.setup import PricesSuggested, SuggestedPrice
from k2k_core.domain.costs import at_margin
from k2k_core.domain.items import OPEN_MARKET_BOXES, Lot
from k2k_core.domain.missing_records import missing
from k2k_core.domain.money import Exact, minor_scale, minor_to_micros, money
from k2k_core.domain.parties import Company
from k2k_core.domain.roles import PRICES
from k2k_core.errors import Conflict, K2KError
from k2k_core.schemas.record import record_fault, refuse, require_row_count
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.inventory.lots import OwnLots
from k2k_core.services.pricing.pricer import Pricer, Sale
from k2k_core.services.setup.changes import planned
from k2k_core.services.setup.checked_writes import AS_USUAL, NONE, WriteOptions, written
from k2k_core.services.sharing.offer_prices import NOBODY
from k2k_core.store.database.session import Session
from k2k_core.store.inventory.lots import lot_rows
from k2k_core.store.master_data.records import hold_named

SUGGESTED, REFUSED = "suggested", "refused"


def suggest_prices(
    context: ServiceContext,
    company: str,
    lots: Sequence[str],
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
    shown: Mapping[str, Any] | None = None,
) -> PricesSuggested:
    """Fill the empty price A of up to 1,000 lots in one transaction, with an outcome for each: landed cost via
    warehouse ÷ (1 − GPM / 100), rounded up to the currency's decimals whatever the company's `rounding` is.

    A refused lot changes nothing and does not affect the others; refused is too whose price would be another than was
    `shown`. Prices of lots affect no check of the set-up.
    """
    context.actor.require(PRICES, company)
    asked = {"lots": lots} if shown is None else {"lots": lots, "shown": dict(shown)}
    command = IdempotentCommand(context, company, "suggest_prices", key, asked)
    answered: PricesSuggested | None = command.replayed()
    if answered is not None:
        return answered
    require_row_count(lots, "lots")
    faults = [record_fault(f"lots[{place}]", "is missing") for place, lot in enumerate(lots) if not lot]
    refuse(faults, "The rows are not valid: {first}")
    codes = list(dict.fromkeys(lot.removeprefix(f"{company}/") for lot in lots))
    seen = {
        str(lot).removeprefix(f"{company}/"): parsing.argument("shown", parsing.positive, price)
        for lot, price in (shown or {}).items()
    }

    def combine(results: list[SuggestedPrice], found: list[SetupFinding]) -> PricesSuggested:
        return _answer(results, found, options)

    return written(command, company, _planned(context, company, codes, seen), combine, NONE, options)


def _planned(
    context: ServiceContext, company: str, codes: Sequence[str], seen: Mapping[str, int]
) -> Callable[[Session], list[SuggestedPrice]]:
    def work(session: Session) -> list[SuggestedPrice]:
        hold_named(session, company, "lots", codes)
        snapshot = context.snapshots.get(session, company)
        lots = OwnLots(session, snapshot).lots(lot_rows(session, [snapshot.id], codes))
        landed = Pricer(context, session, snapshot, Sale(NOBODY)).landed_costs(lots)
        known = {lot.ref: (lot, cost) for lot, cost in zip(lots, landed, strict=True)}
        results = []
        for code in codes:
            try:
                lot, cost = _named(known, code, company)
                price = _suggested(lot, cost, snapshot.company)
                _require_shown(code, price, seen, snapshot.company.currency)
                results.append(_filled(context, session, lot, price, company))
            except K2KError as error:
                results.append(_refused(code, error))
        return results

    return work


def _named(known: dict[str, tuple[Lot, Exact | None]], code: str, company: str) -> tuple[Lot, Exact | None]:
    if code not in known:
        raise missing("lot", code, company)
    return known[code]


def _suggested(lot: Lot, landed: Exact | None, company: Company) -> str:
    """The price A that is suggested for a lot; raises `Conflict` with the `reason` why there is none."""
    gpm = company.settings.gpm
    if lot.inventory_type != OPEN_MARKET_BOXES:
        raise Conflict("Lot {lot} has no price A: it is not of the open market.", lot=lot.ref, reason="not_open_market")
    if lot.price_a is not None:
        price = money(lot.price_a, company.currency)
        raise Conflict("Lot {lot} has a price A: {price}.", lot=lot.ref, price=price, reason="has_price")
    if gpm is None:
        raise Conflict("{company} has no GPM to suggest a price with.", company=company.code, reason="no_gpm")
    if landed is None:
        raise Conflict("Lot {lot} has no landed cost.", lot=lot.ref, reason="no_landed_cost")
    price_in_minor = at_margin(landed, gpm).rounded_up(minor_scale(company.currency))
    if price_in_minor <= 0:
        raise Conflict("The landed cost of lot {lot} gives no price above zero.", lot=lot.ref, reason="not_positive")
    return money(minor_to_micros(price_in_minor, company.currency), company.currency)


def _require_shown(lot: str, price: str, seen: Mapping[str, int], currency: str) -> None:
    """Raises `Conflict` when a price is not the one that was shown."""
    if lot in seen and seen[lot] != parsing.positive(price):
        raise Conflict(
            "The price of lot {lot} would be {price} by now, not {shown}.",
            lot=lot,
            price=price,
            shown=money(seen[lot], currency),
            reason="moved",
        )


def _filled(context: ServiceContext, session: Session, lot: Lot, price: str, company: str) -> SuggestedPrice:
    changed = planned(context, company, lot=lot.ref, values={"price_a": price})(session)
    return {
        "lot": lot.ref,
        "outcome": SUGGESTED,
        "before": None,
        "after": price,
        "version": changed["version"],
        "audit": changed["audit"],
        "undoable": changed["undoable"],
    }


def _refused(code: str, error: K2KError) -> SuggestedPrice:
    return {"lot": code, "outcome": REFUSED, "error": error.as_dict()}


def _answer(results: list[SuggestedPrice], found: list[SetupFinding], options: WriteOptions) -> PricesSuggested:
    """The outcomes with their counts; those of a dry run cannot be undone."""
    outcomes = [result["outcome"] for result in results]
    answer: PricesSuggested = {
        "results": results,
        "counts": {"suggested": outcomes.count(SUGGESTED), "refused": outcomes.count(REFUSED)},
        "findings": found,
    }
    if options.dry_run:
        kept: Any = [{k: v for k, v in one.items() if k not in ("audit", "undoable")} for one in results]
        answer = {**answer, "results": kept, "dry_run": True}
    return answer
