"""Which period of a counterparty's history is shown: buttons and days, and the reading of its contacts."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from altius_desktop.domain.dates import Period
from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.services.history import HistoryRow, list_history
from altius_desktop.services.identity import get_today
from altius_desktop.ui.calendar import month_later
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.dialogs.day_edits import DayEdit
from altius_desktop.ui.table import DataTable, EmptyAction
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_MONTHS = {"month": 1, "quarter": 3, "year": 12}


class HistoryPeriod(QWidget):
    """The line with the periods: "month", "quarter" and "year" end on the office's today, "all" has no bounds.

    `problem` is the label that says what is wrong with the days; whoever shows the line gives it a place.
    """

    asked = Signal()  # another period is to be read

    def __init__(self, workplace: Workplace, counterparty_id: UUID, *, today: date, chosen: str) -> None:
        super().__init__()
        self._workplace = workplace
        self._counterparty_id = counterparty_id
        self._today = today
        self.chosen = chosen
        self.problem = label(role=Font.CAPTION, tone="danger", name="periodError")
        self.problem.hide()
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(6)
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
            button.clicked.connect(lambda _on, key=key: self.choose(key))
            self._group.addButton(button)
            self._buttons[key] = button
            line.addWidget(button)
        self._from = DayEdit(name="fromDay", title=_("From"), today=today)
        self._to = DayEdit(name="toDay", title=_("To"), today=today)
        for edit in (self._from, self._to):
            edit.changed.connect(self._on_days_changed)
        line.addWidget(self._from)
        line.addWidget(label("–", tone="muted"))
        line.addWidget(self._to)
        self._buttons[chosen].setChecked(True)
        self._show_days()

    def stand_for(self, counterparty_id: UUID) -> None:
        """Ask for the history of another counterparty from now on."""
        self._counterparty_id = counterparty_id

    def choose(self, key: str) -> None:
        """Take the last "month", "quarter" or "year", or "all"."""
        self.chosen = key
        self._buttons[key].setChecked(True)
        self._tell("")
        self._show_days()
        self.asked.emit()

    def take_over(self, former: "HistoryPeriod") -> None:
        """Stand at the same period, without asking for it."""
        self.blockSignals(True)
        if former.chosen != "days":
            self.choose(former.chosen)
        else:
            for mine, theirs in ((self._from, former._from), (self._to, former._to)):
                mine.line.setText(theirs.line.text())
        self.blockSignals(False)

    def read(
        self,
        *,
        parent: QWidget,
        done: Callable[[tuple[HistoryRow, ...]], None],
        failed: Callable[[UserError], None],
    ) -> None:
        """Read the contacts of the period; without effect while its days are wrong."""
        if not self.problem.isHidden():
            return
        chosen, days, firm = self.chosen, self._period(), self._counterparty_id

        def op(session: Any) -> tuple[date, tuple[HistoryRow, ...]]:
            today = get_today(session)
            period = Period(month_later(today, -_MONTHS[chosen]), today) if chosen in _MONTHS else days
            return today, list_history(session, counterparty_id=firm, period=period)

        def take(answer: tuple[date, tuple[HistoryRow, ...]]) -> None:
            today, rows = answer
            self._set_today(today)
            done(rows)

        self._workplace.read(op, parent=parent, done=take, failed=failed, key="history")

    def say_when_empty(self, table: DataTable) -> None:
        """Say in the empty table that the period has no contacts, with the way to all time."""
        if self.chosen == "all":
            table.show_when_empty("history", _("There have been no contacts yet"))
            return
        everything = EmptyAction(_("Show everything"), lambda: self.choose("all"), name="showAllButton")
        table.show_when_empty("history", _("No contacts in this period"), "", (everything,))

    def _period(self) -> Period | None:
        """The chosen period; None for all time."""
        if self.chosen in _MONTHS:
            return Period(month_later(self._today, -_MONTHS[self.chosen]), self._today)
        start, end = self._from.value(), self._to.value()
        return Period(start, end) if self.chosen == "days" and start and end else None

    def _set_today(self, today: date) -> None:
        if today == self._today:
            return
        self._today = today
        self._from.set_today(today)
        self._to.set_today(today)
        if self.chosen in _MONTHS:
            self._show_days()

    def _show_days(self) -> None:
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
        self.chosen = "days"
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
            self.asked.emit()

    def _tell(self, problem: str) -> None:
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
