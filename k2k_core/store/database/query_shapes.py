"""The shape of a query: everything of it that decides its SQL text, apart from its values.

Two queries of the same shape have the same text, with a parameter for each value in the same order. Reading the shape
and the values of a query costs a small part of what building its text costs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import GeneratorType
from typing import Any

from peewee import (
    OP,
    SQL,
    Alias,
    Case,
    Cast,
    Column,
    CompoundSelectQuery,
    Delete,
    Entity,
    Expression,
    Field,
    FieldAlias,
    Function,
    Join,
    Model,
    ModelAlias,
    ModelCompoundSelectQuery,
    ModelDelete,
    ModelSelect,
    ModelUpdate,
    Negated,
    Node,
    NodeList,
    Ordering,
    Select,
    StringExpression,
    Update,
    Value,
    Window,
)

Conversion = Callable[[Any], Any] | bool | None
"""How a value is stored: by a function; False: as it is; None: as whatever surrounds it says."""

SEVERAL = (list, tuple, frozenset, set, range)
"""What is a list of values where one is expected."""


class NoShape(Exception):
    """A part of this query is none of those whose shape is known: its text is built each time."""


class QueryShape:
    """The shape of one query, and its values as they are sent to the database."""

    def __init__(self, query: Node) -> None:
        self._parts: list[object] = []
        self._sources: dict[int, int] = {}
        self.values: list[Any] = []
        self._read(query, None)
        self.key = tuple(self._parts)

    def _read(self, node: Any, conversion: Conversion) -> None:
        """Add a part of the query, in the order in which its text is built."""
        kind = type(node)
        if kind in _PLAIN_COLUMNS:
            self._parts.append(id(node))
        elif kind in _READERS:
            self._parts.append(kind)
            _READERS[kind](self, node, conversion)
        elif isinstance(node, FieldAlias):  # each of a class of its own
            self._parts += (FieldAlias, self._source(node.source), id(node.field))
        elif isinstance(node, Field):
            _PLAIN_COLUMNS.add(kind)
            self._parts.append(id(node))
        elif _is_table(node):
            self._parts.append(id(node))
        elif isinstance(node, SEVERAL):
            self._several(node, conversion)
        elif isinstance(node, Node | GeneratorType):
            raise NoShape
        else:
            self._value(node, conversion)

    def _value(self, value: Any, conversion: Conversion) -> None:
        stored = conversion(value) if callable(conversion) else value
        if isinstance(stored, Node) or _is_table(stored):
            raise NoShape
        self._parts.append(Value)
        self.values.append(stored)

    def _several(self, nodes: Any, conversion: Conversion) -> None:
        self._parts.append(len(nodes))
        for node in nodes:
            if isinstance(node, Node):
                self._read(node, conversion)
            else:
                self._value(node, conversion)

    def _all(self, nodes: Any, conversion: Conversion = None) -> None:
        """Several parts, or none."""
        self._parts.append(-1 if nodes is None else len(nodes))
        for node in nodes or ():
            self._read(node, conversion)

    def _optional(self, node: Any, conversion: Conversion = None) -> None:
        if node is None:
            self._parts.append(None)
        else:
            self._read(node, conversion)

    def _source(self, source: Any) -> int:
        """The place of an aliased table, or of a query that is read like one, among those of the query."""
        if type(source) not in _SOURCES:
            raise NoShape
        return self._sources.setdefault(id(source), len(self._sources))

    # The kinds of parts

    def _select(self, query: Any, _: Conversion) -> None:
        _require_none(query, "_cte_list", "_windows", "_for_update", "_lateral", "_distinct")
        is_default = getattr(query, "_is_default", False)  # only queries of a table have one
        self._parts += (is_default, query._simple_distinct, query._alias, self._source(query))
        if is_default and _are_all_columns(query._returning, query.model):
            self._parts.append(id(query.model))
        else:
            self._columns(query._returning)
        self._all(query._from_list)
        self._optional(query._where)
        self._all(query._group_by)
        self._optional(query._having)
        self._order(query)

    def _compound(self, query: Any, _: Conversion) -> None:
        _require_none(query, "_cte_list")
        self._parts += (query.op, query._alias, self._source(query))
        self._read(query.lhs, None)
        self._read(query.rhs, None)
        self._order(query)

    def _columns(self, columns: Any) -> None:
        """The columns of an answer: how they are read back is a part of the shape."""
        self._all(columns)
        for column in columns or ():
            self._parts += (column._coerce, id(getattr(column, "_converter", None)))

    def _order(self, query: Any) -> None:
        self._all(query._order_by)
        self._optional(query._limit)
        self._optional(query._offset)

    def _update(self, query: Any, _: Conversion) -> None:
        _require_none(query, "_cte_list", "_from")
        self._parts += (id(query.table), len(query._update))
        for column, value in sorted(query._update.items(), key=_place_of_column):
            self._parts.append(id(column))
            if isinstance(value, Node):
                self._read(value, None)
            else:
                self._value(value, column.db_value)
        self._condition(query)

    def _delete(self, query: Any, _: Conversion) -> None:
        _require_none(query, "_cte_list")
        self._parts.append(id(query.table))
        self._condition(query)

    def _condition(self, query: Any) -> None:
        self._optional(query._where)
        self._order(query)
        self._columns(query._returning)

    def _column_of_query(self, column: Any, _: Conversion) -> None:
        self._parts += (self._source(column.source), column.name)

    def _window(self, window: Any, _: Conversion) -> None:
        _require_none(window, "start", "end", "frame_type", "_extends", "_exclude")
        self._parts += (window._alias, window._inline)
        self._all(window.partition_by)
        self._all(window.order_by)

    def _join(self, join: Any, _: Conversion) -> None:
        self._read(join.lhs, None)
        self._parts.append(join.join_type)
        self._read(join.rhs, None)
        self._optional(join._on)

    def _aliased(self, source: Any, _: Conversion) -> None:
        self._parts += (self._source(source), id(source.model), source.alias)

    def _expression(self, node: Any, _: Conversion) -> None:
        self._parts += (node.op, node.flat)
        conversion = _conversion_of(node.lhs)
        self._read(node.lhs, conversion)
        if node.rhs is None and node.op in (OP.IS, OP.IS_NOT):
            self._parts.append(None)
        else:
            self._read(node.rhs, conversion)

    def _literal_value(self, node: Any, conversion: Conversion) -> None:
        own = conversion if node.converter is None else node.converter
        if node.multi:
            self._several(node.values, conversion)
        else:
            self._value(node.value, own)

    def _function(self, node: Any, conversion: Conversion) -> None:
        _require_none(node, "_filter", "_order_by")
        self._parts += (node.name, node._coerce, id(node._python_value), len(node.arguments))
        for argument in node.arguments:
            self._read(argument, conversion if isinstance(argument, Node) else False)

    def _list(self, node: Any, conversion: Conversion) -> None:
        self._parts += (node.glue, node.parens)
        self._all(node.nodes, conversion)

    def _case(self, node: Any, conversion: Conversion) -> None:
        self._optional(node.predicate, conversion)
        self._parts.append(len(node.expression_tuples))
        for condition, value in node.expression_tuples:
            self._read(condition, conversion)
            self._read(value, conversion)
        self._optional(node.default, conversion)

    def _ordering(self, node: Any, conversion: Conversion) -> None:
        _require_none(node, "nulls")
        self._parts += (node.direction, node.collation)
        self._read(node.node, conversion)

    def _wrapped(self, node: Any, conversion: Conversion) -> None:
        self._parts += (getattr(node, "_alias", None), getattr(node, "_cast", None))
        self._read(node.node, conversion)

    def _text(self, node: Any, _: Conversion) -> None:
        self._parts.append(node.sql)
        self.values += node.params or ()

    def _entity(self, node: Any, _: Conversion) -> None:
        self._parts += (len(node._path), *node._path)


_READERS: Mapping[type, Callable[[QueryShape, Any, Conversion], None]] = {
    ModelSelect: QueryShape._select,
    Select: QueryShape._select,
    ModelCompoundSelectQuery: QueryShape._compound,
    CompoundSelectQuery: QueryShape._compound,
    Column: QueryShape._column_of_query,
    Window: QueryShape._window,
    ModelUpdate: QueryShape._update,
    Update: QueryShape._update,
    ModelDelete: QueryShape._delete,
    Delete: QueryShape._delete,
    Join: QueryShape._join,
    ModelAlias: QueryShape._aliased,
    Expression: QueryShape._expression,
    StringExpression: QueryShape._expression,
    Negated: QueryShape._wrapped,
    Alias: QueryShape._wrapped,
    Cast: QueryShape._wrapped,
    Value: QueryShape._literal_value,
    Function: QueryShape._function,
    NodeList: QueryShape._list,
    Case: QueryShape._case,
    Ordering: QueryShape._ordering,
    SQL: QueryShape._text,
    Entity: QueryShape._entity,
}

_SOURCES = (ModelAlias, ModelSelect, Select, ModelCompoundSelectQuery, CompoundSelectQuery)


_PLAIN_COLUMNS: set[type] = set()
"""The classes of columns that have been read: only those of aliased tables are read otherwise."""


def _are_all_columns(columns: Any, table: Any) -> bool:
    """Whether a query that names no columns still has all of its table."""
    known = table._meta.sorted_fields
    return len(columns) == len(known) and columns[0] is known[0] and columns[-1] is known[-1]


def _conversion_of(left: Any) -> Conversion:
    """How the values of an expression are stored: as those of the column on its left side."""
    column: Any = left
    while isinstance(column, Alias | Cast | Negated | Ordering):
        column = column.node
    return column.db_value if isinstance(column, Field) and left._coerce else None


def _place_of_column(item: tuple[Any, Any]) -> Any:
    if not isinstance(item[0], Field):
        raise NoShape
    return item[0].get_sort_key(None)


def _is_table(node: Any) -> bool:
    return isinstance(node, type) and issubclass(node, Model)


def _require_none(node: Any, *names: str) -> None:
    if any(getattr(node, name) for name in names):
        raise NoShape
