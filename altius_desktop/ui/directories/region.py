"""Where the counterparties are."""

from altius_desktop.i18n import N_
from altius_desktop.ui.directories.base import Directory

REGIONS = Directory(
    table="region",
    title=N_("Regions"),
    new=N_("New region"),
    change=N_("Region"),
    icon="region",
)
