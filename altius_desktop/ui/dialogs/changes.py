"""Who changed what on a card or an activity, by days; a former value can be put back from here."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from altius_desktop.domain.errors import Conflict, UserError
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.audit import (
    PAGE,
    ChangedPlace,
    ChangeFilter,
    ChangePage,
    ChangeRow,
    filter_choices,
    list_changes,
)
from altius_desktop.services.restoring import restore_value
from altius_desktop.ui import messages
from altius_desktop.ui.controls import Button
from altius_desktop.ui.dialogs.counterparty_news import CounterpartyNews
from altius_desktop.ui.dialogs.live_row import LiveRow
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.formats import clock, full_day, long_day
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.table import Column, DataTable, EmptyAction, Mark, PagedTableModel
from altius_desktop.ui.undoing import Undoing
from altius_desktop.ui.workplace import Workplace

RESTORE_KEYS = "Ctrl+Shift+Z"
_READ_AT_MOST = 1000


@dataclass(frozen=True)
class ShownChange:
    """A change as a row of the table: the first of its day names the day, the first of its act who and when."""

    id: str
    change: ChangeRow
    begins_day: bool
    begins_act: bool


class ChangesPart(QWidget):
    """The list of changes with its filter, and the button that puts a former value back."""

    restored = Signal()  # a former value was put back

    def __init__(self, workplace: Workplace, place: ChangedPlace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._place = place
        self.undoing = Undoing(workplace, self, done=self._on_undone)
        self._page: ChangePage | None = None
        self._asking = False
        self._page_asked = False
        self._shown_filter: ChangeFilter | None = None
        self._newest = 0
        self.model = PagedTableModel(_columns(), parent=self)
        self.table = DataTable(self.model, name="changesTable", title=_("Who changed what"))
        self.table.bind_key("Ctrl+C", self._copy_row)
        self.table.current_row_changed.connect(lambda _row: self._update_button())
        self.table.verticalScrollBar().valueChanged.connect(lambda _value: self._ask_for_more())
        self._only: ChangeFilter | None = None
        self.filter_button = Button(
            _("All fields"),
            icon="filter",
            hint="Ctrl+F",
            arrow=True,
            name="changesFilter",
            tip=_("Show the changes of one field"),
        )
        self.filter_menu = QMenu(self)
        self.filter_menu.setObjectName("changesFilterMenu")
        self.filter_menu.addAction(_("All fields"), lambda: self.show_only(_("All fields"), None))
        self.filter_menu.addSeparator()
        for text, only in filter_choices(place):
            self.filter_menu.addAction(text, partial(self.show_only, text, only))
        self.filter_button.setMenu(self.filter_menu)
        shortcut(
            self,
            "Ctrl+F",
            self.filter_button.showMenu,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )
        self.restore_button = Button(
            _("Put the former value back"),
            icon="undo",
            hint=RESTORE_KEYS,
            name="restoreValueButton",
            on_click=self.restore,
        )
        shortcut(self, RESTORE_KEYS, self.restore, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.filter_button)
        line.addStretch()
        line.addWidget(self.restore_button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(10)
        whole.addLayout(line)
        whole.addWidget(self.table, 1)
        self.setFocusProxy(self.table)
        self._update_button()
        self._follow()

    def _follow(self) -> None:
        if self._place.table == "activity":
            live = LiveRow(self._workplace, self._place.row_id, self)
            live.read.connect(lambda _row: self.reload())
            return
        news = CounterpartyNews(self._workplace, self._place.row_id, self, shown=frozenset)
        news.changed.connect(self.reload)

    def reload(self) -> None:
        """Read anew what is shown; the chosen row stays chosen where it is still among it."""
        same = self._shown_filter is self._only
        shown = len({row.change.change_id for row in self.model.rows()}) if same else 0
        self._read(None, self.show_page, limit=min(max(PAGE, shown), _READ_AT_MOST))

    def restore(self) -> None:
        """Make the chosen field again what it was before the chosen change."""
        row = self.table.current_row()
        if row is None or not row.change.restorable or self._asking:
            return
        change, seen, place = row.change, self._newest, self._place
        self._asking = True
        self._update_button()
        self._workplace.act(
            lambda session, act: restore_value(
                session,
                act_id=act,
                place=place,
                change_id=change.change_id,
                column=change.column,
                seen_change_id=seen,
            ),
            parent=self,
            done=self._on_restored,
            failed=self._on_refused,
        )

    def _on_restored(self, acted: Acted) -> None:
        self._asking = False
        self.reload()
        if acted.inverse is None:
            messages.show_toast(self, _("The value is the same already"), kind="info")
        else:
            self.undoing.tell(_("The former value is put back"))
            self.restored.emit()

    def _on_refused(self, error: UserError) -> None:
        self._asking = False
        self._update_button()
        if isinstance(error, Conflict):
            self.reload()
        self._tell(error)

    def _tell(self, error: UserError) -> None:
        messages.show_error(self, error)

    def _on_undone(self) -> None:
        self.reload()
        self.restored.emit()

    def _read(self, before: int | None, done: Callable[[ChangePage], None], *, limit: int = PAGE) -> None:
        place, only = self._place, self._only

        def answered(page: ChangePage) -> None:
            if only is self._only:
                done(page)

        self._workplace.read(
            lambda session: list_changes(session, place=place, before=before, only=only, limit=limit),
            parent=self,
            done=answered,
            failed=self._not_now,
            key="changes",
        )

    def _not_now(self, _error: UserError) -> None:
        """The window's banner tells of a lost line; the list is read again at its return."""
        self._page_asked = False

    def show_page(self, page: ChangePage) -> None:
        """Show these changes as the newest ones."""
        chosen = self.table.current_row()
        self._page, self._page_asked = page, False
        if self._only is None:
            self._newest = page.rows[0].change_id if page.rows else 0
        elif page.rows:
            self._newest = max(self._newest, page.rows[0].change_id)
        self._say_when_empty()
        rows = _grouped(page.rows, None)
        if self._shown_filter is self._only:
            self.model.set_rows(rows)
        else:
            self.model.show_others(rows)
        self._shown_filter = self._only
        if chosen is None or not self.table.select_id(chosen.id):
            first = next((row for row in self.model.rows() if row.change.restorable), None)
            if first is not None:
                self.table.select_id(first.id)
        self._update_button()

    def _ask_for_more(self) -> None:
        bar = self.table.verticalScrollBar()
        near = bar.maximum() - bar.value() < 2 * bar.pageStep()
        if self._page is None or self._page.next_before is None or self._page_asked or not near:
            return
        self._page_asked = True
        self._read(self._page.next_before, self._add)

    def _add(self, page: ChangePage) -> None:
        self._page, self._page_asked = page, False
        rows = self.model.rows()
        self.model.append_rows(_grouped(page.rows, rows[-1].change if rows else None))

    def _say_when_empty(self) -> None:
        if self._only is None:
            text = _("Nothing has been changed since changes are kept")
            self.table.show_when_empty("history", text, "", ())
            return
        self.table.show_when_empty(
            "nothing_found",
            _("This was never changed"),
            "",
            (
                EmptyAction(
                    _("Show all changes"),
                    lambda: self.show_only(_("All fields"), None),
                    name="allChangesButton",
                ),
            ),
        )

    def show_only(self, text: str, only: ChangeFilter | None) -> None:
        """Narrow the list to what `text` names; None shows all."""
        self._only = only
        self.filter_button.setText(text)
        self.filter_button.setAccessibleName(text)
        self.reload()

    def _update_button(self) -> None:
        row = self.table.current_row()
        able = row is not None and row.change.restorable
        self.restore_button.setEnabled(able and not self._asking)
        self.restore_button.setToolTip(
            "" if able or row is None else _("Only a changed field can be put back from here.")
        )

    def _copy_row(self) -> None:
        row = self.table.current_row()
        if row is not None:
            QGuiApplication.clipboard().setText(told(row.change))


