"""The vocabulary of the pages: a page is declared with these words, and served, swept and tested from its declaration.

Words are frozen and know nothing of requests: `page_views` serves them, `pages` declares with them.
"""

from k2k_console.vocabulary.actions import (
    Action,
    Call,
    Download,
    Every,
    Field,
    Lookup,
    PendingLines,
    Preview,
    TypedRows,
)
from k2k_console.vocabulary.cells import Row, Show, Split, State
from k2k_console.vocabulary.charts import Bar, Chart
from k2k_console.vocabulary.details import Detail, Fact, Lines, Timeline
from k2k_console.vocabulary.drawers import Drawer, Panel
from k2k_console.vocabulary.edit_forms import Edited, EditForm, FieldGroup, FoundBefore, WeekGrid, WeekRow, WhatIf
from k2k_console.vocabulary.explanations import Chain, Reason, Step, StepsTable, Sum, Term
from k2k_console.vocabulary.feedback import (
    ConflictDialog,
    ConflictField,
    Finding,
    Outcome,
    Progress,
    Refusal,
    ShownOnce,
    Toast,
)
from k2k_console.vocabulary.imports import ImportSteps
from k2k_console.vocabulary.line_grids import Draft, FoundLine, Grid, GridLine, LineGrid
from k2k_console.vocabulary.lists import TODAY, Cell, Column, Empty, Filter, List, Spread, Tally, View
from k2k_console.vocabulary.pages import Page

__all__ = [
    "Term",
    "Sum",
    "StepsTable",
    "Step",
    "Reason",
    "Chain",
    "Chart",
    "TODAY",
    "Tally",
    "Action",
    "Bar",
    "Call",
    "Cell",
    "Column",
    "ConflictDialog",
    "ConflictField",
    "Detail",
    "Download",
    "Draft",
    "Drawer",
    "EditForm",
    "Edited",
    "Empty",
    "Every",
    "Fact",
    "Field",
    "FieldGroup",
    "Filter",
    "Finding",
    "FoundBefore",
    "FoundLine",
    "Grid",
    "ImportSteps",
    "GridLine",
    "LineGrid",
    "Lines",
    "List",
    "Lookup",
    "Outcome",
    "Page",
    "Panel",
    "PendingLines",
    "Preview",
    "Progress",
    "Refusal",
    "ShownOnce",
    "Row",
    "Show",
    "Split",
    "Spread",
    "State",
    "Timeline",
    "Toast",
    "TypedRows",
    "View",
    "WeekGrid",
    "WeekRow",
    "WhatIf",
]
