"""Type errors about what a user has of their own."""

from __future__ import annotations

from k2k_core import K2K


def use(*values: object) -> None:
    """Takes anything."""


def mistakes(k2k: K2K) -> None:
    started = k2k.start_session("a@b.example")
    use(started["secret"])  # error: TypedDict "StartedSession" has no key "secret"
    use(k2k.sessions("a@b.example")[0]["token"])  # error: TypedDict "UserSession" has no key "token"
    use(k2k.session_user("t")["email"])  # error: Value of type "SessionUser | None" is not indexable
    use(k2k.end_sessions("a@b.example")["ended"] + "1")  # error: Unsupported operand types for +
    use(k2k.preferences("a@b.example")["colour"])  # error: TypedDict "Preferences" has no key "colour"
    use(k2k.views("a@b.example")[0]["page"])  # error: TypedDict "SavedView" has no key "page"
    use(k2k.drop_view("a@b.example", "1")["query"])  # error: TypedDict "ViewDropped" has no key "query"
