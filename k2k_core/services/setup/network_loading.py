"""Use cases: load a network, companies with all their records and connections, or add one company.

The input is parsed first and refused with every fault at once; it is written as a whole or not at all.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, cast

from k2k_core.domain.answers.findings import CompanyFinding
from k2k_core.domain.answers.setup import Company, CompanyAdded, NetworkLoaded
from k2k_core.domain.connection_states import ACTIVE
from k2k_core.domain.roles import COMPANY_SETUP
from k2k_core.errors import Conflict, Fault, Invalid, NotAllowed
from k2k_core.schemas.crosschecks import company_faults, network_faults
from k2k_core.schemas.network import read_company as read_company_alone
from k2k_core.schemas.network import read_network as read_network_alone
from k2k_core.schemas.record import refuse
from k2k_core.services.context import ServiceContext
from k2k_core.services.idempotency import IdempotentCommand
from k2k_core.services.journal import Change, audit
from k2k_core.services.setup import consistency, ship_via_choices
from k2k_core.services.setup.checked_writes import AS_USUAL, WriteOptions
from k2k_core.services.setup.new_companies import added
from k2k_core.services.setup.puts import write
from k2k_core.settings.catalogue import read_own
from k2k_core.store.database.session import Session
from k2k_core.store.events.feeds import begin_at_end, last_place
from k2k_core.store.master_data import companies
from k2k_core.store.master_data import connections as connected
from k2k_core.store.master_data.records import RECORD_TABLES, Records, Values

PluginRecord = Mapping[str, Mapping[str, Any]]
"""The plugins that a company relies on, by name."""

_COMPANY = ("code", "name", "currency", "timezone", "locale")


def read_network(data: object, known_companies: Sequence[str] = ()) -> tuple[Values, list[Fault]]:
    """The companies and connections of a file in the form in which they are loaded, and every fault with its path.

    `known_companies` are the existing companies of the network.
    """
    network, faults = read_network_alone(data)
    network = network if isinstance(network, dict) else {}
    for number, company in enumerate(network.get("companies", ())):
        path = f"companies[{number}]"
        faults += _read_settings(company, f"{path}.settings")
        faults += [{**each, "path": f"{path}.{each['path']}"} for each in consistency.file_faults(company)]
    return network, faults + network_faults(network, known_companies)


def load(
    context: ServiceContext, network: Mapping[str, Any], key: str | None = None, options: WriteOptions = AS_USUAL
) -> NetworkLoaded:
    """Parse a network and write it: all of it or nothing; returns what was added, and the findings of the checks. For
    the host and for operators: it connects companies that nobody has asked.

    Raises `Invalid` with every fault and its path, `Conflict` for a company or a connection that exists, and when it is
    held and one of the findings is an error. A dry run writes nothing.
    """
    if not (context.actor.host or context.actor.operator):
        raise NotAllowed("A network is loaded by its operators.", action=COMPANY_SETUP)
    command = IdempotentCommand(context, None, "load", key, {"network": network})
    answered = None if options.dry_run else command.replayed()
    if isinstance(answered, dict):
        return cast(NetworkLoaded, answered)
    with context.store.whole_network.reading() as session:
        known = [company.code for company in context.snapshots.all(session).values()]
    loaded, faults = read_network(network, [] if answered else known)
    if faults:
        raise Invalid("The network has faults: nothing was loaded.", faults)
    if answered:  # by an older version, which stored no more than that it was done
        return _loaded(loaded, [])
    return load_network(context, loaded, command, options)


def load_network(
    context: ServiceContext,
    network: Mapping[str, Any],
    command: IdempotentCommand | None = None,
    options: WriteOptions = AS_USUAL,
) -> NetworkLoaded:
    """Write the companies and connections of a network that `read_network` has returned without faults.

    Raises `Conflict` for a company or a connection that exists; then nothing is written.
    """
    faults = []
    for number, company in enumerate(network["companies"]):
        context.actor.require(COMPANY_SETUP, company["code"])
        found = ship_via_choices.faults_of_new(context, company)
        faults += [{**each, "path": f"companies[{number}].{each['path']}"} for each in found]
    refuse(faults, "The network is not valid: {first}")
    command = command or IdempotentCommand(context, None, "load", None, {})
    codes = [company["code"] for company in network["companies"]]
    records = {code: context.plugins.of_new_company(code) for code in codes}
    return added(command, codes, lambda session: _load(session, network, records), partial(_loaded, network), options)


def _loaded(network: Mapping[str, Any], found: list[CompanyFinding], dry_run: bool = False) -> NetworkLoaded:
    answer: NetworkLoaded = {
        "companies": [company["code"] for company in network["companies"]],
        "connections": len(network["connections"]),
        "findings": found,
    }
    if dry_run:
        answer["dry_run"] = True
    return answer


def add_company(
    context: ServiceContext, company: object, key: str | None = None, options: WriteOptions = AS_USUAL
) -> CompanyAdded:
    """Add one company, with its collections; returns its code, name, currency, time zone and language, and the findings
    of the checks.

    Raises `Invalid` with every fault, `Conflict` when the code is taken, and when it is held and one of the findings is
    an error. A dry run does the same, and writes nothing.
    """
    loaded, faults = read_company_alone(company)
    loaded = loaded if isinstance(loaded, dict) else {}
    faults += _read_settings(loaded, "settings")
    faults += consistency.file_faults(loaded)
    context.actor.require(COMPANY_SETUP, str(loaded.get("code", "")))
    command = IdempotentCommand(context, None, "add_company", key, {"company": company})
    answered = None if options.dry_run else command.replayed()
    if answered is not None:
        return cast(CompanyAdded, {**answered, "findings": answered.get("findings", [])})
    faults += [] if faults else ship_via_choices.faults_of_new(context, loaded)
    relied_on = {} if faults else context.plugins.of_new_company(str(loaded.get("code")))

    def work(session: Session) -> None:
        known = {"companies": {*companies.codes(session), str(loaded.get("code"))}}
        refuse(faults + company_faults(loaded, known), "The company is not valid: {first}")
        company_id = _add(session, loaded, relied_on)
        change = Change(after={name: loaded[name] for name in _COMPANY})
        audit(session, context.actor, company_id, "company.added", loaded["code"], change)

    def answer(found: list[CompanyFinding], dry_run: bool) -> CompanyAdded:
        said = {"dry_run": True} if dry_run else {}
        return cast(CompanyAdded, {**_shown(loaded), "findings": found, **said})

    return added(command, [str(loaded.get("code"))], work, answer, options)


def _load(session: Session, network: Mapping[str, Any], records: Mapping[str, PluginRecord]) -> None:
    _fill_vendor_currencies(network["companies"])
    for company in network["companies"]:
        _add(session, company, records[company["code"]])
    for connection in network["connections"]:
        row = dict(connection)
        ids = companies.ids(session, (row.pop("vendor"), row.pop("buyer")))
        pair = connected.Pair(*ids.values())
        if connected.state(session, pair) is not None:
            raise Conflict(
                "{vendor} and {buyer} are connected in this network already.",
                vendor=connection["vendor"],
                buyer=connection["buyer"],
            )
        connected.add(session, pair, row)
        if row.get("state") == ACTIVE and last_place(session, pair.vendor):
            begin_at_end(session, pair.buyer, pair.vendor)


def _fill_vendor_currencies(loaded: Sequence[Values]) -> None:
    """A vendor record has the currency of its company, even of one that comes later in the file."""
    currencies = {company["code"]: company["currency"] for company in loaded}
    for company in loaded:
        for vendor in company["vendors"]:
            vendor["currency"] = currencies.get(vendor["company"], vendor["currency"])


def _add(session: Session, company: Values, relied_on: PluginRecord) -> int:
    if company["code"] in companies.codes(session):
        raise Conflict("There is a company {company} in this network already.", company=company["code"])
    company_id = companies.add(session, {**_shown(company), "plugin_record": relied_on})
    companies.write_settings(session, company_id, company["settings"])
    records = Records(session, company_id, company["currency"])
    records.add_standard_boxes(company["box_types"])
    for collection in RECORD_TABLES:
        write(records, collection, company[collection])
    return company_id


def _read_settings(company: Values, path: str) -> list[Fault]:
    """Replace the raw settings of a company by the parsed ones; returns the faults."""
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
