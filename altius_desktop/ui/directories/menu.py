"""The way to every directory from any page: a button of the top bar, whose menu also opens by its key."""

from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QMenu

from altius_desktop.i18n import _
from altius_desktop.ui.controls import Button
from altius_desktop.ui.directories.activity_kind import ACTIVITY_KINDS
from altius_desktop.ui.directories.ad_source import AD_SOURCES
from altius_desktop.ui.directories.business_line import BUSINESS_LINES
from altius_desktop.ui.directories.category import CATEGORIES
from altius_desktop.ui.directories.counterparty_group import COUNTERPARTY_GROUPS
from altius_desktop.ui.directories.department import DEPARTMENTS
from altius_desktop.ui.directories.legend import LEGEND
from altius_desktop.ui.directories.region import REGIONS
from altius_desktop.ui.directories.result_kind import RESULT_KINDS
from altius_desktop.ui.form import DirectoryRequest
from altius_desktop.ui.form.directory_lookup import why_read_only
from altius_desktop.ui.icons import icon
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.workplace import Workplace

KEY = "Alt+D"
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


class DirectoriesButton(Button):
    """Alt+D and a digit open a directory; a tool tip says why this employee may not change one."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(
            icon="database",
            kind="flat",
            name="directoriesButton",
            tip=_("Directories"),
            hint=KEY,
            on_click=self.open_menu,
        )
        self.menu_shown = QMenu(self)
        self.menu_shown.setObjectName("directoriesMenu")
        self.menu_shown.setAccessibleName(_("Directories"))
        self.menu_shown.setToolTipsVisible(True)
        groups = workplace.identity.groups
        for number, directory in enumerate(DIRECTORIES, 1):
            why = why_read_only(directory.table, groups)
            action = self.menu_shown.addAction(
                icon(directory.icon),
                f"&{number}  {_(directory.title)}",
                partial(workplace.directory_asked.emit, DirectoryRequest(directory.table, self)),
            )
            action.setObjectName(f"{directory.table}DirectoryAction")
            action.setToolTip(why or _(directory.title))
        shortcut(self, KEY, self.open_menu)

    def open_menu(self) -> None:
        self.menu_shown.popup(self.mapToGlobal(QPoint(0, self.height())))
        self.menu_shown.setActiveAction(self.menu_shown.actions()[0])
