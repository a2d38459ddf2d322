"""The page of hooks: the public surface for plugin authors, with every signature and field as it is in the code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator

from reference_fields import FIELDS, READERS, example, unit
from reference_text import NOTICE, annotation, default_of, doc_of, meanings, paragraph, shown_default, star

from k2k_core import hooks
from k2k_core.domain import costs, items, labels, money, parties, price_formulas, pricing, sharing
from k2k_core.hooks import specs
from k2k_core.hooks.fonts import packaged_fonts
from k2k_core.hooks.texts import texts
from k2k_core.testing import factories
from k2k_labels import captions, design, fitting, renderers, typeface
from k2k_labels.layout import layout

HOOKS = (specs.price_resolvers, specs.eligibility_rules, specs.label_renderers, specs.ship_via_handlers)
PLUGIN = (hooks.Manifest, hooks.PluginContext)
CONTRIBUTIONS = (
    hooks.PriceResolver,
    hooks.PriceAdjustment,
    hooks.EligibilityRule,
    hooks.LabelRenderer,
    hooks.ShipViaHandler,
)
SHORTCUTS = (
    hooks.each,
    hooks.formula_step,
    hooks.formula_adjustment,
    hooks.only,
    pricing.not_applicable,
    parties.weekday,
    packaged_fonts,
    texts,
)
NAMES = (
    ("`inventory_types`", items.INVENTORY_TYPES, "the inventory types"),
    ("`ship_via` of a customer", (parties.CHOICE,), "besides the codes of ship vias: each order chooses"),
    ("`channel`", pricing.CHANNELS, "the sales channels"),
    ("`side` of a rule", sharing.SIDES, "whose rule it is"),
    ("`outcome` of a `NoValue`", (pricing.NO_VALUE, pricing.NOT_APPLICABLE), "why there is none"),
    ("`cost_components`", costs.COMPONENTS, "the parts of a landed cost"),
    ("`source` and `needs` of a `Formula`", price_formulas.SOURCES, "the numbers from which it may start"),
    ("`reads` of a `PriceFormula`", (*sorted(price_formulas.LOT_FACTS), price_formulas.ROWS), "what it may be given"),
    ("`reads` of a rule", sorted(sharing.RULE_FACTS), "what may decide whether it denies"),
)
AMOUNT = (
    ("Exact(n, d=1)", "the number n ÷ d, of two whole numbers"),
    ("Exact.micros(amount)", money.Exact.micros.__doc__),
    ("Exact.of(value)", money.Exact.of.__doc__),
    ("+ - * / == < <=", "with another `Exact`, and with nothing else: `Exact(3) * Exact(1, 2)`"),
    ("reduced()", money.Exact.reduced.__doc__),
    ("as_fraction()", money.Exact.as_fraction.__doc__),
    ("rounded_up(scale)", money.Exact.rounded_up.__doc__),
    ("rounded_half_up(scale)", money.Exact.rounded_half_up.__doc__),
    ("str(amount)", "the shortest decimals, such as `0.357`, for people"),
    ("ZERO, ONE, HUNDRED", "the numbers 0, 1 and 100"),
)
DESIGNS = (
    renderers,
    typeface.load_typeface,
    typeface.Typeface.widest,
    design.placed,
    design.barcode,
    design.box_code,
    design.Design,
    design.Place,
    fitting.Room,
    fitting.Fitted,
    design.Words,
    design.Block,
    design.Stamp,
    design.Stamp.at,
    layout,
    captions.captions,
)
FACTS = (
    pricing.PriceRequest,
    pricing.PriceTerms,
    pricing.Adjustable,
    pricing.Price,
    pricing.NoValue,
    price_formulas.PriceFormula,
    price_formulas.Formula,
    pricing.ListRow,
    sharing.EligibilityRequest,
    sharing.ShareTerms,
    sharing.SaleTerms,
    sharing.OfferState,
    sharing.Denial,
    labels.LabelRequest,
    labels.Label,
)

RECORDS = (
    items.Lot,
    items.Product,
    items.LastPrice,
    items.ReceivedCosts,
    parties.Company,
    parties.Location,
    parties.Customer,
    parties.ShipTo,
    parties.Markup,
    parties.AdditionalCharge,
)
TYPES = (
    ("Facts", price_formulas, "the values of what a `PriceFormula` reads, in the order of its `reads`"),
    ("Answers", pricing, "one `Price` or `NoValue` per line, in order; or a single `NoValue` for all of them"),
    ("Shown", price_formulas, "what fills the names of a reason, or a function of the request that makes it"),
)
RECORDS_ARE = (
    "What requests carry of the company's data. The fields are those of the data dictionary (domain section 1)."
)


def hooks_page() -> Iterator[str]:
    """The public surface for plugin authors, with every signature as it is in the code."""
    yield from ("# Hooks", "", NOTICE, "")
    yield from ("```python", "@hookimpl", "def price_resolvers(context: PluginContext) -> list[PriceResolver]:")
    yield from ('    return [PriceResolver("friends_price", each(friends_price), only("k2k"))]', "```", "")
    yield from paragraph(
        "What your plugin imports from `k2k_core.hooks`, and the values of `k2k_core.domain` that it is given "
        "and answers. [Writing a plugin](plugins.md) takes you through it. This is API version "
        f"{hooks.API_VERSION}."
    )

    yield ""
    yield from paragraph(
        "Amounts are `Exact` fractions, or whole **micros** (10^-6 of the currency, or of a percent) where it says so. "
        "Dates are `datetime.date`. Examples are of real objects. What you are handed you may use for any decision; "
        "**shown to** says to whom you may show it, in the reason of a price or a denial, or on a label:"
    )
    yield from ("", "| shown to | who that is |", "|---|---|")
    yield from (f"| {word} | {who} |" for word, who in READERS.items())

    chapters = (
        ("The hooks", "K2K calls them once per company when plugins are loaded, never while pricing.", HOOKS),
        ("The plugin", "The manifest of your plugin, and the argument of its hooks.", PLUGIN),
        ("Contributions", "What a hook returns: frozen values, indexed by inventory type.", CONTRIBUTIONS),
        ("Shortcuts", "For the usual cases.", SHORTCUTS),
        (
            "Requests and answers",
            "What a contribution is called with, and what it returns. New fields get defaults.",
            FACTS,
        ),
    )
    for title, meaning, members in chapters:
        yield from ("", f"## {title}", "", meaning)
        for member in members:
            yield from ("", f"### `{member.__name__}`", "", _of(member), "")
            if not inspect.isclass(member):
                yield from ("```python signature", *_signature(member), "```", "")
            yield from _arguments(member)
    yield from ("", "## Records", "", *paragraph(RECORDS_ARE))
    for record in RECORDS:
        yield from ("", f"### `{record.__name__}`", "", _of(record), "")
        yield from _arguments(record)
    yield from _types()
    yield from _amounts()
    yield from _names()
    yield from _designs()
    yield from _factories()


def _factories() -> Iterator[str]:
    yield from ("", "## Factories", "")
    yield from paragraph(
        "The fixture `k2k_factories` is this module, `k2k_core.testing.factories`, for the tests of a plugin. Each "
        "function takes by name the fields of the record that it makes, and fills in the rest: "
        "`k2k_factories.lot(boxes=20)`. What is within a request is a record of its own, made first and passed whole: "
        "`share=` of `share_request` is a `ShareTerms`, `sale=` of `sale_request` a `SaleTerms`, `lot=` and `terms=` "
        "those of the other factories. To change one field of a record that is made already: `lot._replace(boxes=20)` "
        "of a `Lot`, a `PriceRequest` or an `EligibilityRequest`; of any other record, such as a `Customer` or "
        '`ShareTerms`: `dataclasses.replace(customer, location="MIA")`.'
    )
    yield from ("", "| factory | makes |", "|---|---|")
    for name, function in vars(factories).items():
        if inspect.isfunction(function) and function.__module__ == factories.__name__ and not name.startswith("_"):
            makes = annotation_of(function.__annotations__["return"])
            yield f"| `{name}` | a `{makes}`: {' '.join(doc_of(function).split())} |"


def annotation_of(kind: object) -> str:
    """The name of a type."""
    return str(getattr(kind, "__name__", kind))


def _of(member: Callable[..., object]) -> str:
    """From where it is imported, and what it is."""
    module = member.__module__
    public = hooks.__name__ if module.startswith(hooks.__name__) and member.__name__ in hooks.__all__ else module
    return doc_of(member) if member in HOOKS else f"From `{public}`. {doc_of(member)}"


def _types() -> Iterator[str]:
    yield from ("", "## Types", "", "Names of types for the annotations of a plugin.", "")
    yield from ("| type | from | is | meaning |", "|---|---|---|---|")
    for name, module, meaning in TYPES:
        written = str(getattr(module, name)).replace("k2k_core.domain.pricing.", "")
        written = written.replace("collections.abc.", "").replace("typing.", "").replace("|", "\\|")
        yield f"| `{name}` | `{module.__name__}` | `{written}` | {meaning} |"


def _amounts() -> Iterator[str]:
    yield from ("", "## Amounts", "")
    yield from paragraph(
        "`k2k_core.domain.money.Exact` is a fraction of two whole numbers: computing with it loses nothing. K2K rounds "
        "once, at the end. It refuses floats."
    )
    yield from ("", "| written | meaning |", "|---|---|")
    yield from (f"| `{written}` | {' '.join((meaning or '').split())} |" for written, meaning in AMOUNT)


def _names() -> Iterator[str]:
    yield from ("", "## Names", "", "What these fields may hold. What the bundled plugins contribute is listed in")
    yield from ("[its own page](contributions.md).", "", "| field | names | which |", "|---|---|---|")
    for field, names, which in NAMES:
        yield f"| {field} | {', '.join(f'`{name}`' for name in names)} | {which} |"


def _designs() -> Iterator[str]:
    yield from ("", "## Label designs", "")
    yield from paragraph(
        "What a design of your own is made of ([labels of your own design](plugins.md#labels-of-your-own-design)): the "
        "public names of `k2k_labels`, in the modules that are named. Distances are dots of a 203 dpi printer, from "
        "the top left corner; a label is 812 dots wide and 609 high."
    )
    for member in DESIGNS:
        name = member.__qualname__
        yield from ("", f"### `{name}`", "", _of(member), "", "```python signature")
        yield from (*_signature(member), "```")


def _arguments(member: Callable[..., object]) -> Iterator[str]:
    """The arguments of a function; the fields of a record, with their units, readers and examples."""
    meaning, of_record = meanings(member), FIELDS.get(member.__name__)
    more = ["unit", "shown to", "example"] if of_record else ["example"] if inspect.isclass(member) else []
    columns = ["argument", "type", "default", *more, "meaning"]
    yield from (f"| {' | '.join(columns)} |", "|---" * len(columns) + "|")
    for parameter in inspect.signature(member).parameters.values():
        name, kind = parameter.name, annotation(parameter)
        cells = [f"`{name}`", f"`{kind}`".replace("|", "\\|"), shown_default(parameter)]
        if of_record:
            cells += [unit(member.__name__, name, kind), of_record.get(name, "").partition(", ")[0]]
        if more:
            cells.append(example(member, name).replace("|", "\\|"))
        yield f"| {' | '.join([*cells, meaning.get(name, '')])} |"


def _signature(member: Callable[..., object]) -> Iterator[str]:
    signature = inspect.signature(member)
    arguments = [_argument(parameter) for parameter in signature.parameters.values() if parameter.name != "self"]
    returns = "" if inspect.isclass(member) else f" -> {signature.return_annotation}"
    line = f"{member.__name__}({', '.join(arguments)}){returns}"
    if len(line) <= 100:
        yield line
    else:
        yield from (f"{member.__name__}(", *(f"    {argument}," for argument in arguments), f"){returns}")


def _argument(parameter: inspect.Parameter) -> str:
    return f"{star(parameter)}{parameter.name}: {annotation(parameter)}{default_of(parameter.default)}"
