"""The pages of the shop: a blueprint that a host registers in its own application, under any prefix.

The application has a `Shop` among its extensions, as `k2k_shop`, and protects its forms (`flask_wtf.CSRFProtect`).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from k2k_core.errors import K2KError
from k2k_shop import words
from k2k_shop.door import Door, Shop
from k2k_shop.words import text

pages = Blueprint(
    "k2k_shop", __name__, template_folder="templates", static_folder="static", static_url_path="/shop-files"
)

SHOPPER = "k2k_shop"
"""What the session has of the shopper: the name, and the token of the customer with its id."""

FOR_EVERYBODY = frozenset(("k2k_shop.log_in", "k2k_shop.choose_language", "k2k_shop.static"))
DATES_SHOWN = 14

Answer = Response | str | tuple[str, int]


def shop() -> Shop:
    """The shop of the running application."""
    found: Shop = current_app.extensions["k2k_shop"]
    return found


def door() -> Door:
    """The door of this request's customer."""
    found: Door = g.k2k_shop_door
    return found


@pages.before_request
def require_shopper() -> Response | None:
    """Ask whoever is not logged in, or whose token has ended, to log in; then they come back to where they were."""
    if request.endpoint in FOR_EVERYBODY:
        return None
    known = session.get(SHOPPER)
    found = shop().door(known["token"], words.language()) if known else None
    if found is None:
        return log_in_again(ended=known is not None)
    g.k2k_shop_door = found
    return None


def log_in_again(*, ended: bool) -> Response:
    """To the log-in, and back from there. Nothing is lost: what is in a cart stays there until its time is over."""
    session.pop(SHOPPER, None)
    if ended or request.method == "POST":
        flash(text("You are no longer logged in. Log in again: your cart is as you left it."), "warn")
    back = request.full_path.rstrip("?") if request.method == "GET" else ""
    return redirect(url_for("k2k_shop.log_in", back=back or None), 303)


@pages.context_processor
def for_templates() -> dict[str, Any]:
    """What every template uses. A form has a key of its own: sent twice, it does once what it says."""
    names = ("SHIP_VIAS", "UNITS", "EACH", "BOX_TYPES", "KINDS", "STATES", "LANGUAGES")
    helpers = (words.tint, words.money, words.of_a_box, words.day, words.short_day, words.clock_time, words.language)
    return {
        "_": text,
        "shop": shop(),
        "shopper": session.get(SHOPPER),
        "new_key": lambda: secrets.token_urlsafe(16),
        **{name: getattr(words, name) for name in names},
        **{one.__name__: one for one in helpers},
    }


@pages.errorhandler(K2KError)
def refused(error: K2KError) -> tuple[str, int]:
    """A page that cannot be shown, in the facade's own words."""
    return render_template("k2k_shop/message.html", title=error.title, message=error.message), error.status


@pages.route("/log-in", methods=("GET", "POST"))
def log_in() -> Answer:
    """Log in: the session then holds a token of the customer, and no right that the customer does not have."""
    if request.method == "GET":
        return render_template("k2k_shop/log_in.html")
    found = shop().shoppers.authenticate(request.form.get("email", ""), request.form.get("password", ""))
    if found is None:
        flash(text("This e-mail address and this password do not belong together."), "bad")
        return render_template("k2k_shop/log_in.html"), 401
    chosen = session.get(words.CHOSEN)
    session.clear()  # nothing of before the log-in counts after it
    token, token_id = shop().token(found, words.language())
    session[SHOPPER] = {"name": found.name, "token": token, "id": token_id}
    if chosen:
        session[words.CHOSEN] = chosen
    return redirect(back_within_the_shop(request.args.get("back", "")), 303)


@pages.post("/log-out")
def log_out() -> Response:
    """Log out: the token ends. The carts stay until their time is over."""
    shop().end(session.pop(SHOPPER)["id"])
    return redirect(url_for("k2k_shop.log_in"), 303)


@pages.post("/language")
def choose_language() -> Response:
    """Speak another language, on the same page."""
    session[words.CHOSEN] = request.form.get("language")
    return redirect(back_within_the_shop(request.form.get("back", "")), 303)


