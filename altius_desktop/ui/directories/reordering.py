"""Rows of a table put in another order by the mouse: pressed, drawn along, let go between two others."""

from collections.abc import Callable, Hashable
from typing import cast

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from altius_desktop.ui import theme
from altius_desktop.ui.table import DataTable

_LINE = 3


class RowDrag(QObject):
    """Watches a table while `allowed()`; a line shows where the row would come, Esc lets it stay."""

    dropped = Signal(object, int)  # id of the row, and before which shown row; the number of rows for the end

    def __init__(self, table: DataTable, allowed: Callable[[], bool]) -> None:
        super().__init__(table)
        self._table = table
        self._allowed = allowed
        self._pressed: QPoint | None = None
        self._row_id: Hashable = None
        self._dragging = False
        self.line = QWidget(table.viewport())
        self.line.setObjectName("dropLine")
        self.line.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.line.setAutoFillBackground(True)
        self.line.hide()
        table.viewport().installEventFilter(self)
        table.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._table:
            return self._dragging and self._key(event)
        match event.type():
            case QEvent.Type.MouseButtonPress:
                self._press(cast(QMouseEvent, event))
            case QEvent.Type.MouseMove if self._pressed is not None:
                return self._move(cast(QMouseEvent, event).position().toPoint())
            case QEvent.Type.MouseButtonRelease:
                row_id, dragged = self._row_id, self._dragging
                self._stop()
                if dragged:
                    self.dropped.emit(row_id, self._place(cast(QMouseEvent, event).position().toPoint()))
        return False

    def _key(self, event: QEvent) -> bool:
        """Esc lets the row stay; taken here, it does not close the window as well."""
        if event.type() not in (QEvent.Type.ShortcutOverride, QEvent.Type.KeyPress):
            return False
        if cast(QKeyEvent, event).key() != Qt.Key.Key_Escape:
            return False
        event.accept()
        if event.type() == QEvent.Type.KeyPress:
            self._stop()
        return True

    def _press(self, event: QMouseEvent) -> None:
        row = self._table.rowAt(round(event.position().y()))
        if event.button() == Qt.MouseButton.LeftButton and row >= 0 and self._allowed():
            self._pressed = event.position().toPoint()
            self._row_id = self._table.rows_model.row_at(row).id

    def _move(self, point: QPoint) -> bool:
        assert self._pressed is not None
        far = (point - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if not self._dragging and not far:
            return False
        if not self._dragging:
            self._dragging = True
            self._table.viewport().setCursor(Qt.CursorShape.ClosedHandCursor)
        bar = self._table.verticalScrollBar()
        if point.y() < 0:
            bar.setValue(bar.value() - self._table.row_height)
        elif point.y() > self._table.viewport().height():
            bar.setValue(bar.value() + self._table.row_height)
        self._show_line(self._place(point))
        return True

    def _place(self, point: QPoint) -> int:
        """Before which shown row a row that is let go here comes."""
        row = self._table.rowAt(point.y())
        if row < 0:
            return 0 if point.y() < 0 else self._table.rows_model.rowCount()
        middle = self._table.rowViewportPosition(row) + self._table.row_height / 2
        return row if point.y() < middle else row + 1

    def _show_line(self, place: int) -> None:
        table = self._table
        last = table.rows_model.rowCount() - 1
        edge = (
            table.rowViewportPosition(place)
            if place <= last
            else table.rowViewportPosition(last) + table.row_height
        )
        ground = self.line.palette()
        ground.setColor(self.line.backgroundRole(), theme.palette().color("accent"))
        self.line.setPalette(ground)
        top = min(max(edge - _LINE // 2 - 1, 0), table.viewport().height() - _LINE)
        self.line.setGeometry(0, top, table.viewport().width(), _LINE)
        self.line.show()

    def _stop(self) -> None:
        self._pressed = None
        self._row_id = None
        if self._dragging:
            self._dragging = False
            self._table.viewport().unsetCursor()
            self.line.hide()
