"""Tables of the window: columns, a model over frozen rows, and the view that draws them."""

from altius_desktop.ui.table.empty import EmptyAction, EmptyState
from altius_desktop.ui.table.model import Check, Column, Mark, RowRole, RowStyle, RowTableModel
from altius_desktop.ui.table.paged import PagedTableModel
from altius_desktop.ui.table.view import DataTable

__all__ = [
    "Check",
    "Column",
    "DataTable",
    "EmptyAction",
    "EmptyState",
    "Mark",
    "PagedTableModel",
    "RowRole",
    "RowStyle",
    "RowTableModel",
]
