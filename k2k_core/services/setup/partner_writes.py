"""Use cases: terms of connections, mappings, and settings of plugins, with a dry run and with the findings that they
cause.

Of terms `hide_vendor` makes texts findings that name the vendor. No check depends on mappings: their findings are none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from k2k_core.domain.answers.administration import PluginSettings, PluginSettingsChanged
from k2k_core.domain.answers.connections import (
    CodeMapped,
    CodeMapping,
    Connection,
    Offer,
    OfferMapped,
    OffersMapped,
    TermsChanged,
)
from k2k_core.domain.parsing import UNCHANGED
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.services.administration import secret_settings
from k2k_core.services.administration.plugins import accepted_entry, planned_settings
from k2k_core.services.connections.connections import AskedTerms, Parties, planned_terms
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.mapping.code_mapping import PlannedCode
from k2k_core.services.mapping.offer_rows import planned_offers
from k2k_core.services.mapping.product_mapping import OfferChange, offer, planned_offer
from k2k_core.services.setup.checked_writes import (
    ALL,
    AS_USUAL,
    NONE,
    Combine,
    WriteOptions,
    with_findings,
    written,
)
from k2k_core.services.setup.hidden_vendor_names import Checked, checking_names, with_names
from k2k_core.services.setup.typed_prices import checking_typed


def change_terms(
    context: ServiceContext,
    parties: Parties,
    asked: AskedTerms,
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> TermsChanged:
    """Change terms of a connection; returns the connection."""
    planned = planned_terms(context, parties, asked)
    command = IdempotentCommand(context, parties.by, "change_terms", key, planned.request)
    combine: Combine[Connection, TermsChanged] = with_findings(options)
    answered = None if options.dry_run else command.replayed()
    if answered is not None:
        return combine(answered, answered.get("findings", []))
    work = checking_names(parties.by, planned.work)
    return written(command, parties.by, work, with_names(combine), NONE, options)


def map_offer(
    context: ServiceContext,
    buyer: str,
    lot: str,
    change: OfferChange,
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> OfferMapped:
    """Map an offer, price it, confirm it or not; returns the offer."""
    planned = planned_offer(context, buyer, lot, change)
    command = IdempotentCommand(context, buyer, "map", key, planned.request)
    combine: Combine[Offer, OfferMapped] = with_findings(options)
    answered = None if options.dry_run else command.replayed()
    if answered is not None:
        # Keys of older versions have the lot alone.
        return combine(offer(context, buyer, lot) if isinstance(answered, str) else answered, [])
    priced = [lot] if change.va_price is not UNCHANGED and change.va_price is not None else []
    work = checking_typed(context, buyer, priced, lambda session: Checked(planned.work(session), []))
    return written(command, buyer, work, with_names(combine), NONE, options)


def map_offers(
    context: ServiceContext,
    buyer: str,
    rows: Sequence[Mapping[str, Any]],
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> OffersMapped:
    """Change up to 1,000 offers: a refused row changes nothing and does not affect the others."""
    work = planned_offers(context, buyer, rows)
    command = IdempotentCommand(context, buyer, "map_rows", key, {"rows": rows})
    combine: Combine[OffersMapped, OffersMapped] = with_findings(options)
    answered = None if options.dry_run else command.replayed()
    if answered is not None:
        return combine(answered, answered.get("findings", []))
    priced = {str(row["lot"]) for row in rows if row.get("lot") and row.get("va_price") is not None}
    checked = checking_typed(context, buyer, priced, lambda session: Checked(work(session), []))
    return written(command, buyer, checked, with_names(combine), NONE, options)


def map_code(
    context: ServiceContext, buyer: str, planned: PlannedCode, key: str | None = None, options: WriteOptions = AS_USUAL
) -> CodeMapped:
    """Map a code of a vendor to one of the buyer's. An unknown box type may have been the last open requirement of the
    connection: it then becomes active."""
    command = IdempotentCommand(context, buyer, f"map_{planned.kind}", key, planned.request)
    combine: Combine[CodeMapping, CodeMapped] = with_findings(options)
    if not options.dry_run and command.replayed() is not None:
        return combine(planned.mapped, [])
    return written(command, buyer, planned.work, combine, NONE, options)


def set_plugin(
    context: ServiceContext,
    company: str,
    plugin: str,
    settings: Mapping[str, Any],
    key: str | None = None,
    options: WriteOptions = AS_USUAL,
) -> PluginSettingsChanged:
    """Replace a company's own settings of a plugin, which are tried before they are stored.

    Raises `NotFound` for a plugin that is not installed, `Invalid` for settings that it does not accept.
    """
    context.actor.require(COMPANY_SETUP, company)
    settings = secret_settings.given(context, company, plugin, settings)
    planned = planned_settings(context, company, plugin, settings)
    command = IdempotentCommand(context, company, "set_plugin", key, planned.request)
    combine: Combine[PluginSettings, PluginSettingsChanged] = with_findings(options)
    answered = None if options.dry_run else command.replayed()
    if answered is not None:
        return combine(answered, answered.get("findings", []))
    entry = accepted_entry(context, company, plugin, settings)
    return written(command, company, lambda session: planned.work(session, entry), combine, ALL, options)
