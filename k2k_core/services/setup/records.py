"""Puts companies and what they have into the network: a whole file at once, a company, or a collection's records.

What comes in is read first and refused with every fault at once; what is written is written whole or not at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from k2k_core.domain.answers.setup import Company, RecordsPut
from k2k_core.domain.roles import COMPANY_SETUP, PEOPLE, PRICES, PURCHASING, STOCK
from k2k_core.errors import Conflict, Fault, Invalid, NotFound
from k2k_core.schemas.crosschecks import company_faults, network_faults
from k2k_core.schemas.network import COLLECTIONS, read_rows
from k2k_core.schemas.network import read_company as read_company_alone
from k2k_core.schemas.network import read_network as read_network_alone
from k2k_core.schemas.record import refuse
from k2k_core.services.connections import connections
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit, emit_offers_changed, emit_setup_changed
from k2k_core.services.setup import consistency, ship_via_choices
from k2k_core.services.setup.ship_via_choices import ship_via_faults
from k2k_core.settings.catalogue import read_own
from k2k_core.store.database.session import Session
from k2k_core.store.events.feeds import begin_at_end, last_place
from k2k_core.store.fields import Json
from k2k_core.store.inventory import lot_records
from k2k_core.store.master_data import companies
from k2k_core.store.master_data import connections as connected
from k2k_core.store.master_data.records import RECORD_TABLES, Records, Values

ACTIONS: Mapping[str, str] = {"users": PEOPLE, "price_lists": PRICES, "lots": STOCK, "products": PURCHASING}
"""Collection → the action that writing it is; every other one is part of the company's set-up."""

_COMPANY = ("code", "name", "currency", "timezone", "locale")


def read_network(data: object, known_companies: Sequence[str] = ()) -> tuple[Values, list[Fault]]:
    """Companies and connections of a file as they can be loaded, and every fault with its path.

    `known_companies` are those that the network has already.
    """
    network, faults = read_network_alone(data)
    network = network if isinstance(network, dict) else {}
    for number, company in enumerate(network.get("companies", ())):
        path = f"companies[{number}]"
        faults += _read_settings(company, f"{path}.settings")
        faults += [{**each, "path": f"{path}.{each['path']}"} for each in consistency.file_faults(company)]
    return network, faults + network_faults(network, known_companies)


def load(context: ServiceContext, network: Mapping[str, Any], key: str | None = None) -> None:
    """Read a network and write it: all of it or nothing. Raises `Invalid` with every fault and its path, `Conflict`
    for a company that exists."""
    command = IdempotentCommand(context, None, "load", key, {"network": network})
    if command.replayed() is not None:
        return
    with context.store.reading() as session:
        known = [company.code for company in context.snapshots.all(session).values()]
    loaded, faults = read_network(network, known)
    if faults:
        raise Invalid("The network has faults: nothing was loaded.", faults)
    load_network(context, loaded, command)


def load_network(context: ServiceContext, network: Mapping[str, Any], command: IdempotentCommand | None = None) -> None:
    """Write the companies and connections of a network that `read_network` has read without faults.

    `Conflict` when a company of that code is there already; then nothing is written.
    """
    strange = []
    for number, company in enumerate(network["companies"]):
        context.actor.require(COMPANY_SETUP, company["code"])
        found = ship_via_choices.faults_of_new(context, company)
        strange += [{**each, "path": f"companies[{number}].{each['path']}"} for each in found]
    refuse(strange, "The network")

    def work(session: Session) -> bool:
        _load(session, network)
        return True

    command.transact(work) if command is not None else context.store.transact(work)


def add_company(context: ServiceContext, company: object, key: str | None = None) -> Company:
    """Add one company, with whatever collections it comes with; answers its code, name, currency, zone and language.

    Raises `Invalid` with every fault, `Conflict` when the code is taken.
    """
    loaded, faults = read_company_alone(company)
    loaded = loaded if isinstance(loaded, dict) else {}
    faults += _read_settings(loaded, "settings")
    faults += consistency.file_faults(loaded)
    context.actor.require(COMPANY_SETUP, str(loaded.get("code", "")))
    command = IdempotentCommand(context, None, "add_company", key, {"company": company})
    answered: Company | None = command.replayed()
    if answered is not None:
        return answered
    faults += [] if faults else ship_via_choices.faults_of_new(context, loaded)

    def work(session: Session) -> Company:
        known = {"companies": {*companies.codes(session), str(loaded.get("code"))}}
        refuse(faults + company_faults(loaded, known), "The company")
        company_id = _add(session, loaded)
        audit(
            session,
            context.actor,
            company_id,
            "company.added",
            loaded["code"],
            Change(after={name: loaded[name] for name in _COMPANY}),
        )
        return _shown(loaded)

    return command.transact(work)


