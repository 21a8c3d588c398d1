"""The history of contacts inside the card: a table and its period."""

from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from altius_desktop.domain.dates import Period
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.history import HISTORY_LIMIT, HistoryRow, list_history
from altius_desktop.services.identity import get_today
from altius_desktop.ui.calendar import month_later
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.dialogs.day_edits import DayEdit
from altius_desktop.ui.dialogs.history_rows import history_columns, history_style
from altius_desktop.ui.formats import number
from altius_desktop.ui.table import Column, DataTable, EmptyAction, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class HistoryPart(QWidget):
    """Contacts of the last month, quarter or year, of any days, or all; "quarter" at first."""

    row_opened = Signal(object)  # HistoryRow
    loaded = Signal(int)  # how many contacts the period has

    def __init__(self, workplace: Workplace, counterparty_id: UUID, today: date) -> None:
        super().__init__()
        self._workplace = workplace
        self._counterparty_id = counterparty_id
        self._today = today
        self._chosen = "quarter"
        self._model = RowTableModel(_columns(), style=history_style, parent=self)
        self.table = DataTable(self._model, name="historyTable", title=_("History of contacts"))
        self.table.activated_row.connect(self.row_opened)
        self._counts = label(role=Font.CAPTION, tone="muted", name="historyCounts")
        self._wrong = label(role=Font.CAPTION, tone="danger", name="periodError")
        self._wrong.hide()
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(label(_("History"), role=Font.SECTION))
        head.addSpacing(2)
        head.addWidget(self._counts)
        head.addWidget(self._wrong)
        head.addStretch()
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Button] = {}
        for key, text in (
            ("month", _("Month")),
            ("quarter", _("Quarter")),
            ("year", _("Year")),
            ("all", _("All time")),
        ):
            button = Button(text, small=True, name=f"{key}Button")
            button.setCheckable(True)
            button.clicked.connect(lambda _on, key=key: self.choose_period(key))
            self._group.addButton(button)
            self._buttons[key] = button
            head.addWidget(button)
        self._from = DayEdit(name="fromDay", title=_("From"), today=today)
        self._to = DayEdit(name="toDay", title=_("To"), today=today)
        for edit in (self._from, self._to):
            edit.changed.connect(self._on_days_changed)
        head.addWidget(self._from)
        head.addWidget(label("–", tone="muted"))
        head.addWidget(self._to)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addWidget(self.table, 1)
        self._buttons["quarter"].setChecked(True)
        self._show_period()

    @property
    def ids(self) -> frozenset[UUID]:
        """The contacts that are shown."""
        return frozenset(row.id for row in self._model.rows())

    def choose_period(self, key: str) -> None:
        """Show the last "month", "quarter" or "year", or "all"."""
        self._chosen = key
        self._buttons[key].setChecked(True)
        self._tell("")
        self._show_period()
        self.reload()

    def reload(self) -> None:
        """Read the period anew; without effect while its days are wrong."""
        if not self._wrong.isHidden():
            return
        chosen, days = self._chosen, self._period()

        def op(session: Any) -> tuple[date, tuple[HistoryRow, ...]]:
            today = get_today(session)
            period = Period(month_later(today, -_MONTHS[chosen]), today) if chosen in _MONTHS else days
            return today, list_history(session, counterparty_id=self._counterparty_id, period=period)

        self._workplace.read(op, parent=self, done=self._on_read, failed=self._not_now, key="history")

    def _not_now(self, _error: UserError) -> None:
        """The window's banner tells of a lost line; the period is read again at its return."""

    def _period(self) -> Period | None:
        if self._chosen in _MONTHS:
            return Period(month_later(self._today, -_MONTHS[self._chosen]), self._today)
        start, end = self._from.value(), self._to.value()
        return Period(start, end) if self._chosen == "days" and start and end else None

    def _show_period(self) -> None:
        period = self._period()
        for edit, day in (
            (self._from, period.start if period else None),
            (self._to, period.end if period else None),
        ):
            edit.blockSignals(True)
            edit.set_value(day)
            edit.mark(False)
            edit.blockSignals(False)

    def _on_days_changed(self) -> None:
        self._chosen = "days"
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)
        problem = self._from.problem() or self._to.problem()
        start, end = self._from.value(), self._to.value()
        if not problem and start is not None and end is not None and end < start:
            problem = _("The period ends before it begins.")
        self._tell(problem)
        if not problem and start is not None and end is not None:
            self.reload()

    def _tell(self, problem: str) -> None:
        self._wrong.setText(problem)
        self._wrong.setVisible(bool(problem))

    def _on_read(self, answer: tuple[date, tuple[HistoryRow, ...]]) -> None:
        today, rows = answer
        if today != self._today:
            self._today = today
            self._from.set_today(today)
            self._to.set_today(today)
            if self._chosen in _MONTHS:
                self._show_period()
        if self._chosen == "all":
            self.table.show_when_empty("history", _("There have been no contacts yet"))
        else:
            everything = EmptyAction(
                _("Show everything"), lambda: self.choose_period("all"), name="showAllButton"
            )
            self.table.show_when_empty("history", _("No contacts in this period"), "", (everything,))
        full = len(rows) == HISTORY_LIMIT
        # What is still planned stands in the plan.
        rows = tuple(row for row in rows if row.status != "planned")
        self._model.set_rows(rows)
        text = number(len(rows))
        if full:
            text = _("the latest {count} are shown").format(count=number(HISTORY_LIMIT))
        self._counts.setText(text)
        self.loaded.emit(len(rows))


def _columns() -> tuple[Column, ...]:
    """The history's columns in the width of the card, with the contact person."""
    known = {column.key: column for column in history_columns()}
    person = Column("person", _("Contact person"), 13, lambda row: with_initial(row.contact_person_name))
    return (
        known["when"],
        replace(known["kind"], yields=0.85),
        person,
        replace(known["topic"], yields=0.35),
        replace(known["result"], width_chars=22, yields=0.4),
        known["text"],
        replace(known["who"], yields=0.75),
    )
