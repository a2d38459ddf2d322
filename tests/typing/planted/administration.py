"""Type errors about users and plugins."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    person = k2k.users("BLOOM")[0]
    use(person["mail"])  # error: TypedDict "Person" has no key "mail"
    use(person["roles"] + "admin")  # error: No overload variant of "__add__" of "list"
    use(k2k.add_user("BLOOM", "a@b.example")["active"])  # error: TypedDict "NewPerson" has no key "active"
    plugin = k2k.plugins()[0]
    use(plugin["status"])  # error: TypedDict "PluginHealth" has no key "status"
    use(plugin["contributions"][0]["errors"])  # error: TypedDict "ContributionHealth" has no key "errors"
    use(plugin["calls"] + plugin["version"])  # error: Unsupported operand types for +
    changed = k2k.set_plugin("BLOOM", "k2k_labels", {})
    use(changed["values"])  # error: TypedDict "PluginSettingsChanged" has no key "values"
    use(k2k.sweep_failures()[0]["error"])  # error: TypedDict "SweepFailure" has no key "error"
    use(k2k.verify()[0]["problem"])  # error: TypedDict "StoredFault" has no key "problem"
