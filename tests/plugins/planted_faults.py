"""Faults that authors plant without knowing it: each makes production wrong, and the contract names it.

A fault is the source of a module `part.py` of a plugin, whose line with the fault ends with `# here`, the check of the
contract that finds it, and what is said of it.
"""

from __future__ import annotations

from typing import NamedTuple

STEP = """
@hookimpl
def price_resolvers(context):
    return [PriceResolver("a_step", {})]
"""
RULE = """
@hookimpl
def eligibility_rules(context):
    return [EligibilityRule("a_rule", check, side="{}")]
"""
LABEL = """
@hookimpl
def label_renderers(context):
    return [LabelRenderer("{}", "{}", render)]
"""
VIA = """
@hookimpl
def ship_via_handlers(context):
    return [ShipViaHandler("balloon", "By balloon", frozenset(), allows, ship_to)]
"""
EACH = STEP.format("each(price)")
BATCH = STEP.format("price")
READS, REMEMBERS = "contributions_read_nothing", "contributions_remember_nothing"
FROM_THE_REQUEST, IN_THE_HOOK = "The day is in the request", "Read it in the hook"


class Fault(NamedTuple):
    """A planted fault: its name, the module, the check, what the message says besides the place; settings of the
    company, and files of the plugin besides the module."""

    name: str
    source: str
    check: str
    said: tuple[str, ...]
    settings: str = "{}"
    readme: str = "# `a_step`, `a_rule`, `balloon`, `zpl`, `png`\n\nWhat it does.\n"


READING = [
    Fault(
        "a step reads the day",
        "import datetime as dt\ndef price(request):\n    dt.date.today()  # here\n    return Price(Exact(1))\n" + EACH,
        READS,
        ("reads the clock (datetime.date.today)", FROM_THE_REQUEST),
    ),
    Fault(
        "a rule reads the time under another name",
        "from time import time as moment\ndef check(request):\n    moment()  # here\n" + RULE.format("vendor"),
        READS,
        ("reads the clock (time.time)", FROM_THE_REQUEST),
    ),
    Fault(
        "a hook keeps the moment at which the process began",
        "import datetime\n@hookimpl\ndef price_resolvers(context):\n"
        "    began = getattr(datetime, 'datetime').now()  # here\n"
        "    return [PriceResolver('a_step', each(lambda request: Price(Exact(began.day))))]\n",
        "hooks_read_no_clock",
        ("a hook reads the clock", FROM_THE_REQUEST),
    ),
    Fault(
        "a step draws lots",
        "import random\ndef price(request):\n    return Price(Exact(random.randint(1, 1)))  # here\n" + EACH,
        READS,
        ("reads random numbers", "Answer from the request alone"),
    ),
    Fault(
        "a step reads the environment",
        "import os\ndef price(request):\n    os.environ.get('FACTOR')  # here\n    return Price(Exact(1))\n" + EACH,
        READS,
        ("reads the environment", "Make it a setting of the plugin"),
    ),
    Fault(
        "a rule reads a file",
        "from pathlib import Path\ndef check(request):\n    Path(__file__).read_text()  # here\n"
        + RULE.format("buyer"),
        READS,
        ("reads files", "Read the file in the hook"),
    ),
    Fault(
        "a ship via asks the network",
        "import socket\ndef allows(customer, kind):\n    socket.socket().close()  # here\n    return True\n"
        "def ship_to(customer):\n    return None\n" + VIA,
        READS,
        ("reads the network", IN_THE_HOOK),
    ),
    Fault(
        "a step asks a database",
        "import sqlite3\ndef price(request):\n    sqlite3.connect(':memory:').close()  # here\n"
        "    return Price(Exact(1))\n" + EACH,
        READS,
        ("reads a database", IN_THE_HOOK),
    ),
]
"""What a contribution reads besides its request."""

KEEPING = [
    Fault(
        "a module remembers what it was asked",
        "SEEN = {}  # here\ndef price(request):\n    SEEN.setdefault(request.lot.product.code, request.landed_cost)\n"
        "    return Price(Exact(1))\n" + EACH,
        REMEMBERS,
        ("the global SEEN changes while contributions are asked", "Compute it from the request"),
    ),
    Fault(
        "a closure counts",
        "def counting():\n    asked = 0\n    def price(request):  # here\n        nonlocal asked\n        asked += 1\n"
        "        return Price(Exact(1))\n    return price\n" + STEP.format("each(counting())"),
        REMEMBERS,
        ("the closure variable asked changes", "Compute it from the request"),
    ),
    Fault(
        "a step sets the decimal context",
        "import decimal\ndef price(request):\n    decimal.getcontext().prec = 6  # here\n    return Price(Exact(1))\n"
        + EACH,
        "leave_the_decimal_context_alone",
        ("changes the decimal context", "decimal.localcontext"),
    ),
    Fault(
        "a step leans on the decimal context",
        "from decimal import Decimal\ndef price(request):  # here\n    return Price(Decimal(1) / Decimal(3))\n" + EACH,
        "do_not_hang_on_the_decimal_context",
        ("answers otherwise where decimals have six digits", "Compute with k2k_core.domain.money.Exact"),
    ),
    Fault(
        "a step changes its request",
        "def price(request):\n    request.terms.lists['MINE'] = 'all'  # here\n    return Price(Exact(1))\n" + EACH,
        "change_nothing_that_they_are_handed",
        ("raised TypeError", "A request is read only: make a value of your own"),
    ),
    Fault(
        "a rule goes round its request being read only",
        "def check(request):  # here\n    object.__setattr__(request.share, 'connected', 'perhaps')\n"
        + RULE.format("vendor"),
        "change_nothing_that_they_are_handed",
        ("changes its request", "Make a value of your own"),
    ),
]
"""What a contribution keeps or changes."""

