"""The hardened base view of every page, and the only importer of flask_admin (architecture section 4)."""

from k2k_console.base.desk import Column, Desk, Record
from k2k_console.base.guard import Answer, Guarded, Page, expose
from k2k_console.base.registration import register_views
from k2k_console.export_cells import unformulaic

__all__ = ["Answer", "Column", "Desk", "Guarded", "Page", "Record", "expose", "register_views", "unformulaic"]
