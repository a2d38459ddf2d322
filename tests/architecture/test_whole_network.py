"""Who works on the rows of every company: a list, since everything else is kept to the companies it names."""

from __future__ import annotations

from pathlib import Path

MECHANISM = frozenset(
    (
        *("store/engine.py", "store/database/session.py", "store/database/transaction.py"),
        *("store/database/row_security.py", "store/migrations/row_policies.py", "store/backups/postgresql_dumps.py"),
    )
)
"""What makes it."""

ALLOWED = {
    "store/verification/__init__.py": "`verify` proves every row against every other",
    "store/verification/schema.py": "and the tables themselves",
    "store/master_data/users.py": "whose account an address is nobody knows before",
    "store/master_data/records.py": "an address has one account in the network",
    "store/fulfilment/boxes.py": "whoever scans a stranger's box is told that it is not theirs",
    "services/administration/api_keys.py": "whose key it is",
    "services/administration/audit_chain.py": "every chain is sealed, anchored and proved",
    "services/administration/backups.py": "a backup holds every row",
    "services/administration/maintenance.py": "old rows of every company are deleted",
    "services/administration/plugin_records.py": "after a migration, on every company's record",
    "services/administration/sessions.py": "whose session a token is",
    "services/administration/stored_secrets.py": "keys are rotated for every company",
    "services/administration/users.py": "who logs in",
    "services/context.py": "lists of the network, for its operators",
    "services/events/deliveries.py": "how many deliveries wait in the network",
    "services/events/dispatcher.py": "the worker sends for every company",
    "services/jobs/heartbeat.py": "the worker says that it goes on",
    "services/jobs/submitters.py": "whether who submitted a job may still act",
    "services/jobs/runner.py": "the worker takes the next job, whose ever it is",
    "services/ordering/due_work.py": "the sweeper ends what is due",
    "services/ordering/expiry_sweep.py": "and when it is next",
    "services/setup/company_lists.py": "the companies of the network, for its operators",
    "services/setup/network_loading.py": "whole networks are loaded by the host",
    "cli/commands/plugins.py": "plugins are accepted and loaded for every company",
    "k2k_console/facade_access.py": "an operator looks into every company",
    "k2k_console/frame.py": "the cut-offs of a buyer's vendors, which they have told it",
}


def _named(path: Path) -> str:
    return path.as_posix().partition("/k2k_core/")[2] or f"k2k_console/{path.as_posix().partition('/k2k_console/')[2]}"


def test_nothing_else_works_on_the_rows_of_every_company(top: Path) -> None:
    sources = [*(top / "k2k_core").rglob("*.py"), *(top / "console" / "k2k_console").rglob("*.py")]
    found = {_named(path) for path in sources if "whole_network" in path.read_text("utf-8")}
    assert found - MECHANISM == ALLOWED.keys()