BATCHES = [
    Fault(
        "a large batch costs more",
        "def price(requests):  # here\n    return [Price(Exact(1 + len(requests) // 500)) for one in requests]\n"
        + BATCH,
        "do_not_look_at_the_neighbours",
        ("answers a lot differently in another batch (in threes)", "not on its batch"),
    ),
    Fault(
        "the first lot of a batch decides",
        "def price(requests):  # here\n    return [Price(Exact(len(requests[0].lot.ref))) for one in requests]\n"
        + BATCH,
        "do_not_look_at_the_neighbours",
        ("answers a lot differently in another batch", "not on its batch"),
    ),
    Fault(
        "a price hangs on hash()",
        "def price(request):  # here\n    return Price(Exact(hash(request.lot.product.code) % 1000))\n" + EACH,
        "answers_the_same_in_every_interpreter",
        ("answers otherwise in another interpreter", "zlib.crc32"),
    ),
    Fault(
        "a reason lists a set",
        "def check(request):  # here\n    return Denial('a_rule', ', '.join(set('abcdefgh')))\n"
        + RULE.format("vendor"),
        "answers_the_same_in_every_interpreter",
        ("answers otherwise in another interpreter", "Sort what comes out of a set"),
    ),
    Fault(
        "a step is slow",
        "def price(requests):  # here\n    return [Price(Exact(sum(range(30_000)) + 1)) for one in requests]\n" + BATCH,
        "a_thousand_lots_take_no_longer",
        ("ms for a thousand lots, 250 are allowed", "Compute in the hook, or once a batch"),
    ),
]
"""Answers that depend on the batch or the process, and slow ones."""

REASONS = [
    Fault(
        "a denial tells the cost",
        "def check(request):  # here\n    return Denial('a_rule', f'cost {Exact.micros(request.lot.unit_cost or 0)}')\n"
        + RULE.format("vendor"),
        "denials_say_why",
        ("says the unit cost in a reason", "Leave it out"),
    ),
    Fault(
        "a denial tells the margin of the other company",
        "def check(request):  # here\n    return Denial('a_rule', f'{request.share.buyer.settings.gpm / 1e6:.2f} %')\n"
        + RULE.format("vendor"),
        "denials_say_why",
        ("says the margin of the other company in a reason", "Leave it out"),
    ),
    Fault(
        "a price tells a mail address",
        "def price(request):  # here\n    return NoValue('ask {who}', {'who': request.terms.customer.email})\n" + EACH,
        "steps_say_why",
        ("says the customer's mail address in a reason", "Leave it out"),
    ),
    Fault(
        "a reason lacks a fact",
        "def price(request):  # here\n    return NoValue('no price for {product}', {'code': 'R60'})\n" + EACH,
        "steps_say_why",
        ("that its facts do not fill", "Name every placeholder"),
    ),
    Fault(
        "a reason is never filled",
        "def check(request):  # here\n    return Denial('a_rule', 'older than {days} days')\n" + RULE.format("vendor"),
        "denials_say_why",
        ("gives a reason that nothing fills", "Write Message(template, name=value)"),
    ),
    Fault(
        "a denial has another rule's code",
        "def check(request):  # here\n    return Denial('too_old', 'it is too old')\n" + RULE.format("vendor"),
        "denials_say_why",
        ("denies with the code too_old, which is another rule's", "Deny with a_rule"),
    ),
]
"""What reasons say."""

PRICES = [
    Fault(
        "a price is negative",
        "def price(request):  # here\n    return Price(Exact(-1))\n" + EACH,
        "prices_are_not_negative",
        ("answers a negative price, -1", "Answer NoValue with the reason"),
    ),
    Fault(
        "a price is not finite",
        "from decimal import Decimal\ndef price(request):  # here\n    return Price(Decimal('NaN'))\n" + EACH,
        "steps_answer_every_request",
        ("NaN is not a number", "See docs/hooks.md"),
    ),
    Fault(
        "a price has an absurd exponent",
        "from decimal import Decimal\ndef price(request):  # here\n    return Price(Decimal('1E+999999'))\n" + EACH,
        "steps_answer_every_request",
        ("is too large or too small for an amount", "See docs/hooks.md"),
    ),
    Fault(
        "a price goes through a float",
        "from decimal import Decimal\ndef price(request):  # here\n"
        "    cost = request.landed_cost\n"
        "    return Price(Decimal(str(cost.n / cost.d * 1.3))) if cost else NoValue('no cost')\n" + EACH,
        "prices_are_exact",
        ("rounds, or computes with floats", "Compute with Exact to the end"),
    ),
    Fault(
        "a price is rounded to cents",
        "def price(request):  # here\n    cost = request.unit_cost\n"
        "    return Price(Exact(cost.rounded_up(100), 100)) if cost else NoValue('no cost')\n" + EACH,
        "prices_are_exact",
        ("rounds, or computes with floats", "K2K rounds once, as the company sets"),
    ),
]
"""What prices are."""

