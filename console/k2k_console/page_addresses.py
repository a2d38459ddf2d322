"""The addresses of pages as browsers know them: with the path at which the console is mounted."""

from __future__ import annotations

from flask import Flask, request


def this_page() -> str:
    """The address of the page of this request, without its query."""
    return request.script_root + request.path


def this_address() -> str:
    """The address of this request, with its query."""
    return request.script_root + request.full_path.rstrip("?")


def init_page_addresses(app: Flask) -> None:
    """Let the templates of an application name them."""
    app.jinja_env.globals.update(this_page=this_page, this_address=this_address)
