"""The history of contacts with one counterparty, for any period; stays open beside the window and follows news."""

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QSplitter, QWidget

from altius_desktop.domain.search_text import query_words, search_text, wrong_layout
from altius_desktop.i18n import _
from altius_desktop.services.history import HISTORY_LIMIT, HistoryRow
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.dialogs.counterparty_news import CounterpartyNews
from altius_desktop.ui.dialogs.day_edits import likely_today
from altius_desktop.ui.dialogs.history_period import HistoryPeriod
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
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.table import DataTable, EmptyAction, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_LAYOUT = "historyDialog"


class HistoryDialog(DialogFrame):
    """Everything that happened with a counterparty. Open it with show(): it does not block the window."""

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
        self._rows: tuple[HistoryRow, ...] = ()
        self._words: dict[UUID, str] = {}
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
        self.period = HistoryPeriod(
            workplace, counterparty_id, today=likely_today(workplace.identity), chosen="year"
        )
        self.period.asked.connect(self.reload)
        line = QHBoxLayout()
        line.addWidget(self.period)
        line.addStretch(1)
        line.addWidget(self._find_line())
        self.body.addLayout(line)
        self.body.addWidget(self.period.problem)
        self.body.addWidget(split, 1)
        self._counts = label(role=Font.TABLE, tone="text2", name="historyCounts")
        self.footer.insertWidget(0, self._counts)
        self.save_nothing()
        copy = Button(
            _("Copy all"), icon="copy", hint="Ctrl+Shift+C", name="copyAllButton", on_click=self.copy_all
        )
        self.footer.insertWidget(self.footer.count() - 1, copy)
        shortcut(self, "Ctrl+Shift+C", self.copy_all)
        shortcut(self, "Ctrl+F", self._find.setFocus)
        shortcut(self, "F5", self.reload)

        news = CounterpartyNews(
            workplace, counterparty_id, self, shown=lambda: frozenset(row.id for row in self._rows)
        )
        news.changed.connect(self.reload)
        self.resize(1180, 660)
        self._table.setFocus()
        self.reload()

    def _find_line(self) -> QLineEdit:
        self._find = QLineEdit()
        self._find.setObjectName("historyFind")
        self._find.setAccessibleName(_("Find in the table"))
        self._find.setPlaceholderText(_("Find in the table (Ctrl+F)"))
        self._find.setClearButtonEnabled(True)
        wide = theme.metrics(Font.BASE).horizontalAdvance(self._find.placeholderText()) + 40
        self._find.setMinimumWidth(wide)
        self._find.textChanged.connect(self._show_rows)
        return self._find

    def reload(self) -> None:
        """Read the chosen period anew; without effect while its days are wrong."""
        self.period.read(parent=self, done=self._on_read, failed=self.show_error)

    def _on_read(self, rows: tuple[HistoryRow, ...]) -> None:
        self._rows = rows
        self.banner.hide()
        self._words = {row.id: search_text(*texts_of(row)) for row in self._rows}
        self._show_rows()

    def _show_rows(self) -> None:
        shown = self._found()
        if self._find.text().strip() and not shown:
            self._table.show_when_empty(
                "nothing_found",
                _("Nothing found"),
                "",
                (EmptyAction(_("Clear the search"), self._find.clear, name="clearFindButton"),),
            )
        else:
            self.period.say_when_empty(self._table)
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


def _holds(text: str, words: tuple[str, ...]) -> bool:
    return all(word in text for word in words)
