"""The table widget: rows of 30 pixels, one selected row, keys that act only while it has the focus."""

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip, QWidget

from altius_desktop.ui import theme
from altius_desktop.ui.controls import plain_tip, set_tone
from altius_desktop.ui.keys import latin_key
from altius_desktop.ui.table.column_layout import ColumnLayout
from altius_desktop.ui.table.corner import Corner
from altius_desktop.ui.table.delegate import RowDelegate
from altius_desktop.ui.table.empty import EmptyAction, EmptyState
from altius_desktop.ui.table.header import Header
from altius_desktop.ui.table.model import Column, RowTableModel
from altius_desktop.ui.theme import Font

_KEYBOARD_REASONS = (
    Qt.FocusReason.TabFocusReason,
    Qt.FocusReason.BacktabFocusReason,
    Qt.FocusReason.ShortcutFocusReason,
)


class DataTable(QTableView):
    """A table over a RowTableModel with one selected row at most."""

    activated_row = Signal(object)  # Enter or a double click
    current_row_changed = Signal(object)  # the selected row or None; also when its content changed
    cell_clicked = Signal(
        object, str, object
    )  # row, column key, modifiers; counters, check boxes, ticks only
    all_ticks_asked = Signal()  # the box in the header of the ticks was pressed
    painted = Signal()  # the rows stand on the screen
    state_changed = Signal()  # the user changed widths, order or sort: save_state() gives another answer

    def __init__(self, model: RowTableModel, *, name: str, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows_model = model
        self.selected_position = -1
        self.hovered_position = -1
        # Where a cell's text holds what was searched for; None while nothing is.
        self.marked: Callable[[str], Sequence[tuple[int, int]]] | None = None
        # The box over the ticks: all, none or (None) some of the rows.
        self.header_ticked: bool | None = False
        self.row_height = theme.metrics(Font.TABLE).height() + 14
        self._key_actions: dict[tuple[int, Qt.KeyboardModifier], Callable[[], object]] = {}
        self._pressed: QModelIndex = QModelIndex()
        self._empty: EmptyState | None = None
        self.setObjectName(name)
        self.setAccessibleName(title)
        self.setFont(theme.font(Font.TABLE))
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = Header(self)
        self.setHorizontalHeader(header)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(self.row_height)
        rows.setDefaultSectionSize(self.row_height)
        self.setModel(model)
        self._delegate = RowDelegate(self, self)
        self.setItemDelegate(self._delegate)
        self._corners = [Corner(self, place) for place in range(4)]
        self._layout = ColumnLayout(self, model)
        self._layout.changed.connect(self.state_changed)
        header.sectionClicked.connect(self._on_header_clicked)
        self.selectionModel().currentRowChanged.connect(self._on_current_row_changed)
        self.doubleClicked.connect(self._on_double_clicked)
        model.dataChanged.connect(self._on_data_changed)
        for signal in (model.rowsInserted, model.rowsRemoved, model.layoutChanged):
            signal.connect(self._show_empty_or_not)
        model.rowsInserted.connect(lambda _parent, first, last: self._keep_in_sight(first, last - first + 1))
        model.rowsRemoved.connect(lambda _parent, first, last: self._keep_in_sight(first, first - last - 1))
        theme.changed.connect(self._on_theme_changed)

    @property
    def first_section(self) -> int:
        """The column that stands first; its cell has the bar of the selection."""
        return self._layout.first

    @property
    def last_section(self) -> int:
        return self._layout.last

    def current_row(self) -> Any:
        """The selected row, or None."""
        index = self.currentIndex()
        return self.rows_model.row_at(index.row()) if index.isValid() else None

    def select_id(self, row_id: Hashable) -> bool:
        """Select the row with this id and scroll to it; False if it is not here."""
        index = self.rows_model.index_of(row_id, self.first_section)
        if not index.isValid():
            return False
        self.setCurrentIndex(index)
        self.scrollTo(index)
        return True

    def clear_current(self) -> None:
        """Select no row."""
        self.selectionModel().clear()

    def show_when_empty(
        self, icon: str, title: str, text: str = "", actions: tuple[EmptyAction, ...] = ()
    ) -> None:
        """What to say while there are no rows; nothing is said before the first rows were asked for."""
        if self._empty is not None:
            self._empty.hide()
            self._empty.deleteLater()
        self._empty = EmptyState(icon, title, text, actions, self.viewport())
        self._show_empty_or_not()

    def bind_key(self, key: str, action: Callable[[], object]) -> None:
        """Do `action` at "1", "Space", "Ins", "Alt+0" and the like, while this table has the focus.

        Exactly these modifiers; holding the key down does it once; letters work in the Russian layout too.
        """
        combination = QKeySequence(key)[0]  # type: ignore[index] # the stubs lack QKeySequence.__getitem__
        self._key_actions[(combination.key(), combination.keyboardModifiers())] = action

    def save_state(self) -> dict[str, Any]:
        """Widths, order and sort by column keys, fit for JSON."""
        return self._layout.save_state()

    def restore_state(self, state: Any) -> None:
        """Take up what save_state() gave, by an earlier version of the columns too; nonsense is left out."""
        self._layout.restore_state(state)

    def show_column(self, key: str, shown: bool) -> None:
        """Show or hide a column at the user's wish."""
        self._layout.show_column(key, shown)

    def shown_columns(self) -> tuple[Column, ...]:
        """The columns that can be seen, in the order in which they stand."""
        return self._layout.shown_columns()

    def _on_header_clicked(self, section: int) -> None:
        column = self.rows_model.columns[section]
        if column.kind == "tick":
            self.all_ticks_asked.emit()
        if column.sort is None:
            return
        if self.rows_model.sorted_by == (column.key, False):
            self.rows_model.sort_by(column.key, descending=True)
        elif self.rows_model.sorted_by == (column.key, True):
            self.rows_model.sort_by(None)
        else:
            self.rows_model.sort_by(column.key)
        self.horizontalHeader().viewport().update()
        self.state_changed.emit()

    def _on_double_clicked(self, index: QModelIndex) -> None:
        # Two quick ticks are no wish to open anything.
        if self.rows_model.columns[index.column()].kind != "tick":
            self.activated_row.emit(self.rows_model.row_at(index.row()))

    def _on_current_row_changed(self, current: QModelIndex, _previous: QModelIndex) -> None:
        row = self.rows_model.row_at(current.row()) if current.isValid() else None
        self.current_row_changed.emit(row)

    def _on_data_changed(self, top: QModelIndex, bottom: QModelIndex) -> None:
        if top.row() <= self.currentIndex().row() <= bottom.row():
            self.current_row_changed.emit(self.current_row())

    def _keep_in_sight(self, first: int, count: int) -> None:
        """What one is looking at stays where it is when rows come or (a negative count) go above it."""
        scroll = self.verticalScrollBar()
        top = scroll.value() // self.row_height
        above = count if count > 0 else -min(-count, max(0, top - first))
        if first < top and above:
            self.updateGeometries()
            scroll.setValue(scroll.value() + above * self.row_height)

    def _on_theme_changed(self) -> None:
        self.viewport().update()
        self.horizontalHeader().viewport().update()

    def _show_empty_or_not(self) -> None:
        if self._empty is None:
            return
        self._empty.setVisible(self.rows_model.loaded and self.rows_model.rowCount() == 0)
        self._place_empty()

    def _place_empty(self) -> None:
        if self._empty is not None:
            self._empty.setGeometry(self.viewport().rect())
            self._empty.fit(self.viewport().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        self.selected_position = self.currentIndex().row()
        super().paintEvent(event)
        self.painted.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout.fit()
        self._place_empty()
        for corner in self._corners:
            corner.place()

    def event(self, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._action_for(event) is not None
        ):
            # What is bound here goes before the window's shortcuts.
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        action = self._action_for(event)
        if action is not None:
            event.accept()
            if not event.isAutoRepeat():
                action()
            return
        plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier == Qt.KeyboardModifier.NoModifier
        if plain and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if (row := self.current_row()) is not None:
                self.activated_row.emit(row)
            return
        if plain and event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.rows_model.rowCount():
            last = self.rows_model.rowCount() - 1
            position = 0 if event.key() == Qt.Key.Key_Home else last
            self.setCurrentIndex(self.rows_model.index(position, self.first_section))
            return
        super().keyPressEvent(event)

    def _action_for(self, event: QKeyEvent) -> Callable[[], object] | None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        return self._key_actions.get((latin_key(event.key()), modifiers))

    def keyboardSearch(self, search: str) -> None:
        """Typed letters do not jump about: they may be keys of the page."""

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if event.reason() in _KEYBOARD_REASONS:
            set_tone(self, "keyboard", True)
            if not self.currentIndex().isValid() and self.rows_model.rowCount():
                self.setCurrentIndex(self.rows_model.index(0, self.first_section))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        set_tone(self, "keyboard", False)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid() or index != self._pressed:
            return
        column = self.rows_model.columns[index.column()]
        if column.kind in ("counter", "check", "tick"):
            self.cell_clicked.emit(self.rows_model.row_at(index.row()), column.key, event.modifiers())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(round(event.position().y())))

    def viewportEvent(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        elif event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            self._show_tip(event)
            return True
        return super().viewportEvent(event)

    def _hover(self, position: int) -> None:
        if position == self.hovered_position:
            return
        for row in (self.hovered_position, position):
            if row >= 0:
                y = self.rowViewportPosition(row)
                self.viewport().update(QRect(0, y, self.viewport().width(), self.row_height))
        self.hovered_position = position

    def _show_tip(self, event: QHelpEvent) -> None:
        index = self.indexAt(event.pos())
        text = self.tip_at(index) if index.isValid() else ""
        if text:
            QToolTip.showText(event.globalPos(), plain_tip(text), self.viewport(), self.visualRect(index))
        else:
            QToolTip.hideText()

    def tip_at(self, index: QModelIndex) -> str:
        """The tool tip of a cell: its whole text where it is cut, and what the column has to say."""
        column = self.rows_model.columns[index.column()]
        value = column.value(self.rows_model.row_at(index.row()))
        told = index.data(Qt.ItemDataRole.ToolTipRole) or ""
        shown = str(index.data() or "")
        wide = self._delegate.full_width(column, value, first=index.column() == self.first_section)
        cut = column.kind in ("text", "date", "badge") and (
            "\n" in shown or wide > self.columnWidth(index.column())
        )
        return "\n".join(part for part in (shown if cut and shown not in told else "", told) if part)