ZPL_LABEL = (
    "def render(request):  # here\n    return Label(request.box_code, 'application/zpl', {}, (request.box_code,))\n"
)
PNG_LABEL = (
    "import io\nfrom PIL import Image\ndef render(request):  # here\n    file = io.BytesIO()\n"
    "    Image.new('L', (400, 300), 255).save(file, 'PNG')\n"
    "    return Label(request.box_code, 'image/png', file.getvalue(), ())\n"
)
BARS = "^FO20,200^BCN,100,N,N,N,A^FD"
LABELS = [
    Fault(
        "a label has no barcode",
        PNG_LABEL + LABEL.format("png", "image/png"),
        "labels_can_be_scanned",
        ("a scanner reads nothing", "Draw one barcode of box_code"),
    ),
    Fault(
        "a label has another box's barcode",
        ZPL_LABEL.format(f"b'^XA{BARS}B2^FS^XZ'") + LABEL.format("zpl", "application/zpl"),
        "labels_can_be_scanned",
        ("a scanner reads B2", "Draw one barcode of box_code"),
    ),
    Fault(
        "a text on a label is a command",
        ZPL_LABEL.format(f"f'^XA^FO9,9^A0N,30^FD{{request.recipient}}^FS{BARS}{{request.box_code}}^FS^XZ'.encode()")
        + LABEL.format("zpl", "application/zpl"),
        "labels_obey_no_text",
        ("a text on the label becomes the command", "Escape every text"),
    ),
]
"""What is on labels."""

TRAVEL = [
    Fault(
        "a ship via refuses everybody",
        "def allows(customer, kind):  # here\n    return customer.ship_via == 'ballon'\n"
        "def ship_to(customer):\n    return None\n" + VIA,
        "ways_to_travel_are_open_to_somebody",
        (
            "refuses every customer",
            "Allow it to customers with the ship via balloon",
            "without a location and with the location MIA",
        ),
    ),
    Fault(
        "a ship via fails for an unknown customer",
        "HOURS = {'warehouse': 1, 'grower': 2, 'choice': 3, 'balloon': 4}\ndef allows(customer, kind):\n"
        "    return HOURS[customer.ship_via] > 0  # here\ndef ship_to(customer):\n    return None\n" + VIA,
        "ways_to_travel_answer_every_customer",
        ("raised KeyError: 'by_balloon'", "It must answer every request"),
    ),
]
"""Ship vias."""

ANY_STEP = "def price(request):\n    return Price(Exact(1))\n" + EACH
PROJECTS = [
    Fault(
        "a setting takes anything",
        "class Settings(Schema):\n    factor = fields.Raw()  # here\n" + ANY_STEP,
        "settings_refuse_what_makes_no_sense",
        ("the setting factor takes anything", "Declare its type"),
    ),
    Fault(
        "settings take any name",
        "class Settings(Schema):  # here\n    class Meta:\n        unknown = INCLUDE\n" + ANY_STEP,
        "settings_refuse_a_name_that_is_none",
        ("Settings takes settings that there are not", "Leave `unknown` at RAISE"),
    ),
    Fault(
        "a section of the help is empty",
        ANY_STEP,
        "readme_has_a_section",
        ("says nothing", "Say what a_step does and which settings it has"),
        readme="# Help\n\nRead on.\n\n## `a_step` <!-- here -->\n\n## Other things\n\nOf no use.\n",
    ),
    Fault(
        "a private module is imported by its name",
        "import importlib\nstore = importlib.import_module('k2k_core.store')  # here\n" + ANY_STEP,
        "imports_only_the_public_surface",
        ("it imports k2k_core.store", "Import only k2k_core.hooks"),
    ),
    Fault(
        "a private module is imported by a name that is put together",
        "runtime = __import__('.'.join(['k2k' + '_core', 'runtime']))  # here\n" + ANY_STEP,
        "imports_only_the_public_surface",
        ("it imports k2k_core.runtime", "Import only k2k_core.hooks"),
    ),
    Fault(
        "a private function is found among the modules that are loaded",
        "import sys\ndef price(request):\n    room = sys.modules['k2k' + '_core.runtime.error_text']\n"
        "    room.line('a line')  # here\n    return Price(Exact(1))\n" + EACH,
        READS,
        ("reads what is private to K2K (k2k_core.runtime.error_text.line)", "Use k2k_core.hooks"),
    ),
]
"""What a plugin is made of."""

FAULTS = [*READING, *KEEPING, *BATCHES, *REASONS, *PRICES, *LABELS, *TRAVEL, *PROJECTS]
