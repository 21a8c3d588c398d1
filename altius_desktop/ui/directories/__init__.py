"""The directories of the office, each a short declaration, and the one window that edits them all."""

from altius_desktop.ui.directories.activity_kind import ACTIVITY_KINDS
from altius_desktop.ui.directories.ad_source import AD_SOURCES
from altius_desktop.ui.directories.base import Directory
from altius_desktop.ui.directories.business_line import BUSINESS_LINES
from altius_desktop.ui.directories.category import CATEGORIES
from altius_desktop.ui.directories.counterparty_group import COUNTERPARTY_GROUPS
from altius_desktop.ui.directories.department import DEPARTMENTS
from altius_desktop.ui.directories.dialog import DirectoryDialog
from altius_desktop.ui.directories.legend import LEGEND
from altius_desktop.ui.directories.region import REGIONS
from altius_desktop.ui.directories.result_kind import RESULT_KINDS

DIRECTORIES = (
    BUSINESS_LINES,
    REGIONS,
    COUNTERPARTY_GROUPS,
    CATEGORIES,
    AD_SOURCES,
    ACTIVITY_KINDS,
    RESULT_KINDS,
    DEPARTMENTS,
    LEGEND,
)

__all__ = ["DIRECTORIES", "Directory", "DirectoryDialog"]
