"""Where the employees work; departments stand in alphabetical order."""

from altius_desktop.i18n import N_
from altius_desktop.ui.directories.base import Directory

DEPARTMENTS = Directory(
    table="department",
    title=N_("Departments"),
    new=N_("New department"),
    change=N_("Department"),
    icon="department",
)
