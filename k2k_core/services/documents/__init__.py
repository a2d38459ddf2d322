"""Documents of a company: lists and views, invoices and their PDF, credits, landed costs, attachments."""

from typing import TYPE_CHECKING

from k2k_core.lazy_imports import submodules_of

if TYPE_CHECKING:
    from k2k_core.services.documents import attachments as attachments
    from k2k_core.services.documents import credits as credits
    from k2k_core.services.documents import document_list as document_list
    from k2k_core.services.documents import invoice_mails as invoice_mails
    from k2k_core.services.documents import invoice_pdf as invoice_pdf
    from k2k_core.services.documents import line_view as line_view
    from k2k_core.services.documents import preconditions as preconditions
    from k2k_core.services.documents import timeline as timeline
    from k2k_core.services.documents import watches as watches
    from k2k_core.services.documents import who_is_told as who_is_told
else:
    __getattr__ = submodules_of(__name__)
