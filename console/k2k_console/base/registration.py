"""Registers the views of the console on its application."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Flask
from flask_admin import Admin
from flask_admin.theme import Theme

from k2k_console.base.guard import Page


def register_views(app: Flask, home: Page, views: Sequence[Any]) -> None:
    """Register the home page and the others on an application, with the console's own templates and styles."""
    theme = Theme(folder="k2k", base_template="k2k/shell.html")
    # With a path of static files given, Flask-Admin's own styles and scripts are not served at all.
    admin = Admin(app, name="K2K", url="/", index_view=home, theme=theme, static_url_path="/static")
    admin.add_views(*views)
    every: list[Any] = [home, *views]
    app.extensions["k2k_views"] = {str(view.endpoint): view for view in every}
