"""The console as a Flask application. A REST API can be registered on it as a blueprint: both share a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Flask

from k2k_console.accounts.host_login import MountedLogIn, init_host_login
from k2k_console.accounts.host_sessions import init_host_sessions
from k2k_console.accounts.login import init_login
from k2k_console.accounts.lost_session import init_lost_session
from k2k_console.accounts.me import init_me
from k2k_console.assets import init_assets
from k2k_console.base import register_views
from k2k_console.desks.audit import AuditTrail
from k2k_console.desks.companies import Companies
from k2k_console.desks.customers import Customers
from k2k_console.desks.markups import Markups
from k2k_console.desks.price_lists import PriceLists
from k2k_console.error_pages import register_error_pages
from k2k_console.facade_access import EXTENSION, Network
from k2k_console.formats import init_formats
from k2k_console.frame import init_frame
from k2k_console.long_work import init_long_work
from k2k_console.overview.overview_page import Overview
from k2k_console.page_addresses import init_page_addresses
from k2k_console.page_views.view import DeclaredView
from k2k_console.pages import PAGES
from k2k_console.scanning.scan_page import ScanPage
from k2k_console.search_page import init_search
from k2k_console.security import init_security
from k2k_console.serving.health import register_health
from k2k_console.serving.secret_key import require_good_key
from k2k_console.translations import init_translations, later
from k2k_core.store.tables import Audit, Company, Customer, PriceList

if TYPE_CHECKING:
    from k2k_core.api import K2K


def create_app(
    k2k: K2K,
    *,
    secret_key: str,
    production: bool = False,
    testing: bool = False,
    host_log_in: MountedLogIn | None = None,
) -> Flask:
    """The console on a network, with its own log-in or that of a host (`mounting.mount`). Raises `NotConfigured` when
    production would run with a key that can be guessed."""
    require_good_key(secret_key, production=production)
    app = Flask(__name__)
    app.config.update(SECRET_KEY=secret_key, TESTING=testing)
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions[EXTENSION] = Network(k2k)
    init_host_login(app, host_log_in)
    init_host_sessions(app)
    init_lost_session(app)
    init_security(app, production=production)
    init_translations(app)
    init_page_addresses(app)
    init_assets(app)
    init_formats(app)
    init_login(app)
    init_frame(app)
    init_me(app)
    init_search(app)
    init_long_work(app)
    register_error_pages(app)
    register_health(app)
    register_views(
        app,
        Overview(later("Overview"), endpoint="home", url="/"),
        [
            ScanPage(later("Scan"), endpoint="scan", url="/scan"),
            *(DeclaredView(page) for page in PAGES),
            Companies(Company, later("Companies"), endpoint="companies"),
            Markups(Customer, later("Customers’ markups"), endpoint="markups"),
            PriceLists(PriceList, later("Price lists"), endpoint="price_lists", url="/price-lists"),
            Customers(Customer, later("Customers"), endpoint="customers"),
            AuditTrail(Audit, later("Audit"), endpoint="audit"),
        ],
    )
    return app
