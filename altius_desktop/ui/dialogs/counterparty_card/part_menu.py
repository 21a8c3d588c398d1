"""The menu of a row in the card's tables: call or write to a person, add, open, take off the card."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from altius_desktop.domain.phones import Phone
from altius_desktop.i18n import _
from altius_desktop.services.card_parts import PersonRow
from altius_desktop.ui import icons
from altius_desktop.ui.dialogs.counterparty_card.editors import links_of, open_one_of
from altius_desktop.ui.table import DataTable


def open_part_menu(
    table: DataTable,
    place: QPoint,
    *,
    teller: QWidget,
    add: Callable[[], Any],
    open_row: Callable[[], Any],
    archive: Callable[[], Any],
    erase: Callable[[PersonRow], Any] | None,
) -> None:
    """Show the menu of the table's current row at `place` of the screen; `teller` says what cannot be called.

    Without `erase` nobody's personal data can be erased here.
    """
    row = table.current_row()
    menu = QMenu(table)
    menu.setObjectName("partMenu")
    menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    if isinstance(row, PersonRow):
        _add_links(menu, row, teller)
    menu.addAction(icons.icon("add"), _("Add") + "\tIns", add)
    if row is not None:
        menu.addAction(icons.icon("edit"), _("Open") + "\tF2", open_row)
        menu.addAction(icons.icon("delete"), _("Take off the card") + "\tDel", archive)
    if isinstance(row, PersonRow) and erase is not None:
        menu.addSeparator()
        menu.addAction(icons.icon("delete"), _("Erase personal data…"), lambda: erase(row))
    menu.popup(place)


def _add_links(menu: QMenu, row: PersonRow, teller: QWidget) -> None:
    phones = tuple(Phone(p.value, p.e164, "", p.extension) for p in row.points if p.kind == "phone")
    emails = tuple(Phone(p.value, None, "", None) for p in row.points if p.kind == "email")
    for icon, field, points in (("phone", "phones", phones), ("mail", "emails", emails)):
        for text, address in links_of(field, points):
            menu.addAction(
                icons.icon(icon),
                text.replace("&", "&&"),
                lambda text=text, address=address: open_one_of(teller, [(text, address)]),
            )
    menu.addSeparator()