def put(context: ServiceContext, company: str, collection: str, rows: object, key: str | None = None) -> RecordsPut:
    """Add or replace records of a company, whole ones, by their code; answers the collection and how many came.

    Raises `Invalid` with every fault (`lots[3].boxes`), `InsufficientStock` when a lot would get fewer boxes than are
    sold. Changed lots of the open market emit `offer.changed` to buyers.
    """
    context.actor.require(ACTIONS.get(collection, COMPANY_SETUP), company)
    command = IdempotentCommand(context, company, "put", key, {"collection": collection, "rows": rows})
    answered: RecordsPut | None = command.replayed()
    if answered is not None:
        return answered
    count = command.transact(planned_put(context, company, collection, rows))["records"]
    connections.recheck(context, company)
    return {"collection": collection, "records": count}


def planned_put(
    context: ServiceContext, company: str, collection: str, rows: object
) -> Callable[[Session], RecordsPut]:
    """The same, as the work of a transaction."""
    if collection not in COLLECTIONS:
        raise NotFound(f"There is no collection {collection}; there are {', '.join(COLLECTIONS)}.")
    context.actor.require(ACTIONS.get(collection, COMPANY_SETUP), company)
    loaded, faults = read_rows(collection, rows)
    if collection == "customers" and isinstance(loaded, list):
        faults += ship_via_faults(context, company, loaded)

    def work(session: Session) -> RecordsPut:
        company_id, currency = companies.found(session, company)
        records = Records(session, company_id, currency)
        given = loaded if isinstance(loaded, list) else []
        refuse(faults + company_faults({collection: given}, records.known()), "The rows")
        write(records, collection, given)
        if collection in ("customers", "carriers"):
            places = {(collection, row["code"]): f"{collection}[{place}]" for place, row in enumerate(given)}
            consistency.refuse_impossible(session, company_id, places)
        codes: list[str] = [
            str(row[RECORD_TABLES[collection].key]) for row in given if RECORD_TABLES[collection].key in row
        ]
        audit(
            session,
            context.actor,
            company_id,
            f"{collection}.put",
            collection,
            Change(after={"records": list[Json](codes)}),
        )
        if collection == "lots":
            emit_offers_changed(session, company_id, company, codes)
        elif collection != "users":
            emit_setup_changed(session, company_id, company)
        return {"collection": collection, "records": len(given)}

    return work


def write(records: Records, collection: str, rows: Sequence[Values]) -> None:
    """Write the records of one collection; lots with their boxes."""
    if not rows:
        return
    if collection == "lots":
        lot_records.put_lots(records, rows)
    else:
        records.write(collection, rows)


def _load(session: Session, network: Mapping[str, Any]) -> None:
    _fill_vendor_currencies(network["companies"])
    for company in network["companies"]:
        _add(session, company)
    for connection in network["connections"]:
        row = dict(connection)
        ids = companies.ids(session, (row.pop("vendor"), row.pop("buyer")))
        pair = connected.Pair(*ids.values())
        connected.add(session, pair, row)
        if row.get("state") == "active" and last_place(session, pair.vendor):
            begin_at_end(session, pair.buyer, pair.vendor)


def _fill_vendor_currencies(loaded: Sequence[Values]) -> None:
    """A vendor record has the currency of its company, also of one that comes later in the file."""
    currencies = {company["code"]: company["currency"] for company in loaded}
    for company in loaded:
        for vendor in company["vendors"]:
            vendor["currency"] = currencies.get(vendor["company"], vendor["currency"])


def _add(session: Session, company: Values) -> int:
    if company["code"] in companies.codes(session):
        raise Conflict(f"There is a company {company['code']} in this network already.")
    company_id = companies.add(session, _shown(company))
    companies.write_settings(session, company_id, company["settings"])
    records = Records(session, company_id, company["currency"])
    records.add_standard_boxes(company["box_types"])
    for collection in RECORD_TABLES:
        write(records, collection, company[collection])
    return company_id


def _read_settings(company: Values, path: str) -> list[Fault]:
    """Replace the raw settings of a company by those that could be read; the faults."""
    company["settings"], faults = read_own(company.get("settings", {}))
    return [{"path": f"{path}.{fault['path']}".rstrip("."), "message": fault["message"]} for fault in faults]


def _shown(company: Values) -> Company:
    return {
        "code": company["code"],
        "name": company["name"],
        "currency": company["currency"],
        "timezone": company["timezone"],
        "locale": company["locale"],
    }
