"""By which ad a counterparty came to us, and what each ad cost in which period."""

from altius_desktop.i18n import N_
from altius_desktop.ui.directories.base import Directory

AD_SOURCES = Directory(
    table="ad_source",
    title=N_("Ad sources"),
    new=N_("New ad source"),
    change=N_("Ad source"),
    icon="source",
    expenses=True,
)