def back_within_the_shop(path: str) -> str:
    """The address of a path of this shop; its first page for anything else."""
    home = url_for("k2k_shop.catalog")
    address = request.script_root + path
    return address if address.startswith(home) and not path.startswith(("//", "/\\")) else home


@pages.get("/")
def catalog() -> Answer:
    """What can be bought for a day, by a ship via."""
    dates, asked = door().dates(), request.args
    via = asked.get("via", "")
    via = via if via in dates else next(iter(dates), shop().ship_vias[0])
    offered = dates.get(via, [])
    day = asked.get("date") or door().first_day(via)
    found = door().catalog(day, via, asked.get("q", ""), asked.get("cursor"))
    carts = door().carts()
    return render_template(
        "k2k_shop/catalog.html",
        found=found,
        chosen_day=day,
        via=via,
        vias=list(dates),
        dates=shown_dates(offered, day),
        offered=offered,
        q=asked.get("q", ""),
        carts=carts,
        cart=next((one["cart"] for one in carts if (one["ship_date"], one["ship_via"]) == (day, via)), ""),
    )


def shown_dates(offered: list[str], day: str) -> list[str]:
    """Two weeks of the dates that are offered, with the chosen one among them."""
    place = offered.index(day) if day in offered else 0
    start = max(0, min(place - DATES_SHOWN // 2, len(offered) - DATES_SHOWN))
    return offered[start : start + DATES_SHOWN]


@pages.post("/add")
def add() -> Response:
    """Put boxes into the cart."""
    form = request.form
    boxes = number_in(form.get("boxes", ""))
    terms = {"ship_date": form.get("date", ""), "ship_via": form.get("via", "")}
    done = told(lambda: door().add(form.get("line", ""), boxes, terms, form.get("cart") or None, form.get("key", "")))
    if done is not None:
        flash(text("It is in your cart, and held for you."), "good")
    kept: dict[str, Any] = {name: form[name] for name in ("date", "via", "q", "cursor") if form.get(name)}
    return redirect(url_for("k2k_shop.catalog", **kept), 303)


@pages.get("/cart")
def cart() -> Answer:
    """What is held for the customer, and for how long."""
    return render_template("k2k_shop/cart.html", carts=door().carts(), lost=door().lost_carts())


@pages.post("/cart/change")
def change() -> Response:
    """Hold fewer boxes of a line, or none. How many are taken out follows from what is in the cart now, not from what
    an old page shows."""
    line, key = request.form.get("line", ""), request.form.get("key", "")
    held, wanted = door().held(line), number_in(request.form.get("boxes", ""))
    if not held:
        flash(text("This is no longer in your cart."), "warn")
    elif not isinstance(wanted, int):
        told(lambda: door().take_out(line, wanted, key))  # refused, in the facade's words
    elif wanted > held:
        flash(text("Add more boxes among the flowers, at the price of now."), "warn")
    elif wanted < held:
        told(lambda: door().take_out(line, held - wanted, key))
    return redirect(url_for("k2k_shop.cart"), 303)


def number_in(typed: str) -> Any:
    """The number that was typed; what is none stays as it is, for the facade to refuse."""
    typed = typed.strip()
    return int(typed) if typed.isascii() and typed.isdigit() else typed


@pages.post("/cart/check-out")
def check_out() -> Response:
    """Order what is in a cart."""
    done = told(lambda: door().check_out(request.form.get("cart", ""), request.form.get("key", "")))
    if done is None:
        return redirect(url_for("k2k_shop.cart"), 303)
    flash(text("Thank you. Your order is placed."), "good")
    return redirect(url_for("k2k_shop.order", number=done["number"]), 303)


@pages.get("/orders")
def orders() -> Answer:
    """The customer's orders and invoices."""
    page = door().orders(request.args.get("cursor"))
    return render_template("k2k_shop/orders.html", page=page, carts=door().carts())


@pages.get("/orders/<number>")
def order(number: str) -> Answer:
    """One order, and what becomes of each line."""
    return render_template("k2k_shop/order.html", order=door().order(number), carts=door().carts())


def told(do: Callable[[], Any]) -> Any:
    """What this answers; None if the facade refuses it, which is said on the next page in the facade's own words."""
    try:
        return do()
    except K2KError as error:
        flash(f"{error.message} {error.hint}", "bad")
        return None
