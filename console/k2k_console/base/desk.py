"""The hardened base of the desks (architecture section 4).

Flask-Admin lists, sorts, pages, filters and exports. Everything by which it would change data is disabled here: no
delete, no bulk action, no inline edit, no write that bypasses the facade. What a desk does not declare is refused.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from flask import abort, flash, redirect, request
from flask_admin import expose
from flask_admin.model import BaseModelView
from flask_login import current_user
from peewee import SQL, Expression, Select, fn
from werkzeug.wrappers import Response
from wtforms import Form

from k2k_console.base.guard import Answer, Guarded, allows
from k2k_console.export_cells import BYTE_ORDER_MARK, unformulaic
from k2k_console.facade_access import network
from k2k_console.fields import Fault
from k2k_console.frame import chosen_company
from k2k_console.translations import later, text
from k2k_core.errors import Conflict, Invalid, K2KError, NotAllowed, NotFound
from k2k_core.store.database import searching
from k2k_core.store.database.session import Session
from k2k_core.store.tables import Company

if TYPE_CHECKING:
    from k2k_core.api import K2K

Record = dict[str, Any]

ROWS_A_PAGE = 50
ROWS_AN_EXPORT = 10_000
LAST_PAGE = 100_000
LONGEST_SEARCH = 100


@dataclass(frozen=True)
class Column:
    """A column of a list: `orders` is the expression it is sorted by (None: not sortable), `searched` whether a search
    reads it."""

    name: str
    label: str
    orders: Any = None
    searched: bool = False
    number: bool = False


class Desk(Guarded, BaseModelView):
    """A list of records with a form for each. A desk declares its columns, its query, its form and its one write."""

    columns: ClassVar[tuple[Column, ...]] = ()
    choices: ClassVar[Mapping[str, tuple[tuple[str, str], ...]]] = {}
    """Filters: parameter → (value, label) that `narrowed` understands."""
    edits: ClassVar[type[Form] | None] = None
    creates: ClassVar[type[Form] | None] = None
    field_actions: ClassVar[Mapping[str, str]] = {}
    """Field → the action that its change is, where it is not `writes`."""
    saved_words: ClassVar[str] = later("Saved.")
    linked: ClassVar[str] = "company"
    """The column that leads to a record's page."""
    codes_of_an_id: ClassVar[int] = 1
    list_template = "k2k/list.html"
    edit_template = "k2k/form.html"
    create_template = "k2k/form.html"
    can_delete = can_view_details = can_set_page_size = False
    can_export = True
    export_types = ("csv",)
    export_max_rows = ROWS_AN_EXPORT
    page_size = ROWS_A_PAGE

    # Doors that are not there.
    delete_view = action_view = ajax_lookup = ajax_update = details_view = None

    # What a desk declares

    def select_rows(self) -> Any:
        """The SELECT of this desk's records, joined with Company; every column is named like its `Column`."""
        raise NotImplementedError

    def default_order(self) -> tuple[Any, ...]:
        """The order of the list, complete, so that pages do not overlap."""
        return (Company.code,)

    def identified(self, codes: Sequence[str]) -> Expression:
        """The condition for one record, from the codes of its id (the company's first)."""
        condition: Expression = Company.code == codes[0]
        return condition

    def record_id(self, record: Record) -> str:
        """The id of a record in addresses: its codes with slashes between them."""
        return str(record["company"])

    def record_title(self, record: Record) -> str:
        """The heading of a record's page."""
        return f"{record['name']} ({record['company']})"

    def enrich(self, session: Session, records: list[Record]) -> None:
        """Add to records what their SELECT does not have, in one query for all of them."""

    def form_class(self, record: Record) -> type[Form]:
        """The form of a record."""
        assert self.edits is not None
        return self.edits

    def values_of(self, record: Record) -> dict[str, Any]:
        """The present values for the form, by field."""
        return record

    def save(self, k2k: K2K, form: Any, record: Record) -> None:
        """Write what the form changes, through the facade."""
        raise NotImplementedError

    def create(self, k2k: K2K, form: Any) -> str:
        """Create a record through the facade; returns its id."""
        raise NotImplementedError

    def may_create(self) -> bool:
        """Whether the user may create records here."""
        return False

    def narrowed(self, query: Any, name: str, value: str) -> Any:
        """The query with a chosen filter of `choices`."""
        return query

    def cell(self, record: Record, name: str) -> Any:
        """What a list shows in a cell."""
        return record[name]

    def shown_columns(self) -> list[Column]:
        """The columns of the list: users of one company do not need its code in every row."""
        alone = not self.actor.operator and self.linked != "company"
        return [column for column in self.columns if not (alone and column.name == "company")]

    def column_label(self, name: str) -> str:
        """The heading of a column."""
        return next(column.label for column in self.columns if column.name == name)

    def is_number(self, name: str) -> bool:
        """Whether a column has numbers, which are aligned to the right."""
        return any(column.number for column in self.columns if column.name == name)

    def exported(self, record: Record, name: str) -> object:
        """What an export writes in a cell."""
        return record[name]

    def about(self, record: Record, form: Any) -> dict[str, Any]:
        """What the page of a record shows beside its form."""
        return {}

    # Whose records

    def may_set(self, record: Record, name: str) -> bool:
        """Whether the user may change this field of a record."""
        return allows(self.actor, self.field_actions.get(name, self.writes), record["company"])

    def scoped(self, query: Any) -> Any:
        """Only the records of the user's company; for an operator those of all, or of the selected one."""
        wanted = request.args.get("company", "")
        if self.actor.operator:
            wanted = wanted or ("" if "id" in request.args else chosen_company())
            return query.where(Company.code == wanted) if wanted and "\0" not in wanted else query
        if wanted and wanted != self.actor.company:
            raise NotFound(text("There is no company of that code that you can see."))
        return query.where(Company.id == current_user.company_id)

    def found(self, session: Session, wanted: str) -> Record:
        """The record with an id. One of another company answers exactly like an unknown one: NotFound."""
        codes = wanted.split("/")
        if len(codes) != self.codes_of_an_id or "\0" in wanted or not wanted.isascii():
            raise NotFound(text("There is nothing of that name that you can see."))
        rows: list[dict[str, Any]] = session.dicts(
            self.scoped(self.select_rows()).where(self.identified(codes)).limit(1)
        )
        if not rows:
            raise NotFound(text("There is nothing of that name that you can see."))
        self.enrich(session, rows)
        return rows[0]

    # Lists

    def get_list(
        self,
        page: int | None,
        sort_field: str | None,
        sort_desc: bool,
        search: str | None,
        filters: Any,
        page_size: int,
    ) -> tuple[int, list[Record]]:
        """The number of records, and those of one page: two statements, and those of `enrich`."""
        query = self._searched(self._chosen(self.scoped(self.select_rows())), search)
        sort = next((column.orders for column in self.columns if column.name == sort_field), None)
        order = () if sort is None else (sort.desc() if sort_desc else sort.asc(),)
        start = min(max(page or 0, 0), LAST_PAGE) * page_size
        with network().reading() as session:
            total = int(session.value(Select([query.alias("listed")], [fn.COUNT(SQL("*"))])))
            records = session.dicts(query.order_by(*order, *self.default_order()).limit(page_size).offset(start))
            self.enrich(session, records)
        return total, records

    def _searched(self, query: Any, search: str | None) -> Any:
        words = (search or "").replace("\0", "").strip()[:LONGEST_SEARCH]
        if not words:
            return query
        searched = [column.orders for column in self.columns if column.searched]
        folded = [table.search for table in {column.model for column in searched} if hasattr(table, searching.COLUMN)]
        if folded:
            return query.where(*searching.contains(folded, words))
        conditions = [column.contains(words) for column in searched]
        either = conditions[0]
        for condition in conditions[1:]:
            either |= condition
        return query.where(either)

    def _chosen(self, query: Any) -> Any:
        for name, options in self.choices.items():
            value = request.args.get(name, "")
            if value in (known for known, _ in options):
                query = self.narrowed(query, name, value)
        return query

    @expose("/")
    def index_view(self) -> Answer:
        """The list."""
        answer: Answer = super().index_view()
        return answer

    @expose("/export/<export_type>/")
    def export(self, export_type: str) -> Answer:
        """The list as a file, with the same search, filters and order."""
        if export_type not in self.export_types:
            raise NotFound(text("Lists are exported as csv."))
        answer: Response = super().export(export_type)
        answer.response = chain([BYTE_ORDER_MARK.encode()], answer.iter_encoded())
        return answer

    def export_url(self) -> str:
        """The address of the export of the list with its present filters."""
        query = {name: value for name, value in request.args.items() if name in ("company", "search", *self.choices)}
        return str(self.get_url(".export", export_type="csv", **query))

    # Forms

    @expose("/edit/", methods=("GET", "POST"))
    def edit_view(self) -> Answer:
        """The page of one record: its present values in a form, which users with the right role can change."""
        if self.edits is None:
            abort(404)
        with network().reading() as session:
            record = self.found(session, request.args.get("id", ""))
        form_class = self.form_class(record)
        pristine = form_class(data=self.values_of(record))
        if request.method != "POST":
            return self._form_page(pristine, record, pristine)
        self._require_write(record["company"])
        form = form_class(request.form, data=self.values_of(record))
        if not form.validate() or not self._unmoved(form, pristine) or not self._done(form, record):
            return self._form_page(form, record, pristine), _status(form)
        flash(self._saved_message(form, record), "success")
        return redirect(self.get_url(".edit_view", id=self.record_id(record)))

    @expose("/new/", methods=("GET", "POST"))
    def create_view(self) -> Answer:
        """The page on which a record is created."""
        if self.creates is None:
            abort(404)
        if not self.may_create():
            raise NotAllowed(text("Only an operator of the network makes new ones here."))
        form = self.creates(request.form if request.method == "POST" else None)
        if request.method != "POST" or not form.validate():
            return self._form_page(form, None, form), _status(form)
        try:
            made = self.create(network().as_person(), form)
        except K2KError as error:
            _place(error, form)
            return self._form_page(form, None, form), _status(form)
        flash(text("Created."), "success")
        return redirect(self.get_url(".edit_view", id=made))

    def _form_page(self, form: Any, record: Record | None, pristine: Any) -> str:
        writable = self.may_create() if record is None else self.may_write(record["company"])
        about = self.about(record, form) if record is not None else {}
        answer: str = self.render(
            self.create_template if record is None else self.edit_template,
            **about,
            form=form,
            record=record,
            writable=writable,
            seen=stamp(pristine),
        )
        return answer

    def _unmoved(self, form: Any, pristine: Any) -> bool:
        """Whether the values are still those that the form was opened with: nobody overwrites what they have not
        seen."""
        if request.form.get("seen", "") == stamp(pristine):
            return True
        words = text("Somebody else changed these values while this form was open.")
        form.form_errors.append(Fault(words, Conflict.code, text("Look at what you typed and save again.")))
        return False

    def _saved_message(self, form: Any, record: Record) -> str:
        """The message after saving: whether the entered values apply, or which layer overrides them."""
        with network().reading() as session:
            now = self.values_of(self.found(session, self.record_id(record)))
        overruled = [str(field.label.text) for field in form if now[field.name] != field.data]
        if not overruled:
            return str(self.saved_words)
        return text("Saved, but the installation overrides: %(names)s.", names=", ".join(overruled))

    def _done(self, form: Any, record: Record) -> bool:
        try:
            self.save(network().as_person(), form, record)
        except K2KError as error:
            _place(error, form)
            return False
        return True

    # What Flask-Admin asks for

    def get_list_columns(self) -> list[tuple[str, str]]:
        """The columns of the list."""
        return [(column.name, column.label) for column in self.columns]

    get_export_columns = get_list_columns

    def get_sortable_columns(self) -> dict[str, str]:
        """The columns that a list can be sorted by; any other is ignored."""
        return {column.name: column.name for column in self.columns if column.orders is not None}

    def init_search(self) -> bool:
        """Whether there is a search."""
        return any(column.searched for column in self.columns)

    def scaffold_form(self) -> type[Form]:
        """Flask-Admin's own forms are not used."""
        unused: type[Form] = Form
        return unused

    def get_pk_value(self, model: Record) -> str:
        """The id of a record."""
        return self.record_id(model)

    def get_export_value(self, model: Record, name: str) -> str:
        """A cell of an export."""
        return unformulaic(self.exported(model, name))

    def get_export_name(self, export_type: str = "csv") -> str:
        """The name of an exported file."""
        return f"k2k-{self.endpoint}.{export_type}"


def stamp(form: Any) -> str:
    """A digest of the values that a form shows, by which later changes are noticed."""
    shown = repr([(field.name, field.data) for field in form])
    return hashlib.sha256(shown.encode()).hexdigest()[:16]


def _status(form: Any) -> int:
    if not form.errors and not form.form_errors:
        return 200
    return 409 if any(getattr(fault, "code", "") == Conflict.code for fault in form.form_errors) else 422


def _place(error: K2KError, form: Any) -> None:
    """Put an error of the facade beside the fields that it names, else above the form."""
    if error.status >= 500 or isinstance(error, NotAllowed | NotFound):
        raise error
    faults = error.faults if isinstance(error, Invalid) else []
    placed = 0
    for fault in faults:
        field = next((form[part] for part in reversed(re.split(r"[.\[\]]+", fault["path"])) if part in form), None)
        if field is not None:
            field.errors = [*field.errors, Fault(fault["message"], error.code, error.hint)]
            placed += 1
    if placed == 0 or placed < len(faults):
        form.form_errors.append(Fault.of(error))
