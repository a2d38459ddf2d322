"""Forms of declared pages, as a browser without scripts sends them."""

from __future__ import annotations

from typing import Any

from tests.console.conftest import Browser, Form, Seen


def chosen(page: Seen, *keys: str, do: str, **values: str) -> Form:
    """The form of the list with some rows ticked and a button pressed."""
    form = next(form for form in page.forms if "counted" in form)
    for name, value in values.items():
        form = form.put(name, value)
    return Form(form.action, "post", [*form.values, *(("id", key) for key in keys), ("do", do)])


def dialog(page: Seen) -> Form:
    """The form of the open dialog."""
    return next(form for form in page.forms if "do" in form and "key" in form and form["do"] not in ("undo", "cells"))


def file_of(browser: Browser, form: Form) -> Any:
    """The file that a form answers."""
    data: dict[str, list[str]] = {}
    for name, value in form.values:
        data.setdefault(name, []).append(value)
    return browser.client.post(form.action, data=data)
