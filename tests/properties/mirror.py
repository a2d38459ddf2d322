"""What a host keeps beside K2K: the lists of one company, read once and then kept by its feed alone.

An event names what to read again. What time alone changes has no event: a host reads its offers anew every day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
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
            "offers": self._offers,
            "carts": self._carts,
            "awbs": self._awbs,
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

    def _offers(self, only: set[str] | None = None) -> Rows:
        named = {} if only is None else {"lot": sorted(only)}
        return {row["lot"]: row for row in whole(self.net.offers, self.company, named)}

    def _carts(self, only: set[str] | None = None) -> Rows:
        named = {} if only is None else {"cart": sorted(only)}
        return {row["cart"]: row for row in whole(self.net.carts, self.company, named, lines=True)}

    def _awbs(self, only: set[str] | None = None) -> Rows:
        named = [{}] if only is None else [{"awb": one} for one in sorted(only)]
        return {row["id"]: row for one in named for row in whole(self.net.awbs, self.company, filters=one)}


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
        for name in anew:
            self.rows[name] = self.lists.read[name]()
        for name, keys in sorted(named.items(), reverse=True):  # documents before the AWBs that they name
            if name not in anew:
                self._read_again(name, keys)

    def read_anew(self, name: str) -> None:
        """Read a list anew."""
        self.rows[name] = self.lists.read[name]()

    def _read_again(self, name: str, keys: set[str]) -> None:
        stays = {key: row for key, row in self.rows[name].items() if not keys & {key, row.get("number")}}
        self.rows[name] = stays | self.lists.read[name](keys)

    def _named(self, kind: str, data: Row) -> Iterator[tuple[str, str | None]]:
        """What an event names: lists, each with the key of a row or with none for all of it."""
        what = kind.partition(".")[0]
        if what == "record" and data["collection"] in self.rows:
            yield data["collection"], data.get("code")
        if what == "lot" or data.get("collection") == "lots":
            for name in ("lots", "quantities"):
                yield name, data.get("lot", data.get("code"))
        if what == "setting":
            yield "settings", data["setting"]
        if what == "connection":
            yield from (("connections", data["id"]), ("offers", None))
        if what == "offer":
            lots = data.get("lots", [data["lot"]] if "lot" in data else [None])
            yield from (("offers", lot) for lot in lots)
        if kind == "document.changed":
            yield "documents", data["number"]
        yield from self._of_lines(data)
        if data.get("awb"):
            yield "awbs", data["awb"]

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
