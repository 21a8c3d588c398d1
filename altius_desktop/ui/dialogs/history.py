"""The history of contacts with one counterparty, for any period; stays open beside the window and follows news."""

from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QPlainTextEdit, QSplitter, QWidget

from altius_desktop.database.listener import News
from altius_desktop.domain.dates import Period
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.search_text import query_words, search_text, wrong_layout
from altius_desktop.i18n import _
from altius_desktop.services.day import list_activities
from altius_desktop.services.history import HISTORY_LIMIT, HistoryRow, list_history
from altius_desktop.services.identity import get_today
from altius_desktop.ui import theme
from altius_desktop.ui.calendar import month_later
from altius_desktop.ui.controls import Button, label, shortcut
from altius_desktop.ui.dialogs.day_edits import DayEdit, likely_today
from altius_desktop.ui.dialogs.history_rows import (
    attempts_of,
    history_columns,
    history_style,
    plain_text,
    texts_of,
    whole_text,
)
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.formats import number
from altius_desktop.ui.table import DataTable, EmptyAction, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_NEWS_MERGED_MS = 150
_LAYOUT = "historyDialog"


class HistoryDialog(DialogFrame):
    """Everything that happened with a counterparty. Open it with show(): it does not block the window.

    The days are the office's: "month", "quarter" and "year" end today, "all" has no bounds.
    """

    def __init__(
        self, workplace: Workplace, counterparty_id: UUID, name: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(
            parent,
            name="historyDialog",
            icon="history",
            title=_("History of contacts"),
            subtitle=name,
            scroll=False,
        )
        self._workplace = workplace
        self._counterparty_id = counterparty_id
        self._today = likely_today(workplace.identity)
        self._rows: tuple[HistoryRow, ...] = ()
        self._words: dict[UUID, str] = {}
        self._to_check: set[UUID] = set()
        self._chosen = "year"
        self.setWindowTitle(f"{_('History of contacts')} — {name}")
        self._model = RowTableModel(history_columns(), style=history_style)
        self._table = DataTable(self._model, name="historyTable", title=_("History of contacts"))
        self._table.bind_key("Ctrl+C", self.copy_row)
        self._table.current_row_changed.connect(self._show_details)
        self._table.restore_state(workplace.layout(_LAYOUT))
        self._table.state_changed.connect(lambda: workplace.save_layout(_LAYOUT, self._table.save_state()))
        self._whole = QPlainTextEdit()
        self._whole.setObjectName("historyDetails")
        self._whole.setAccessibleName(_("The whole text"))
        self._whole.setReadOnly(True)
        self._whole.setTabChangesFocus(True)
        split = QSplitter(Qt.Orientation.Vertical)
        split.addWidget(self._table)
        split.addWidget(self._whole)
        split.setStretchFactor(0, 1)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(10)
        self._whole.setMinimumHeight(theme.metrics(Font.BASE).lineSpacing() * 4 + 14)
        split.setSizes([360, 130])
        self.body.addLayout(self._period_line())
        self._wrong = label(role=Font.CAPTION, tone="danger", name="periodError")
        self._wrong.hide()
        self.body.addWidget(self._wrong)
        self.body.addWidget(split, 1)
        self._counts = label(role=Font.TABLE, tone="text2", name="historyCounts")
        self.footer.insertWidget(0, self._counts)
        self.save_button.hide()
        self.save_button.setEnabled(False)
        self.footer.removeWidget(self.cancel_button)
        self.footer.addWidget(self.cancel_button)
        self.cancel_button.setText(_("Close"))
        self.cancel_button.setAccessibleName(_("Close"))
        copy = Button(
            _("Copy all"), icon="copy", hint="Ctrl+Shift+C", name="copyAllButton", on_click=self.copy_all
        )
        self.footer.insertWidget(self.footer.count() - 1, copy)
        shortcut(self, "Ctrl+Shift+C", self.copy_all)
        shortcut(self, "Ctrl+F", self._find.setFocus)
        shortcut(self, "F5", self.reload)

        self._merge = QTimer(self, singleShot=True, interval=_NEWS_MERGED_MS)
        self._merge.timeout.connect(self._check_news)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self.reload)
        self.resize(1180, 660)
        self._table.setFocus()
        self.choose_period("year")

    def _period_line(self) -> QHBoxLayout:
        line = QHBoxLayout()
        line.setSpacing(6)
        self._periods = QButtonGroup(self)
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
            self._periods.addButton(button)
            self._buttons[key] = button
            line.addWidget(button)
        self._from = DayEdit(name="fromDay", title=_("From"), today=self._today)
        self._to = DayEdit(name="toDay", title=_("To"), today=self._today)
        for edit in (self._from, self._to):
            edit.changed.connect(self._on_days_changed)
        line.addSpacing(8)
        line.addWidget(label(_("from"), tone="text2"))
        line.addWidget(self._from)
        line.addWidget(label(_("to"), tone="text2"))
        line.addWidget(self._to)
        line.addStretch(1)
        self._find = QLineEdit()
        self._find.setObjectName("historyFind")
        self._find.setAccessibleName(_("Find in the table"))
        self._find.setPlaceholderText(_("Find in the table (Ctrl+F)"))
        self._find.setClearButtonEnabled(True)
        wide = theme.metrics(Font.BASE).horizontalAdvance(self._find.placeholderText()) + 40
        self._find.setMinimumWidth(wide)
        self._find.textChanged.connect(self._show_rows)
        line.addWidget(self._find)
        return line

    def choose_period(self, key: str) -> None:
        """Show the last "month", "quarter" or "year", or "all"."""
        self._chosen = key
        self._tell("")
        self._buttons[key].setChecked(True)
        self._show_period(self._period())
        self.reload()

    def _period(self) -> Period | None:
        """The chosen period; None for all time."""
        if self._chosen in _MONTHS:
            return Period(month_later(self._today, -_MONTHS[self._chosen]), self._today)
        start, end = self._from.value(), self._to.value()
        return Period(start, end) if self._chosen == "days" and start and end else None

    def _show_period(self, period: Period | None) -> None:
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
        self._periods.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._periods.setExclusive(True)
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

    def reload(self) -> None:
        """Read the chosen period anew; without effect while its days are wrong."""
        if not self._wrong.isHidden():
            return
        chosen, days = self._chosen, self._period()

        def op(session: Any) -> tuple[date, tuple[HistoryRow, ...]]:
            today = get_today(session)
            period = Period(month_later(today, -_MONTHS[chosen]), today) if chosen in _MONTHS else days
            return today, list_history(session, counterparty_id=self._counterparty_id, period=period)

        self._workplace.read(op, parent=self, done=self._on_read, failed=self._on_failed, key="history")

    def _on_read(self, answer: tuple[date, tuple[HistoryRow, ...]]) -> None:
        today, self._rows = answer
        if today != self._today:
            self._today = today
            self._from.set_today(today)
            self._to.set_today(today)
            if self._chosen in _MONTHS:
                self._show_period(self._period())
        self.banner.hide()
        self._words = {row.id: search_text(*texts_of(row)) for row in self._rows}
        self._show_rows()

    def _on_failed(self, error: UserError) -> None:
        self.show_error(error)

    def _show_rows(self) -> None:
        shown = self._found()
        if self._find.text().strip() and not shown:
            self._table.show_when_empty(
                "nothing_found",
                _("Nothing found"),
                "",
                (EmptyAction(_("Clear the search"), self._find.clear, name="clearFindButton"),),
            )
        elif self._chosen == "all":
            self._table.show_when_empty("history", _("There have been no contacts yet"))
        else:
            everything = EmptyAction(
                _("Show everything"), lambda: self.choose_period("all"), name="showAllButton"
            )
            self._table.show_when_empty("history", _("No contacts in this period"), "", (everything,))
        self._model.set_rows(shown)
        if not self._table.currentIndex().isValid() and shown:
            self._table.select_id(shown[0].id)
        self._show_details(self._table.current_row())
        self._show_counts(shown)

    def _found(self) -> tuple[HistoryRow, ...]:
        typed = self._find.text()
        if not typed.strip():
            return self._rows
        for words in (query_words(typed), query_words(wrong_layout(typed))):
            found = tuple(row for row in self._rows if words and _holds(self._words[row.id], words))
            if found:
                return found
        return ()

    def _show_counts(self, rows: tuple[HistoryRow, ...]) -> None:
        parts = (
            _("Contacts: {count}").format(count=number(len(rows))),
            _("with a result {count}").format(count=number(sum(row.status == "done" for row in rows))),
            _("attempts {count}").format(count=number(sum(map(attempts_of, rows)))),
        )
        text = " · ".join(parts)
        if len(self._rows) == HISTORY_LIMIT:
            text += " · " + _("the latest {count} are shown").format(count=number(HISTORY_LIMIT))
        self._counts.setText(text)

    def _show_details(self, row: HistoryRow | None) -> None:
        text = whole_text(row) if row is not None else ""
        if text != self._whole.toPlainText():
            self._whole.setPlainText(text)

    def copy_row(self) -> None:
        """Put the selected row into the clipboard, its cells parted by tabs."""
        row = self._table.current_row()
        if row is not None:
            self._copy((row,))

    def copy_all(self) -> None:
        """The same with every row shown, under the titles of the columns."""
        self._copy(self._model.rows(), titles=True)

    def _copy(self, rows: tuple[HistoryRow, ...], *, titles: bool = False) -> None:
        lines = ["\t".join(column.title for column in self._model.columns)] if titles else []
        for row in rows:
            cells = (plain_text(column.value(row)) for column in self._model.columns)
            lines.append("\t".join(" ".join(cell.split()) for cell in cells))
        QGuiApplication.clipboard().setText("\n".join(lines))

    def _on_news(self, news: tuple[News, ...]) -> None:
        for item in news:
            if item.table == "activity" and item.ids is None:
                self.reload()
            elif item.table == "activity":
                self._to_check |= item.ids or frozenset()
        if self._to_check and not self._merge.isActive():
            self._merge.start()

    def _check_news(self) -> None:
        asked = frozenset(self._to_check)
        self._to_check.clear()
        if asked & {row.id for row in self._rows}:
            self.reload()
            return

        def reload_if_ours(rows: tuple[Any, ...]) -> None:
            if any(row.counterparty_id == self._counterparty_id for row in rows):
                self.reload()

        self._workplace.read(
            lambda session: list_activities(session, asked),
            parent=self,
            done=reload_if_ours,
            failed=lambda _error: None,
        )


def _holds(text: str, words: tuple[str, ...]) -> bool:
    return all(word in text for word in words)
