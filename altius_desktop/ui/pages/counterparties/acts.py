"""What can be done with the ticked counterparties, or with the current one where none is ticked."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from math import inf
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QMenu, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.acts import Acted
from altius_desktop.services.counterparty_edits import change_many
from altius_desktop.services.counterparty_list import (
    CounterpartyFilter,
    CounterpartyListRow,
    list_counterparties_of_ids,
)
from altius_desktop.services.counterparty_rows import present_values
from altius_desktop.services.search import CounterpartyHit
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.colours import fill_colour_menu
from altius_desktop.ui.dialogs.congratulations import open_congratulations
from altius_desktop.ui.dialogs.counterparty_card import open_card
from altius_desktop.ui.dialogs.day_edits import likely_today
from altius_desktop.ui.dialogs.history import HistoryDialog
from altius_desktop.ui.dialogs.plan import PlanDialog, PlanSeed
from altius_desktop.ui.dialogs.quick_entry import QuickEntryDialog
from altius_desktop.ui.pages.counterparties.attribute_dialog import AttributeDialog, attribute_titles
from altius_desktop.ui.undoing import Undoing
from altius_desktop.ui.workplace import Workplace

PLANNED_AT_MOST = 200
_NAMES_AT_MOST = 5

_ROW_FIELD = {
    "highlight": "highlight",
    "responsible_id": "responsible",
    "business_line_id": "business_line",
    "region_id": "region",
    "group_id": "group",
    "category_id": "category",
    "ad_source_id": "ad_source",
}


class CounterpartyActs(QObject):
    """`page` is the parent of dialogs and toasts; `ticked` gives ids, `current` the selected row or None.

    `position` tells where in the table a row stands, None for one that is not shown. `created` is told of a new one, `leaving` of those that an act may take off the list.
    """

    def __init__(
        self,
        workplace: Workplace,
        page: QWidget,
        *,
        ticked: Callable[[], tuple[UUID, ...]],
        current: Callable[[], CounterpartyListRow | None],
        position: Callable[[UUID], int | None],
        created: Callable[[UUID], object],
        leaving: Callable[[Collection[UUID]], object],
    ) -> None:
        super().__init__(page)
        self._workplace = workplace
        self._page = page
        self._ticked = ticked
        self._current = current
        self._position = position
        self._created = created
        self._leaving = leaving
        self.undoing = Undoing(workplace, page)
        self.highlight_menu = self._menu("highlightMenu", self._fill_highlights)
        self.manager_menu = self._menu("managerMenu", self._fill_managers)

    def _menu(self, name: str, fill: Callable[[QMenu], None]) -> QMenu:
        menu = QMenu(self._page)
        menu.setObjectName(name)
        menu.aboutToShow.connect(lambda: fill(menu))
        return menu

    def targets(self) -> tuple[UUID, ...]:
        """The ticked ones, else the current one, else nobody."""
        ticked = self._ticked()
        row = self._current()
        return ticked or ((row.id,) if row is not None else ())

    # One at a time

    def create(self, name: str = "") -> None:
        """Open the quick entry; what it creates is shown in the table."""
        dialog = QuickEntryDialog(self._workplace, self._page, name=name)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

        def saved() -> None:
            if dialog.created_id is not None:
                self._created(dialog.created_id)

        dialog.accepted.connect(saved)
        dialog.open()

    def say_created(self, counterparty_id: UUID, *, shown: bool) -> None:
        """A new one may lie behind the rows that are here, or not fit what is selected: then its card is offered."""
        if shown:
            messages.show_toast(self._page, _("The counterparty is entered"))
            return
        messages.show_toast(
            self._page,
            _("The counterparty is entered; it is not among the rows shown"),
            action=messages.ToastAction(_("Open"), partial(self.open_card_of, counterparty_id)),
        )

    def open_card(self) -> None:
        row = self._current()
        if row is not None:
            self.open_card_of(row.id)

    def open_card_of(self, counterparty_id: UUID) -> None:
        open_card(self._workplace, counterparty_id, self._page)

    def show_history(self) -> None:
        row = self._current()
        if row is not None:
            dialog = HistoryDialog(self._workplace, row.id, row.name, self._page)
            dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            dialog.show()

    def congratulate(self) -> None:
        """Open the birthdays and important dates that lie ahead."""
        open_congratulations(self._workplace, self._page)

    # With all of them

    def plan(self) -> None:
        """A plan with a line for each of the ticked ones, in the order of the table."""
        ids = self.targets()
        if not ids:
            self._open_plan(())
            return
        if len(ids) > PLANNED_AT_MOST:
            messages.show_error(
                self._page,
                UserError(
                    _("At most {count} counterparties fit into one plan.").format(count=PLANNED_AT_MOST),
                    _("Tick fewer, or plan in several goes."),
                ),
            )
            return
        self._read_rows(ids, self._open_plan)

    def _open_plan(self, rows: Sequence[CounterpartyListRow]) -> None:
        day = likely_today(self._workplace.identity)
        if rows:
            first = rows[0]
            seed = PlanSeed(
                counterparty_id=first.id, counterparty_name=first.name if len(rows) == 1 else "", day=day
            )
        else:
            seed = PlanSeed(day=day)
        dialog = PlanDialog(self._workplace, seed, self._page)
        model = dialog.model
        if len(rows) > 1:
            dialog.set_header(subtitle=_counterparties(len(rows)))
            for number, row in enumerate(rows):
                if number:
                    model.add_line(number - 1)
                hit = CounterpartyHit(row.id, row.name, row.inn, "", row.phone)
                model.setData(model.index(number, model.column_of("counterparty_id")), hit)
                model.setData(model.index(number, model.column_of("due_on")), day)
            dialog.grid.go_to(0, "topic")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(
            lambda: self.undoing.tell(_("Planned: {count}").format(count=len(dialog.saved_ids)))
        )
        dialog.open()

    def highlight(self, key: int | None) -> None:
        """Colour the rows for the whole office, or take the colour off."""
        name = self._workplace.directories.legend_name(key) if key else _("No colour")
        self.change("highlight", key, name)

    def choose_attribute(self) -> None:
        """Ask for an attribute and its value, and give it to all."""
        ids = self.targets()
        if not ids:
            return
        dialog = AttributeDialog(self._workplace.directories, _counterparties(len(ids)), self._page)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.accepted.connect(lambda: self.change(*dialog.choice))
        dialog.open()

    def change(self, field: str, value: Any, value_text: str) -> None:
        """Give all of them a value: after a look at what would change, as one act that is taken back as one."""
        ids = self.targets()
        if not ids:
            return
        if not self._ticked():
            self._change(ids, field, value)
            return

        def look(rows: Sequence[CounterpartyListRow], present: Mapping[str | int | None, int]) -> None:
            counts: Counter[str] = Counter()
            for one, count in present.items():
                counts[self._value_text(field, one)] += count
            if set(counts) <= {value_text}:
                self._say_nothing_changed()
                return
            title, text = self.preview([row.name for row in rows], counts, field, value_text)
            if messages.confirm(self._page, title, text, _("Change"), _("Cancel")):
                self._change(ids, field, value)

        self._workplace.read(
            lambda session: present_values(session, ids=ids, field=_ROW_FIELD[field]),
            parent=self,
            done=lambda present: self._read_rows(ids[:_NAMES_AT_MOST], lambda rows: look(rows, present)),
            failed=self._on_failed,
            key="present values",
        )

    def preview(
        self, names: Sequence[str], present: Counter[str], field: str, value_text: str
    ) -> tuple[str, str]:
        """The question before a group change: its title, and what is there now against what would be.

        `names` are those of some of the counterparties, `present` counts the values that all of them have.
        """
        changing = present.total() - present[value_text]
        title = ngettext(
            "{field}: change for {count} counterparty?",
            "{field}: change for {count} counterparties?",
            changing,
        ).format(field=attribute_titles()[field], count=changing)
        lines = [
            f"{before or '—'} → {value_text or '—'}: {number}"
            for before, number in present.most_common(4)
            if before != value_text
        ]
        if value_text in present:
            lines.append(_("Already so, nothing changes: {count}").format(count=present[value_text]))
        told = ", ".join(names)
        if more := present.total() - len(names):
            told = _("{names} and {count} more").format(names=told, count=more)
        return title, "\n".join([*lines, told])

    def _value_text(self, field: str, value: Any) -> str:
        if field == "highlight":
            return self._workplace.directories.legend_name(value) if value else _("No colour")
        return with_initial(value or "") if field == "responsible_id" else value or ""

    def _change(self, ids: tuple[UUID, ...], field: str, value: Any) -> None:
        self._leaving(ids)

        def done(acted: Acted) -> None:
            count = len(acted.counterparty_ids)
            if count:
                told = ngettext("{count} counterparty changed", "{count} counterparties changed", count)
                self.undoing.tell(told.format(count=count))
            else:
                self._say_nothing_changed()

        def failed(error: UserError) -> None:
            self._leaving(())
            self._on_failed(error)

        self._workplace.act(
            lambda session, act_id: change_many(session, act_id=act_id, ids=ids, field=field, value=value),
            parent=self._page,
            done=done,
            failed=failed,
        )

    def archive(self) -> None:
        """Take them off the lists, after a question; nothing is deleted."""
        ids = self.targets()
        if not ids:
            return
        row = self._current()
        one = row.name if len(ids) == 1 and row is not None and row.id == ids[0] else ""
        sure = messages.confirm(
            self._page,
            _("To the archive: {name}?").format(name=one or _counterparties(len(ids))),
            _("They leave the lists and stay in history. The filter “Archived” shows them again."),
            _("Archive"),
            _("Cancel"),
            danger=True,
        )
        if sure:
            self._change(ids, "archived", True)

    def restore(self) -> None:
        """Bring archived ones back."""
        ids = self.targets()
        if ids:
            self._change(ids, "archived", False)

    def _say_nothing_changed(self) -> None:
        messages.show_toast(self._page, _("It is so already; there is nothing to change"), kind="info")

    def _on_failed(self, error: UserError) -> None:
        messages.show_error(self._page, error)

    def _read_rows(self, ids: Sequence[UUID], done: Callable[[Sequence[CounterpartyListRow]], None]) -> None:
        def read(session: Any) -> tuple[CounterpartyListRow, ...]:
            rows = [
                row
                for archived in (False, True)
                for row in list_counterparties_of_ids(
                    session, where=CounterpartyFilter(archived=archived), ids=ids
                )
            ]
            return tuple({row.id: row for row in rows}.values())

        def place(row: CounterpartyListRow) -> tuple[float, str]:
            position = self._position(row.id)
            return (inf if position is None else position, row.name.lower())

        def sort(rows: tuple[CounterpartyListRow, ...]) -> None:
            done(sorted(rows, key=place))

        self._workplace.read(read, parent=self, done=sort, failed=self._on_failed, key="targets")

    def _fill_highlights(self, menu: QMenu) -> None:
        row = self._current()
        present = row.highlight if row is not None and not self._ticked() else None
        fill_colour_menu(menu, self._workplace.directories, present, self.highlight)

    def _fill_managers(self, menu: QMenu) -> None:
        menu.clear()
        for employee in self._workplace.directories.employees:
            name = with_initial(employee.full_name)
            menu.addAction(
                employee.full_name.replace("&", "&&"),
                partial(self.change, "responsible_id", employee.id, name),
            )
        menu.addSeparator()
        menu.addAction(_("Nobody"), partial(self.change, "responsible_id", None, ""))


def _counterparties(count: int) -> str:
    return ngettext("{count} counterparty", "{count} counterparties", count).format(count=count)
