"""The verbs of scenario files and their arguments. Each is a method of the facade, except `advance`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Verb:
    """The `needed` arguments, the `optional` ones, and groups of which exactly one must be given."""

    needed: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()

    @property
    def known(self) -> frozenset[str]:
        """Every argument that the verb takes."""
        return frozenset((*self.needed, *self.optional, *(name for group in self.one_of for name in group)))


def _verb(needed: str = "", optional: str = "", *one_of: str) -> Verb:
    return Verb(tuple(needed.split()), tuple(optional.split()), tuple(tuple(group.split()) for group in one_of))


_CONNECTION = _verb("vendor buyer by")

VERBS: Mapping[str, Verb] = {
    "price": _verb(
        "company customer",
        "lots ship_via channel order_date ship_date location twin every_step q cursor limit count fields",
    ),
    "share": _verb("vendor buyer", "lots q cursor limit count fields"),
    "available_items": _verb("company", "inventory_type lots q cursor limit count fields explained"),
    "shared_with": _verb("vendor", "buyer seen_by rule lots q cursor limit count fields"),
    "hidden": _verb("buyer customer", "ship_date ship_via rule q cursor limit fields"),
    "visible": _verb("buyer customer", "lots ship_date ship_via q cursor limit count fields"),
    "catalog": _verb(
        "buyer customer", "ship_date ship_via channel location search sort page page_size cursor limit category"
    ),
    "ship_dates": _verb("buyer", "customer vendor ship_via at"),
    "availability": _verb("lots"),
    "readiness": _verb("vendor buyer", "with_met"),
    "preview": _verb("vendor buyer", "rate customer ship_via lots q cursor limit count fields"),
    "remind": _verb("vendor buyer requirement"),
    "propose": _CONNECTION,
    "accept": _CONNECTION,
    "suspend": _CONNECTION,
    "resume": _CONNECTION,
    "end": _CONNECTION,
    "change_terms": _verb("vendor buyer by terms", "version dry_run hold expected"),
    "set": _verb(
        "company",
        "values version expected dry_run hold",
        "settings customer lot vendor location product box_type category carrier",
    ),
    "set_all": _verb("company changes_", "dry_run hold"),
    "put": _verb("company collection rows", "atomic dry_run hold"),
    "import_rows": _verb("company collection rows", "atomic dry_run hold"),
    "undo": _verb("company audit_id", "dry_run hold"),
    "suggest_prices": _verb("company lots", "dry_run hold shown"),
    "map": _verb("buyer", "product va_price confirmed version expected dry_run hold", "lot rows"),
    "add_product_from": _verb("buyer lot", "code category dry_run hold"),
    "add": _verb("buyer customer", "boxes ship_date ship_via location cart", "lot line lines"),
    "checkout": _verb("buyer", "version", "cart line"),
    "cancel": _verb("buyer", "boxes version", "cart line purchase_order prebook"),
    "advance": _verb("", "to days hours minutes"),
    "confirm": _verb("vendor", "drop_pending reference_number late version", "sales_order rows"),
    "deliver": _verb("company invoice_order", "version"),
    "void": _verb("vendor", "boxes box_codes returned reason confirm version", "sales_order line"),
    "missing": _verb("company box_codes", "reason"),
    "set_reference": _verb("vendor sales_order reference_number", "version"),
    "decline_missing": _verb("vendor box_codes", "reason"),
    "credit": _verb("company invoice line", "reason confirm version", "boxes amount"),
    "send_invoice": _verb("company invoice"),
    "ship": _verb("vendor awb", "partner version"),
    "labels": _verb("company", "format partner", "awb box_codes"),
    "staging": _verb("buyer", "awb partner filters q sort cursor limit count fields"),
    "offers": _verb("buyer", "filters q sort cursor limit count fields"),
    "offer": _verb("buyer lot"),
    "boxes": _verb("company", "filters q sort cursor limit count fields"),
    "box": _verb("company code"),
    "awbs": _verb("company", "awb partner filters q sort cursor limit count fields"),
    "scan": _verb("company box_codes"),
    "scans": _verb("company", "filters q sort cursor limit count fields"),
    "staged_awbs": _verb("buyer", "filters q sort cursor limit count fields"),
    "unbilled": _verb("buyer", "filters q sort cursor limit count fields"),
    "receive": _verb("company box_codes"),
    "bill": _verb("company prebook", "lines version"),
    "release": _verb("company line", "boxes reason confirm version"),
    "awb": _verb("company awb", "partner arrival_date freight handling version"),
    "prebook": _verb("buyer customer lines", "ship_date ship_via location"),
    "approve": _verb("buyer", "version", "purchase_order prebook"),
    "purchase_order": _verb("buyer vendor lines", "ship_date ship_via prebook"),
    "transfer": _verb("buyer purchase_order", "version"),
    "requests": _verb("vendor", "filters q sort cursor limit count fields"),
    "request": _verb("vendor document"),
    "accept_order": _verb("vendor purchase_order", "version"),
    "fill": _verb("vendor purchase_order lines", "version"),
    "reject": _verb("vendor purchase_order", "reason version"),
    "archive": _verb("company collection code", "restore version dry_run hold"),
    "quantities": _verb("company", "lots cursor limit count fields"),
    "movements": _verb("company", "lots sort cursor limit count fields"),
    "state_quantity": _verb("company", "lot on_hand available as_of movement counted_at reference rows"),
    "adjust": _verb("company lot delta reason reference", "box_codes short"),
    "records": _verb("company collection", "filters q sort cursor limit count fields"),
    "record": _verb("company collection code"),
    "price_rows": _verb("company", "filters q sort cursor limit count fields"),
    "companies": _verb("", "filters q sort cursor limit count fields"),
    "company": _verb("company"),
    "settings": _verb("company"),
    "connections": _verb("company", "role partner state q sort cursor limit count fields"),
    "what_if": _verb("company changes", "margin_floor ship_via store"),
    "draft_moves": _verb("company draft", "kind customer margin_floor ship_via sort cursor limit count fields"),
    "apply_draft": _verb("company draft", "dry_run hold expected"),
    "drop_draft": _verb("company draft"),
    "drafts": _verb("company", "state person q sort cursor limit count fields"),
    "check_prices": _verb("company"),
    "check_dates": _verb("company", "changes"),
    "service_days": _verb("company", "filters q sort cursor limit count fields"),
    "check_names": _verb("company"),
    "audit": _verb("company", "filters q sort cursor limit count fields"),
    "company_plugins": _verb("company"),
    "try_plugin": _verb("company plugin settings"),
    "work": _verb("company"),
    "margin_by_week": _verb("company", "weeks"),
    "partners": _verb("company", "filters q sort cursor limit count fields"),
    "search": _verb("company text"),
    "submit": _verb("company kind", "arguments"),
    "job": _verb("company job"),
    "jobs": _verb("company", "kind state person q sort cursor limit count fields"),
    "cancel_job": _verb("company job"),
    "run_jobs": _verb("", "limit"),
    "orders": _verb("company", "search filters q sort cursor limit count fields lines totals"),
    "show": _verb("company document"),
    "notifications": _verb("", "company event filters q sort cursor limit count fields"),
    "carts": _verb("company", "filters q sort cursor limit count fields lines"),
    "line": _verb("company line"),
    "timeline": _verb("company document", "filters sort cursor limit count fields"),
    "who_is_told": _verb("company verb document"),
    "watch": _verb("company document", "watching email"),
    "events": _verb("company", "after limit types wait"),
    "sessions": _verb("email"),
    "end_sessions": _verb("email", "session but"),
    "preferences": _verb("email"),
    "set_preferences": _verb("email values"),
    "views": _verb("email", "page_name"),
    "save_view": _verb("email page_name name query", "everybody"),
    "drop_view": _verb("email view"),
}

NULL_IS_A_VALUE = ("map", "awb")
"""Verbs of which an argument that is null takes something back; of the others it is an argument that is not given."""

NAMES = frozenset(
    (
        *("company", "customer", "vendor", "buyer", "by", "partner", "lot", "lots", "product", "location", "cart"),
        *("awb", "invoice_order", "box_type", "category"),
        *(
            "sales_order",
            "purchase_order",
            "prebook",
            "document",
            "reference_number",
            "reference",
            "box_codes",
            "carrier",
        ),
    )
)
"""Arguments that are names: a name that looks like a number is a text all the same."""
