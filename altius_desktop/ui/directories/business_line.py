"""What the counterparties do."""

from altius_desktop.i18n import N_
from altius_desktop.ui.directories.base import Directory

BUSINESS_LINES = Directory(
    table="business_line",
    title=N_("Business lines"),
    new=N_("New business line"),
    change=N_("Business line"),
    icon="business_line",
)
