"""How the office divides its counterparties."""

from altius_desktop.i18n import N_
from altius_desktop.ui.directories.base import Directory

COUNTERPARTY_GROUPS = Directory(
    table="counterparty_group",
    title=N_("Groups of counterparties"),
    new=N_("New group"),
    change=N_("Group"),
    icon="group",
)
