"""What a host keeps beside K2K: the lists of one company, read once and then kept by its feed alone.

An event names what to read again. What time alone changes has no event: a host reads its offers anew every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from k2k_core.api import K2K

Row = dict[str, Any]
Rows = dict[str, Row]

COLLECTIONS = (
    *("locations", "categories", "products", "box_types", "customers", "vendors", "carriers", "price_lists", "lots"),
    *("users", "box_dimensions"),
)


def whole(read: Callable[..., Any], *arguments: Any, **more: Any) -> list[Row]:
    """Every row of a list, page by page."""
    rows: list[Row] = []
    cursor = None
    while True:
        page = read(*arguments, cursor=cursor, limit=100, **more)
        rows += page["items"]
        cursor = page["next"]
        if cursor is None:
            return rows


def _key(collection: str, row: Row) -> str:
    """The code by which `record` finds a record."""
    if collection == "users":
        return str(row["email"])
    if collection == "box_dimensions":
        return f"{row['box_type']}:{row['product']}" if row["product"] else str(row["box_type"])
    return str(row["code"])


ORDER = (
    *("documents", "lots", "staging", "boxes", "awbs", "carts", "offers", "quantities", "movements", "jobs", "people"),
    *("settings", "connections", "drafts", "price_rows", "requests"),
    *(name for name in COLLECTIONS if name != "lots"),
)
"""Documents first: they name boxes."""

ADDED_TO = ("audit", "notifications")
"""Lists to which rows are only added: they have no events, and are read on after their last row."""

MIRRORED = {"orders": "documents", "users": "people"}
"""Methods whose list has another name here."""

ONLY_GROW = frozenset(("scans", "timeline"))
"""More such lists, of what a mirror does not hold."""

COMPUTED = frozenset(
    (
        *("price", "available_items", "share", "shared_with", "visible", "hidden", "preview"),
        *("partners", "staged_awbs", "unbilled", "service_days", "draft_moves"),
    )
)
"""Lists that are computed of others when they are asked for."""

WITHOUT_EVENTS = frozenset(("endpoints", "deliveries", "sessions", "views", "companies", "api_keys"))
"""Lists whose changes are in no feed of a company: what sends the feed itself, what a user has alone, the network's
companies, and who reads the feed with which key."""

BY = {"boxes": "lot", "staging": "line", "movements": "lot"}
"""By which field rows are read again, where it is not their key or their number."""


class Lists:
    """The lists of a company as they are read: `only` names what of a list is read again."""

    def __init__(self, net: K2K, company: str) -> None:
        self.net, self.company = net, company
        self.read: dict[str, Callable[..., Rows]] = {
            **{name: self._records(name) for name in COLLECTIONS},
            "quantities": self._quantities,
            "settings": self._settings,
            "connections": self._connections,
            "documents": self._documents,
            "requests": self._requests,
            "offers": self._offers,
            "carts": self._carts,
            "awbs": self._awbs,
            "boxes": self._boxes,
            "staging": self._staging,
            "price_rows": self._price_rows,
            "drafts": self._drafts,
            "jobs": self._jobs,
            "people": self._people,
            "movements": self._movements,
            "notifications": self._notifications,
            "audit": self._audit,
        }

    def _records(self, collection: str) -> Callable[..., Rows]:
        def read(only: set[str] | None = None) -> Rows:
            named: dict[str, Any] = {}
            if only is not None and collection != "box_dimensions":
                named["email" if collection == "users" else "code"] = sorted(only)
            rows = {_key(collection, row): row for row in whole(self.net.records, self.company, collection, named)}
            return {key: row for key, row in rows.items() if only is None or key in only}

        return read

    def _quantities(self, only: set[str] | None = None) -> Rows:
        lots = None if only is None else sorted(only)
        return {row["lot"]: row for row in whole(self.net.quantities, self.company, lots)}

    def _settings(self, only: set[str] | None = None) -> Rows:
        return {
            name: dict(row) for name, row in self.net.settings(self.company).items() if only is None or name in only
        }

    def _connections(self, only: set[str] | None = None) -> Rows:
        rows = {f"{row['vendor']}:{row['buyer']}": row for row in whole(self.net.connections, self.company)}
        return {key: row for key, row in rows.items() if only is None or key in only}

    def _documents(self, only: set[str] | None = None) -> Rows:
        if only is None:
            return {row["number"]: row for row in whole(self.net.orders, self.company, lines=True)}
        return {number: self._document(number) for number in only}

    def _document(self, number: str) -> Row:
        (row,) = whole(self.net.orders, self.company, filters={"number": number}, lines=True)
        return row

    def _requests(self, only: set[str] | None = None) -> Rows:
        named = {} if only is None else {"document": sorted(only)}
        return {row["document"]: row for row in whole(self.net.requests, self.company, named)}

    def _offers(self, only: set[str] | None = None) -> Rows:
        named = {} if only is None else {"lot": sorted(only)}
        return {row["lot"]: row for row in whole(self.net.offers, self.company, named)}

    def _carts(self, only: set[str] | None = None) -> Rows:
        named = {} if only is None else {"cart": sorted(only)}
        return {row["cart"]: row for row in whole(self.net.carts, self.company, named, lines=True)}

    def _awbs(self, only: set[str] | None = None) -> Rows:
        named = [{}] if only is None else [{"awb": one} for one in sorted(only)]
        return {row["id"]: row for one in named for row in whole(self.net.awbs, self.company, filters=one)}

    def _boxes(self, only: set[str] | None = None) -> Rows:
        """Each with its lot before its code: buyers have boxes of the same code of several vendors."""
        named = [{}] if only is None else [{"lot": one} for one in sorted(only)]
        rows = [row for one in named for row in whole(self.net.boxes, self.company, one)]
        return {f"{row['lot']}:{row['box_code']}": row for row in rows}

    def _staging(self, only: set[str] | None = None) -> Rows:
        named = [{}] if only is None else [{"line": one} for one in sorted(only)]
        rows = [row for one in named for row in whole(self.net.staging, self.company, filters=one)]
        return {f"{row['line']}:{row['box_code']}": row for row in rows}

    def _price_rows(self, only: set[str] | None = None) -> Rows:
        """By list; the rows of a list have no names of their own."""
        named = [{}] if only is None else [{"list": one} for one in sorted(only)]
        found: Rows = {}
        for row in [row for one in named for row in whole(self.net.price_rows, self.company, one)]:
            found.setdefault(row["list"], {"rows": []})["rows"].append(row)
        return found

    def _drafts(self, only: set[str] | None = None) -> Rows:
        kept = ("draft", "state", "person", "at", "changes", "moved")  # conflicts are computed
        rows = {row["draft"]: row for row in whole(self.net.drafts, self.company, fields=kept)}
        return {key: row for key, row in rows.items() if only is None or key in only}

    def _jobs(self, only: set[str] | None = None) -> Rows:
        rows = {str(row["id"]): row for row in whole(self.net.jobs, self.company)}
        return {key: row for key, row in rows.items() if only is None or key in only}

    def _people(self, only: set[str] | None = None) -> Rows:
        named = {} if only is None else {"email": sorted(only)}
        return {row["email"]: row for row in whole(self.net.users, self.company, named)}

    def _movements(self, only: set[str] | None = None) -> Rows:
        lots = None if only is None else sorted(only)
        return {str(row["movement"]): row for row in whole(self.net.movements, self.company, lots)}

    def _notifications(self, known: set[str] | None = None) -> Rows:
        return _added(whole(self.net.notifications, self.company), known)

    def _audit(self, known: set[str] | None = None) -> Rows:
        return _added(whole(self.net.audit, self.company, sort="id"), known)


def _added(rows: list[Row], known: set[str] | None) -> Rows:
    """Rows of a list to which rows are only added, by their places, but for those that are known."""
    return {str(number): row for number, row in enumerate(rows) if str(number) not in (known or ())}


class Mirror:
    """The lists of a company, kept by its feed."""

    def __init__(self, net: K2K, company: str) -> None:
        self.lists, self.company = Lists(net, company), company
        self._net = net
        self.after = net.events(company, wait=0)["next_after"]
        self.rows = {name: read() for name, read in self.lists.read.items()}

    def follow(self) -> None:
        """Read the feed to its end, and again what it names."""
        named: dict[str, set[str]] = {}
        anew: set[str] = set()
        while (page := self._net.events(self.company, self.after, limit=50, wait=0))["items"]:
            for event in page["items"]:
                for name, key in self._named(event["type"], event["data"]):
                    if key is None:
                        anew.add(name)
                    else:
                        named.setdefault(name, set()).add(key)
            self.after = page["next_after"]
        before = self._known(named.get("documents", ()))
        for name in sorted(anew):
            self.read_anew(name)
        for name in ADDED_TO:
            self.rows[name] |= self.lists.read[name](set(self.rows[name]))
        for name in ORDER:
            if name in named and name not in anew:
                self._read_again(name, named[name])
            if name == "documents":
                self._name_parts(named, [*before, *self._known(named.get("documents", ()))])

    def _known(self, documents: Iterable[str]) -> list[Row]:
        return [self.rows["documents"][number] for number in documents if number in self.rows["documents"]]

    def _name_parts(self, named: dict[str, set[str]], documents: list[Row]) -> None:
        """The AWB of a document and the boxes of its lines: those in the staging area by the line, all of them by the
        lot; and of the company's own lots which boxes and how many there are."""
        named.setdefault("awbs", set()).update(one["awb"] for one in documents if one["awb"])
        lines = [line for one in documents for line in one["lines"]]
        named.setdefault("staging", set()).update(line["line"] for line in lines)
        lots = {line["lot"].removeprefix(f"{self.company}/") for line in lines if line["lot"]}
        named.setdefault("boxes", set()).update(lots)
        for name in ("lots", "quantities"):
            named.setdefault(name, set()).update(lot for lot in lots if "/" not in lot)

    def read_anew(self, name: str) -> None:
        """Read a list anew."""
        self.rows[name] = self.lists.read[name]()

    def _read_again(self, name: str, keys: set[str]) -> None:
        by = BY.get(name, "number")
        stays = {key: row for key, row in self.rows[name].items() if not keys & {key, row.get(by)}}
        found = self.lists.read[name](keys)
        if name == "quantities":  # which are read of archived lots too, but not listed
            found = {lot: row for lot, row in found.items() if lot in self.rows["lots"]}
        self.rows[name] = stays | found

    def _named(self, kind: str, data: Row) -> Iterator[tuple[str, str | None]]:
        """What an event names: lists, each with the key of a row or with none for all of it."""
        what = kind.partition(".")[0]
        yield from self._of_records(what, data)
        if what == "setting":
            yield "settings", data["setting"]
        if what == "connection":
            yield from (("connections", data["id"]), ("offers", None))
        if what == "offer":
            lots = data.get("lots", [data["lot"]] if "lot" in data else [None])
            yield from (("offers", lot) for lot in lots)
        if what in ("job", "draft"):
            yield f"{what}s", data[what]
        if what == "box" and data.get("lot"):
            yield "staging", data["line"]
            lot = data["lot"].removeprefix(f"{self.company}/")
            yield from ((name, lot) for name in (("boxes",) if "/" in lot else ("boxes", "lots", "quantities")))
        if kind == "document.changed":
            for name in ("documents", "requests"):
                yield name, data["number"]
                self.rows[name].pop(data.get("former_number", ""), None)
        yield from self._of_lines(data)
        if kind == "cart.expired" and data["cart"]:
            yield "carts", data["cart"]
        if data.get("awb"):
            yield "awbs", data["awb"]
            on_it = [row for row in self.rows["staging"].values() if data["awb"] in (row["awb"], row["awb_id"])]
            yield from (("staging", row["line"]) for row in on_it)

    def _of_records(self, what: str, data: Row) -> Iterator[tuple[str, str | None]]:
        collection, code = data.get("collection"), data.get("code")
        if what == "record" and collection in self.rows:
            yield str(collection), code
        if collection == "users":
            yield "people", code
        if collection == "price_lists":
            yield "price_rows", code
        if collection in ("products", "box_types"):
            yield "price_rows", None
        if what == "lot" or collection == "lots":
            yield from ((name, data.get("lot", code)) for name in ("lots", "quantities", "boxes", "movements"))

    def _of_lines(self, data: Row) -> Iterator[tuple[str, str | None]]:
        """The carts and the offers of lines."""
        carried = [one for name in ("lines", "dropped") for one in data.get(name, ()) if isinstance(one, dict)]
        carried += [data] if "line" in data else []
        for line in carried:
            if line.get("lot"):
                yield "offers", line["lot"]
            if line.get("cart"):
                yield "carts", line["cart"]
        lines = {one["line"] for one in carried}
        for cart, row in self.rows["carts"].items():
            if lines & {line["line"] for line in row["lines"]}:
                yield "carts", cart
