"""The names by which a transaction tells PostgreSQL whose rows it works with (`store.migrations.row_policies`)."""

from __future__ import annotations

COMPANIES = "k2k.companies"
"""The setting of a transaction that names the companies, as an array of their ids."""

PARTNERS = "k2k.partners"
"""The setting that names the companies with which those that the work is done for are connected: of these it meets what
is traded, the lots and boxes."""

WHOLE_NETWORK = "k2k.whole_network"
"""The setting that shows the rows of every company."""

NETWORK = 0
"""The company of rows that belong to none: to the network, such as an operator's."""


NAME_PARTNERS = "k2k_name_partners"
"""The function of the database that names the partners of some companies, whose rows are shown already."""
