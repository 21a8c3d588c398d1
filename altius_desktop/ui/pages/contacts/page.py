"""The Contacts document: composes the day's three tables and turns keys, clicks and menus into acts."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from altius_desktop.domain.errors import ConnectionLost, UserError
from altius_desktop.i18n import _
from altius_desktop.services.attempts import OUTCOMES
from altius_desktop.services.day import (
    ActivityRow,
    list_busy_days,
    note_daily_showings,
)
from altius_desktop.ui import messages
from altius_desktop.ui.connection_banner import ConnectionBanner
from altius_desktop.ui.formats import clock, number
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.pages.contacts.actions import ActionBar
from altius_desktop.ui.pages.contacts.columns import DayColumns
from altius_desktop.ui.pages.contacts.day_bar import DayBar
from altius_desktop.ui.pages.contacts.day_model import DayModel
from altius_desktop.ui.pages.contacts.day_search import DaySearch
from altius_desktop.ui.pages.contacts.empty_day import EmptyDay
from altius_desktop.ui.pages.contacts.panel_side import PanelSide
from altius_desktop.ui.pages.contacts.row_acts import RowActs
from altius_desktop.ui.pages.contacts.section import DaySplitter, Section
from altius_desktop.ui.table import RowTableModel
from altius_desktop.ui.workplace import Workplace

SECTIONS = ("call", "event", "daily")

# Rows that a usual day has in each part, with their head.
SHARES = (11, 7, 6)


class ContactsPage(QWidget):
    """The main page: `top` goes into the window's top bar, `counts_changed` into its status bar."""

    counts_changed = Signal(str, str)  # what is shown, when it was read
    painted = Signal()  # a day that was read has been painted

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setObjectName("contactsPage")
        self.setAccessibleName(_("Contacts"))
        self.workplace = workplace
        self.day = DayModel(workplace)
        self.columns = DayColumns()
        self._chosen: UUID | None = None
        self._paint_awaited = False

        self.day_bar = DayBar(overdue=self.day.show_overdue, me=workplace.identity.employee_id)
        self.search = DaySearch()
        self.top = QWidget()
        top = QHBoxLayout(self.top)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(10)
        top.addWidget(self.day_bar)
        top.addStretch(1)
        # It takes what room there is before the stretch does: its hint is not to be cut.
        top.addWidget(self.search, 100)

        columns = self.columns
        call_columns = columns.calls()
        self.calls = self._section(
            call_columns,
            title=_("Calls"),
            icon_name="calls",
            name="callsTable",
            legend=[column for column in call_columns if column.kind == "counter"],
        )
        self.events = self._section(
            columns.events(), title=_("Events"), icon_name="events", name="eventsTable"
        )
        self.daily = self._section(
            columns.daily_tasks(), title=_("Daily tasks"), icon_name="daily", name="dailyTasksTable"
        )
        self.sections = (self.calls, self.events, self.daily)

        self.acts = acts = RowActs(workplace, self.day, self, self.chosen)
        self.empty = EmptyDay(
            workplace,
            self,
            day=self.day,
            search=self.search,
            sections=self.sections,
            plan=lambda: acts.plan_section("call"),
        )
        self.actions_bar = ActionBar(
            result=acts.enter_result,
            plan=acts.plan,
            history=acts.show_history,
            reschedule_menu=acts.reschedule_menu,
            highlight_menu=acts.highlight_menu,
            take=acts.take,
            add_menu=acts.add_menu,
        )
        self.banner = ConnectionBanner(workplace, detail=self._what_is_seen, reload=self.reload)
        self.splitter = DaySplitter()
        for section, share in zip(self.sections, SHARES, strict=True):
            section.setMinimumHeight(110)
            self.splitter.addWidget(section)
            self.splitter.setStretchFactor(self.splitter.count() - 1, share)
        self.splitter.setSizes([100 * share for share in SHARES])
        left = QVBoxLayout()
        left.setContentsMargins(14, 10, 12, 10)
        left.setSpacing(8)
        left.addWidget(self.actions_bar)
        left.addWidget(self.banner)
        left.addWidget(self.splitter, 1)
        self.side = PanelSide(workplace, self, day=self.day)
        self.panel = self.side.panel
        self.actions_bar.add_widget(self.side.opener)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(left, 1)
        self.side.place(whole)

        self._restore_layout()
        self._wire()
        self._bind_keys()
        self._on_chosen(None)
        self._on_directories()
        self._midnight = QTimer(self, singleShot=True)
        self._midnight.timeout.connect(self.day.reload)

    def _section(self, columns: Any, *, title: str, icon_name: str, name: str, legend: Any = ()) -> Section:
        model = RowTableModel(columns, order=self.columns.order, style=self.columns.style, parent=self)
        return Section(model, title=title, icon=icon_name, table_name=name, legend=legend)

    def _wire(self) -> None:
        workplace, day, bar = self.workplace, self.day, self.day_bar
        bar.day_asked.connect(lambda wanted: day.show(day=wanted))
        bar.person_asked.connect(self._on_person_asked)
        bar.overdue_toggled.connect(self._on_overdue_toggled)
        bar.busy_days_asked.connect(self._read_busy_days)
        day.loaded.connect(self._on_loaded)
        day.rows_changed.connect(self._on_rows_changed)
        day.failed.connect(self._on_read_failed)
        workplace.directories_changed.connect(self._on_directories)
        self.search.changed.connect(self._on_search)
        self.empty.failed.connect(self._on_read_failed)
        self.panel.history_asked.connect(self.acts.open_history)
        self.panel.card_asked.connect(self.acts.open_card_of)
        self.calls.table.painted.connect(self._on_table_painted)
        for section in self.sections:
            table = section.table
            table.current_row_changed.connect(lambda row, chosen=section: self._on_current_row(chosen, row))
            table.activated_row.connect(lambda _row: self.acts.open_activity())
            table.cell_clicked.connect(self.acts.click_cell)
            table.state_changed.connect(
                lambda table=table: workplace.save_layout(table.objectName(), table.save_state())
            )
            table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            table.customContextMenuRequested.connect(
                lambda place, table=table: self.acts.open_context_menu(table.viewport().mapToGlobal(place))
            )
        self.splitter.splitterMoved.connect(
            lambda *_args: workplace.save_layout(
                "daySplitter", bytes(self.splitter.saveState().toBase64().data()).decode()
            )
        )

    def _bind_keys(self) -> None:
        for keys, action in (
            ("Ctrl+R", self.acts.enter_result),
            ("Ctrl+L", self.acts.plan),
            ("Ctrl+H", self.acts.show_history),
            ("Ctrl+D", self.acts.reschedule),
            ("Ctrl+Z", self.acts.undoing.undo),
            ("Ctrl+F", self.search.take_focus),
            ("Alt+Left", lambda: self.day_bar.step(-1)),
            ("Alt+Right", lambda: self.day_bar.step(1)),
            ("Alt+T", self.day_bar.go_today),
            ("F5", self.reload),
            ("Ins", self.add_here),
            ("F2", self.acts.open_card),
        ):
            shortcut(self, keys, action)
        for section in self.sections:
            table = section.table
            table.bind_key("Del", self.acts.cancel)
            for digit in range(7):
                table.bind_key(f"Alt+{digit}", partial(self.acts.highlight, digit or None))
        for digit, outcome in enumerate(OUTCOMES, 1):
            self.calls.table.bind_key(str(digit), partial(self.acts.attempt, outcome))
        self.daily.table.bind_key("Space", self.acts.toggle_done)

    # What is shown

    def reload(self) -> None:
        """Read the day and the panel anew."""
        self.day.reload()
        self.panel.reload()

    def chosen(self) -> ActivityRow | None:
        """The one selected row of the three tables."""
        return self.day.rows.get(self._chosen) if self._chosen is not None else None

    def show_panel(self, visible: bool) -> None:
        self.side.show(visible)

    def _on_loaded(self) -> None:
        day = self.day
        self.columns.day, self.columns.today = day.day, day.today
        self.columns.stand_ins = day.stand_ins
        for section in self.sections:
            section.set_today(day.today)
        self._fill(self.search.fitting(day.rows.values()))
        self.empty.tell()
        self._after_change()
        self.day_bar.show_people(self.workplace.directories, day.person)
        self._plan_midnight()
        if self.workplace.live.connected:
            self.banner.hide()
        self._paint_awaited = True
        self.calls.table.viewport().update()

    def _on_table_painted(self) -> None:
        if self._paint_awaited:
            self._paint_awaited = False
            # A paint event is no place to start something.
            QTimer.singleShot(0, self, self._after_paint)

    def _after_paint(self) -> None:
        self.painted.emit()
        self._note_showings()
        self.empty.find_nearest()

    def _on_rows_changed(self, rows: tuple[ActivityRow, ...], gone: tuple[UUID, ...]) -> None:
        shown = self.search.fitting(rows)
        hidden = {row.id for row in rows} - {row.id for row in shown}
        for section, names in zip(self.sections, SECTIONS, strict=True):
            own = [row for row in shown if row.section == names]
            others = [row.id for row in rows if row.section != names]
            section.model.upsert(own, [*gone, *hidden, *others])
        if self._chosen in gone:
            self._on_chosen(None)
        self._after_change()

    def _fill(self, rows: list[ActivityRow]) -> None:
        for section, name in zip(self.sections, SECTIONS, strict=True):
            section.model.set_rows([row for row in rows if row.section == name])

    def _after_change(self) -> None:
        day = self.day
        rows = day.rows.values()
        self.day_bar.show_day(day.day, day.today, day.overdue_count)
        self.actions_bar.show_progress(sum(row.is_done for row in rows), len(rows))
        self._update_actions()
        count = {name: sum(row.section == name for row in rows) for name in SECTIONS}
        told = "   ·   ".join(
            (
                _("Calls {count}").format(count=number(count["call"])),
                _("Events {count}").format(count=number(count["event"])),
                _("Tasks {count}").format(count=number(count["daily"])),
                _("Overdue {count}").format(count=number(day.overdue_count)),
            )
        )
        read_at = f"{day.read_at:%H:%M:%S}" if day.read_at else ""
        self.counts_changed.emit(told, read_at)

    def _note_showings(self) -> None:
        """Only the one whose day it is leaves a trace, and only of the office's today."""
        day = self.day
        if not day.is_mine or day.day != day.today:
            return
        ids = [row.id for row in day.rows.values() if row.section == "daily" and not row.is_done]
        if not ids:
            return
        me, today = day.person, day.today

        def noted(count: int) -> None:
            if count:
                day.refresh(ids)

        def write() -> int:
            with self.workplace.database.transaction() as session:
                return note_daily_showings(session, employee_id=me, today=today, ids=ids)

        self.workplace.worker.run(
            write, parent=self, done=noted, failed=self._on_read_failed, lane="write", key="showings"
        )

    def _plan_midnight(self) -> None:
        """Read the day again when the office's day ends; the server's clock says when that is."""
        if self.day.read_at is not None:
            passed = self.day.read_at.hour * 3600 + self.day.read_at.minute * 60 + self.day.read_at.second
            self._midnight.start((86400 - passed + 2) * 1000)

    def _read_busy_days(self, first: date, last: date) -> None:
        cover = self.day.cover
        self.workplace.read(
            lambda session: list_busy_days(session, cover=cover, first=first, last=last),
            parent=self,
            done=self.day_bar.show_busy_days,
            failed=self._on_read_failed,
            key="busy",
        )

    # Selection

    def _on_current_row(self, section: Section, row: ActivityRow | None) -> None:
        if row is None:
            if self._chosen is not None and not any(
                other.table.current_row() is not None for other in self.sections
            ):
                self._on_chosen(None)
            return
        for other in self.sections:
            if other is not section and other.table.current_row() is not None:
                other.table.clear_current()
        self._on_chosen(row)

    def _on_chosen(self, row: ActivityRow | None) -> None:
        self._chosen = row.id if row is not None else None
        self.panel.show_counterparty(row.counterparty_id if row is not None else None)
        self._update_actions()

    def _update_actions(self) -> None:
        row = self.chosen()
        why = self.workplace.why_not_change(row) if row is not None else ""
        mine = row is not None and not why
        open_row = row is not None and row.status == "planned"
        bar = self.actions_bar
        bar.result.setEnabled(mine and open_row)
        bar.reschedule.setEnabled(mine and open_row)
        # The colour is the office's.
        bar.highlight.setEnabled(row is not None)
        bar.history.setEnabled(row is not None and row.counterparty_id is not None)
        bar.offer_take(bool(row and row.assignee_id is None and open_row and mine))
        bar.highlight.setToolTip("Alt+1…6, Alt+0")
        bar.result.setToolTip(why or "Ctrl+R")
        bar.reschedule.setToolTip(why or "Ctrl+D")

    def add_here(self) -> None:
        """Plan a row of the table that has the focus."""
        for section, name in zip(self.sections, SECTIONS, strict=True):
            if section.table.hasFocus():
                self.acts.plan_section(name)
                return
        self.acts.plan_section("call")

    # The surroundings

    def _on_directories(self) -> None:
        legend = dict(self.workplace.directories.legend)
        for section in self.sections:
            section.model.set_legend(legend)
        self.day_bar.show_people(self.workplace.directories, self.day.person)

    def _on_person_asked(self, person: UUID) -> None:
        for section in self.sections:
            section.table.clear_current()
        self._on_chosen(None)
        self.day.show(day=self.day.wanted, person=person)

    def _on_overdue_toggled(self, shown: bool) -> None:
        self.workplace.settings.show_overdue = shown
        self.workplace.settings.save()
        self.day.set_overdue(shown)

    def show_overdue_today(self) -> None:
        """Show one's own office's today with what is overdue."""
        self.day_bar.overdue.setChecked(True)
        self.day.show(day=None, person=self.workplace.identity.employee_id)

    def _on_search(self) -> None:
        self._fill(self.search.fitting(self.day.rows.values()))
        self.empty.tell()

    def _what_is_seen(self) -> str:
        since = clock(self.day.read_at)
        return _("You see the day as of {time}; the program keeps trying to connect.").format(
            time=since or "—"
        )

    def _on_read_failed(self, error: UserError) -> None:
        if isinstance(error, ConnectionLost):
            self.banner.tell_lost(error)
        else:
            messages.show_toast(self, str(error), kind="warn")

    def _restore_layout(self) -> None:
        for section in self.sections:
            section.table.restore_state(self.workplace.layout(section.table.objectName()))
        saved = self.workplace.layout("daySplitter")
        if isinstance(saved, str):
            self.splitter.restoreState(QByteArray.fromBase64(saved.encode()))
