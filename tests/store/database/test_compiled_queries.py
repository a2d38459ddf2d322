"""A query's text is built once for all queries of its shape; each value comes to its own place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import pytest
from peewee import JOIN, SQL, Case, Cast, Select, SqliteDatabase, Value, fn

from k2k_core.store.database import compiled_queries
from k2k_core.store.database.query_shapes import NoShape, QueryShape
from k2k_core.store.engine import Store
from k2k_core.store.tables import Company, Document, Lot, OrderLine
from tests.store.conftest import NewLot

Build = Callable[[Callable[[], int]], Any]


def _joined(new: Callable[[], int]) -> Any:
    sale: Any = Document.alias()
    on = (sale.id == Document.company_id) & (sale.buyer_id > new())
    query = Document.select(Document.id, sale.number).join(sale, JOIN.LEFT_OUTER, on=on)
    day = date.fromordinal(730_000 + new())
    return query.where((Document.ship_date == day) & sale.id.not_in([new(), new()])).limit(new()).offset(new())


def _nested(new: Callable[[], int]) -> Any:
    inner = OrderLine.select(OrderLine.lot_id).where(OrderLine.boxes > new()).order_by(OrderLine.id).limit(new())
    there = fn.EXISTS(Company.select(Company.id).where(Company.id == new()))
    return Lot.select(Lot.id).where(Lot.id.in_(inner) & ~(Lot.boxes == new()) & there).order_by(-Lot.id)


def _computed(new: Callable[[], int]) -> Any:
    branches = [(Lot.boxes > new(), new()), (Lot.code == f"L{new()}", Lot.available + new())]
    total = fn.COALESCE(fn.SUM(Lot.available), new()) + new()
    columns = (Lot.company_id, Case(None, branches, new()).alias("kind"), total, Cast(Value(new()), "TEXT"))
    return Lot.select(*columns).group_by(Lot.company_id).having(fn.COUNT(Lot.id) > new())


def _between(new: Callable[[], int]) -> Any:
    code = Lot.code.startswith(f"L_{new()}") | Lot.code.contains(f"L{new()}")
    moment = datetime.fromtimestamp(new(), UTC)
    return Lot.select().where(Lot.boxes.between(new(), new()) & code & (Lot.counted_at > moment))


def _changing(new: Callable[[], int]) -> Any:
    values = {
        "reason": f"because of {new()}",
        "ship_to": {"city": f"C{new()}"},
        "company_id": Document.buyer_id + new(),
    }
    query = Document.update(**values).where((Document.id == new()) & Document.number.is_null())
    return query.returning(Document.id, Document.ship_date)


def _deleting(new: Callable[[], int]) -> Any:
    return Document.delete().where(Document.id.in_([new(), new()]) | (Document.ship_to == {"city": f"{new()}"}))


def _united(new: Callable[[], int]) -> Any:
    named: Any = Document.alias()
    of_number, later = (named.select(named.id).where(named.number == f"B{new()}") for _ in range(2))
    former = named.select(named.id).where((named.former_number == f"B{new()}") & (named.company_id == new()))
    both = of_number.union_all(former.union(later.where(named.id > new())))
    return Document.select().where(Document.id.in_(both) & (Document.company_id == new())).order_by(Document.id)


def _whole_union(new: Callable[[], int]) -> Any:
    parts = [Lot.select(Lot.id, Lot.code).where(Lot.boxes == new()).order_by(Lot.id).limit(new()) for _ in range(3)]
    return (parts[0] | parts[1] | parts[2]).order_by(SQL("1")).limit(new()).offset(new())


def _of_a_query(new: Callable[[], int]) -> Any:
    counted = (
        OrderLine.select(OrderLine.lot_id, fn.COUNT(OrderLine.id).alias("lines"))
        .where(OrderLine.boxes > new())
        .group_by(OrderLine.lot_id)
    ).alias("counted")
    lines = fn.COALESCE(counted.c.lines, new())
    query = Lot.select(Lot.id, lines.alias("lines")).join(counted, JOIN.LEFT_OUTER, on=counted.c.lot_id == Lot.id)
    return query.where((Lot.boxes > new()) & (counted.c.lines > new()))


def _first_of_each(new: Callable[[], int]) -> Any:
    place = fn.ROW_NUMBER().over(partition_by=[Lot.company_id], order_by=[Lot.code.desc()])
    ranked = Lot.select(Lot.code.alias("code"), place.alias("place")).where(Lot.boxes > new()).alias("ranked")
    return Select([ranked], [ranked.c.code]).where(ranked.c.place <= new()).order_by(ranked.c.code).limit(new())


BUILDS: Sequence[Build] = (
    *(_joined, _nested, _computed, _between, _changing, _deleting),
    *(_united, _whole_union, _of_a_query, _first_of_each),
)


@pytest.mark.parametrize("build", BUILDS)
def test_a_shape_has_one_text_and_its_values_in_the_order_of_the_text(build: Build) -> None:
    numbers = count(1001)
    one, other = (build(lambda: next(numbers)) for _ in range(2))
    (text, values), (same, others) = one.sql(), other.sql()
    assert len(set(map(str, values))) == len(values)  # so that no two can change places unseen
    assert (QueryShape(one).values, QueryShape(other).values) == (values, others)
    assert QueryShape(one).key == QueryShape(other).key
    assert text == same


def test_what_changes_the_text_changes_the_shape() -> None:
    sale: Any = Document.alias()
    some, other = (Lot.select(Lot.id, Lot.code).alias(name) for name in ("some", "other"))
    place = fn.ROW_NUMBER().over
    queries = [
        Lot.select(Lot.id),
        Lot.select(Lot.id, Lot.code),
        Lot.select(Lot.code, Lot.id),
        Lot.select(Lot.id).distinct(),
        Lot.select(Lot.id).limit(5),
        Lot.select(Lot.id).offset(5),
        Lot.select(Lot.id).order_by(Lot.id),
        Lot.select(Lot.id).order_by(Lot.id.desc()),
        Lot.select(Lot.id).group_by(Lot.id),
        Lot.select(Lot.id.alias("x")),
        Lot.select(Lot.id).where(Lot.boxes == 5),
        Lot.select(Lot.id).where(Lot.boxes != 5),
        Lot.select(Lot.id).where(Lot.boxes == None),  # noqa: E711 - the database's NULL
        Lot.select(Lot.id).where(Lot.boxes.in_([])),
        Lot.select(Lot.id).where(Lot.boxes.in_([5])),
        Lot.select(Lot.id).where(Lot.boxes.in_([5, 6])),
        Lot.select(Lot.id).where(~(Lot.boxes == 5)),
        Lot.select(Lot.id).where(fn.ABS(Lot.boxes) == 5),
        Lot.select(fn.MAX(Lot.id)),
        Document.select(Document.id).join(sale, on=sale.id == Document.buyer_id),
        Document.select(Document.id).join(sale, on=Document.id == sale.buyer_id),
        Document.select(sale.id).join(sale, on=sale.id == Document.buyer_id),
        Document.select(Document.id).join(sale, JOIN.LEFT_OUTER, on=sale.id == Document.buyer_id),
        Lot.select(Lot.id).union(Lot.select(Lot.id)),
        Lot.select(Lot.id).union_all(Lot.select(Lot.id)),
        Lot.select(Lot.id).union(Lot.select(Lot.id)).union(Lot.select(Lot.id)),
        Lot.select(Lot.id).union(Lot.select(Lot.id).where(Lot.boxes == 5)),
        Lot.select(Lot.id).where(Lot.id.in_(Lot.select(Lot.id).union(Lot.select(Lot.id)))),
        Select([some], [some.c.id]),
        Select([some], [some.c.code]),
        Select([other], [other.c.code]),
        Lot.select(Lot.id).join(some, on=some.c.id == Lot.id),
        Lot.select(some.c.id).join(some, on=some.c.id == Lot.id),
        Lot.select(Lot.id, place(partition_by=[Lot.code])),
        Lot.select(Lot.id, place(order_by=[Lot.code])),
        Lot.select(Lot.id, place(partition_by=[Lot.code], order_by=[Lot.code])),
        Lot.update(boxes=5),
        Lot.update(boxes=Lot.available),
        Lot.update(boxes=5).where(Lot.id == 5),
        Lot.update(boxes=5).returning(Lot.id),
        Lot.delete(),
        Document.delete(),
    ]
    assert (
        len({QueryShape(query).key for query in queries}) == len({query.sql()[0] for query in queries}) == len(queries)
    )


def test_a_query_without_a_known_shape_answers_as_well(store: Store, new_lot: NewLot) -> None:
    ids = [new_lot() for _ in range(3)]
    query = Lot.select(Lot.id, fn.COUNT(Lot.id).filter(Lot.boxes > 0)).group_by(Lot.id).order_by(Lot.id)
    with pytest.raises(NoShape):
        QueryShape(query)
    with store.whole_network.reading() as session:
        assert [row[0] for row in session.rows(query)] == [row["id"] for row in session.dicts(query)] == ids


def test_rows_and_dictionaries_of_one_shape_have_python_values(store: Store, new_lot: NewLot) -> None:
    lots = [new_lot(number, solid=number == 1) for number in (1, 2)]
    for lot, solid in (*zip(lots, (True, False), strict=True), (lots[1] + 1, None)):
        query = Lot.select(Lot.id, Lot.arrival_date, Lot.solid).where(Lot.id == lot)
        day = date(2026, 2, 10)
        with store.whole_network.reading() as session:
            assert session.dicts(query) == ([] if solid is None else [{"id": lot, "arrival_date": day, "solid": solid}])
            assert session.rows(query) == ([] if solid is None else [(lot, day, solid)])


def test_the_oldest_texts_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled_queries, "TEXTS", 2)
    monkeypatch.setattr(compiled_queries, "_texts", {})
    database = SqliteDatabase(":memory:")
    for columns in ([Lot.id], [Lot.code], [Lot.id], [Lot.boxes]):
        compiled_queries._compiled(database, Lot.select(*columns))
    texts = [one.text for one in compiled_queries._texts.values()]
    assert texts == [Lot.select(column).sql()[0] for column in (Lot.code, Lot.boxes)]
