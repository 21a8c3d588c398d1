"""The menus of the Counterparties page: what can be done with rows, and which columns are shown."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QMenu, QWidget

from altius_desktop.i18n import _
from altius_desktop.services.counterparty_list import CounterpartyListRow
from altius_desktop.ui.icons import icon
from altius_desktop.ui.pages.counterparties.acts import CounterpartyActs
from altius_desktop.ui.table import DataTable


def make_row_menu(
    page: QWidget,
    acts: CounterpartyActs,
    row: CounterpartyListRow | None,
    *,
    select_by_value: Callable[[], object],
) -> QMenu:
    """The context menu of the current row, or of the ticked ones; it goes when it is closed."""
    menu = QMenu(page)
    menu.setObjectName("rowMenu")
    menu.aboutToHide.connect(menu.deleteLater)

    def add(icon_name: str, text: str, keys: str, action: Any, enabled: bool = True) -> None:
        entry = menu.addAction(icon(icon_name), f"{text}\t{keys}" if keys else text, action)
        entry.setEnabled(enabled)

    add("card", _("Card"), "F2", acts.open_card, row is not None)
    add("plan", _("Plan…"), "Ctrl+L", acts.plan)
    add("history", _("History"), "Ctrl+H", acts.show_history, row is not None)
    add("birthday", _("Congratulations…"), "Ctrl+G", acts.congratulate)
    menu.addSeparator()
    add("filter", _("Select by the value of this column"), "Alt+F", select_by_value, row is not None)
    menu.addMenu(acts.highlight_menu).setText(_("Colour"))
    menu.addMenu(acts.manager_menu).setText(_("Manager"))
    add("attribute", _("Attribute…"), "", acts.choose_attribute)
    menu.addSeparator()
    if row is not None and row.archived:
        add("undo", _("Bring back from the archive"), "", acts.restore)
    else:
        add("archive", _("Archive"), "Del", acts.archive)
    return menu


def fill_columns_menu(menu: QMenu, table: DataTable) -> None:
    """A tick for each column that may be hidden."""
    menu.clear()
    for number, column in enumerate(table.rows_model.columns):
        if column.optional:
            action = menu.addAction(column.title)
            action.setCheckable(True)
            action.setChecked(not table.isColumnHidden(number))
            action.toggled.connect(lambda on, key=column.key: table.show_column(key, on))