class ChangesDialog(DialogFrame):
    """The changes of one activity or card. Open it with show(): it does not block the window."""

    def __init__(
        self, workplace: Workplace, place: ChangedPlace, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            parent,
            name="changesDialog",
            icon="history",
            title=_("Who changed what"),
            subtitle=name,
            scroll=False,
        )
        self.setWindowTitle(f"{_('Who changed what')} — {name}")
        self.part = ChangesPart(workplace, place)
        self.body.addWidget(self.part, 1)
        self.save_nothing()
        shortcut(self, "F5", self.part.reload)
        self.resize(1100 if place.table == "counterparty" else 980, 620)
        self.part.setFocus()
        self.part.reload()


def told(change: ChangeRow) -> str:
    """A change in one line, for the clipboard."""
    cells = (f"{full_day(change.at.date())} {clock(change.at)}", change.who, change.record, *_texts(change))
    return "\t".join(" ".join(cell.split()) for cell in cells)


def _texts(change: ChangeRow) -> tuple[str, str, str]:
    return change.field or _what(change), change.old, change.new


def _what(change: ChangeRow) -> str:
    return {
        "added": _("entered"),
        "removed": _("taken off the card"),
        "returned": _("back on the card"),
        "erased": _("personal data erased"),
    }.get(change.kind, "")


def _grouped(rows: tuple[ChangeRow, ...], last: ChangeRow | None) -> list[ShownChange]:
    """The rows with their places in days and acts; `last` is the row that they follow."""
    shown = []
    for row in rows:
        same_day = last is not None and last.at.date() == row.at.date()
        moment = (row.who, row.at.replace(second=0, microsecond=0))
        same_act = (
            same_day and last is not None and moment == (last.who, last.at.replace(second=0, microsecond=0))
        )
        shown.append(ShownChange(row.id, row, not same_day, not same_act))
        last = row
    return shown


def _columns() -> tuple[Column, ...]:
    def day(row: ShownChange) -> str:
        return long_day(row.change.at.date()) if row.begins_day else ""

    def field(row: ShownChange) -> Any:
        kind = row.change.kind
        if kind == "changed":
            return row.change.field
        icon, tone = {
            "added": ("add", "ok"),
            "removed": ("close", "muted"),
            "erased": ("delete", "danger"),
        }.get(kind, ("undo", "text2"))
        return Mark(icon, _what(row.change), tone)

    columns = [
        Column(
            "day",
            _("Day"),
            22,
            day,
            yields=0.8,
            strong=True,
            tooltip=lambda row: full_day(row.change.at.date()),
        ),
        Column("time", _("Time"), 6, lambda row: clock(row.change.at) if row.begins_act else ""),
        Column(
            "who",
            _("Who"),
            15,
            lambda row: with_initial(row.change.who) if row.begins_act else "",
            tooltip=lambda row: row.change.who,
        ),
        Column("record", _("Record"), 24, lambda row: row.change.record, yields=0.6),
        Column("field", _("Field"), 20, field, yields=0.7, optional=False),
        Column("old", _("Was"), 22, lambda row: row.change.old or _dash(row), yields=0.6, optional=False),
        Column("new", _("Became"), 22, lambda row: row.change.new or _dash(row), stretch=True, strong=True),
    ]
    return tuple(columns)


def _dash(row: ShownChange) -> str:
    return "—" if row.change.kind == "changed" else ""
