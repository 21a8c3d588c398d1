"""How much a counterparty matters."""

from altius_desktop.i18n import N_
from altius_desktop.ui.directories.base import Directory

CATEGORIES = Directory(
    table="category",
    title=N_("Categories of counterparties"),
    new=N_("New category"),
    change=N_("Category"),
    icon="category",
)
