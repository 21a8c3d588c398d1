"""The plan's grid: a table one types into, cell by cell, by keys alone if one likes."""

from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QRect, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QTableView, QWidget

from altius_desktop.i18n import _
from altius_desktop.ui import theme
from altius_desktop.ui.dialogs.plan.delegate import ICON, ICON_GAP, ICONS, PADDING, PlanDelegate, row_height
from altius_desktop.ui.dialogs.plan.editors import DayCellEdit
from altius_desktop.ui.dialogs.plan.model import PlanColumn, PlanModel
from altius_desktop.ui.picker import PickerEdit
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_FIXED = ("number", "is_private", "delete")
_FILLING = "description"
_RADIUS = 7


class PlanGrid(QTableView):
    """Cells open at a click, at F2, Enter or by typing; Tab goes on, and past the last cell begins a line."""

    delete_asked = Signal(int)
    line_wanted = Signal()  # Tab went past the last cell
    state_changed = Signal()  # the user changed a width

    def __init__(self, workplace: Workplace, model: PlanModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.plan = model
        self._pressed: QModelIndex = QModelIndex()
        self._laying_out = True
        self.setObjectName("planGrid")
        self.setAccessibleName(_("Lines of the plan"))
        self.setFont(theme.font(Font.TABLE))
        self.setStyleSheet(
            "QTableView#planGrid { border: none; background: transparent; }"
            "QAbstractScrollArea::corner { background: transparent; border: none; }"
        )
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        header = _Header(self)
        self.setHorizontalHeader(header)
        rows = self.verticalHeader()
        rows.hide()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(row_height())
        rows.setDefaultSectionSize(row_height())
        self.setModel(model)
        self.cells = PlanDelegate(workplace, model, self)
        self.cells.has_focus = lambda: self.hasFocus()
        self.cells.current = self.currentIndex
        self.cells.left.connect(self._on_left)
        self.setItemDelegate(self.cells)
        for number, column in enumerate(model.columns):
            header.resizeSection(number, self._wide(column))
            if column.field in _FIXED:
                header.setSectionResizeMode(number, QHeaderView.ResizeMode.Fixed)
        header.sectionResized.connect(self._on_section_resized)
        model.lines_changed.connect(self.show_deadlines)
        theme.changed.connect(self.viewport().update)
        self._laying_out = False
        self.show_deadlines()

    def go_to(self, row: int, field: str) -> None:
        """Make a cell the current one, with the focus in the grid."""
        index = self.plan.index(row, self.plan.column_of(field))
        self.setCurrentIndex(index)
        self.scrollTo(index)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def current_row(self) -> int:
        index = self.currentIndex()
        return index.row() if index.isValid() else self.plan.rowCount() - 1

    def end_editing(self) -> None:
        """Take what an open editor holds."""
        self.cells.end_editing()

    def save_state(self) -> dict[str, Any]:
        """Widths by column, fit for JSON."""
        header = self.horizontalHeader()
        return {
            column.field: header.sectionSize(number)
            for number, column in enumerate(self.plan.columns)
            if column.field not in (*_FIXED, _FILLING) and not self.isColumnHidden(number)
        }

    def restore_state(self, state: Any) -> None:
        """Take up what save_state() gave; nonsense is left out."""
        if not isinstance(state, dict):
            return
        self._laying_out = True
        for number, column in enumerate(self.plan.columns):
            width = state.get(column.field)
            if column.field not in (*_FIXED, _FILLING) and isinstance(width, int) and 30 <= width <= 1500:
                self.horizontalHeader().resizeSection(number, width)
        self._laying_out = False
        self._fill()

    def show_deadlines(self) -> None:
        """Show the column of deadlines while there is a daily task."""
        column = self.plan.column_of("deadline_on")
        hidden = not any(line.is_daily for line in self.plan.lines)
        if hidden != self.isColumnHidden(column):
            self._laying_out = True
            self.setColumnHidden(column, hidden)
            self._laying_out = False
            self._fill()

    def _wide(self, column: PlanColumn) -> int:
        width = theme.metrics(Font.TABLE).averageCharWidth() * column.width_chars + ICONS[column.look]
        width += ICON + ICON_GAP if column.field == "kind_id" else 0
        title_width = theme.metrics(Font.HEADER).horizontalAdvance(column.title)
        return max(width, title_width) + 2 * PADDING

    def _fill(self) -> None:
        """Give the description what room the other columns leave."""
        header = self.horizontalHeader()
        number = self.plan.column_of(_FILLING)
        column = self.plan.columns[number]
        others = header.length() - header.sectionSize(number)
        least = self._wide(column)
        self._laying_out = True
        header.resizeSection(number, max(least, self.viewport().width() - others))
        self._laying_out = False

    def _on_section_resized(self, section: int, _old: int, _new: int) -> None:
        if self._laying_out or self.plan.columns[section].field == _FILLING:
            return
        self._fill()
        self.state_changed.emit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def _open(self, index: QModelIndex, *, with_list: bool) -> None:
        if not self.plan.flags(index) & Qt.ItemFlag.ItemIsEditable:
            return
        self.edit(index)
        editor = self.cells.editor
        if isinstance(editor, QLineEdit):
            # Everything, with the cursor at the beginning: that is what a long text shows then.
            editor.setSelection(len(editor.text()), -len(editor.text()))
        if with_list and isinstance(editor, PickerEdit | DayCellEdit):
            editor.open_list()

    def _on_left(self, step: int) -> None:
        if not self._move(step):
            super().focusNextPrevChild(step > 0)

    def focusNextPrevChild(self, next_one: bool) -> bool:
        """Tab goes from cell to cell; it leaves before the first one, and after a last line that is blank."""
        return self._move(1 if next_one else -1) or super().focusNextPrevChild(next_one)

    def _move(self, step: int) -> bool:
        """Go to the cell before or after; False where Tab should leave the grid."""
        stops = [
            number
            for number, column in enumerate(self.plan.columns)
            if column.look != "number" and not self.isColumnHidden(number)
        ]
        index = self.currentIndex()
        if not index.isValid():
            return False
        at = stops.index(index.column()) + step if index.column() in stops else (0 if step > 0 else -1)
        row = index.row()
        if at < 0 or at >= len(stops):
            row += step
            at = 0 if step > 0 else len(stops) - 1
        if row < 0 or (row >= self.plan.rowCount() and self.plan.is_blank(index.row())):
            return False
        if row >= self.plan.rowCount():
            self.line_wanted.emit()
            return True
        target = self.plan.index(row, stops[at])
        if not self.plan.flags(target) & Qt.ItemFlag.ItemIsEditable and stops[at] != stops[-1]:
            self.setCurrentIndex(target)
            return self._move(step)
        self.setCurrentIndex(target)
        self.scrollTo(target)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        index = self.currentIndex()
        plain = modifiers == Qt.KeyboardModifier.NoModifier
        shift_f4 = key == Qt.Key.Key_F4 and modifiers == Qt.KeyboardModifier.ShiftModifier
        opening = key in (Qt.Key.Key_F2, Qt.Key.Key_F4, Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not index.isValid():
            super().keyPressEvent(event)
        elif (
            self.plan.columns[index.column()].look == "delete"
            and plain
            and (opening or key == Qt.Key.Key_Space)
        ):
            self.delete_asked.emit(index.row())
        elif self.plan.columns[index.column()].look == "lock" and not shift_f4:
            if plain and (opening or key == Qt.Key.Key_Space):
                self._toggle(index)
            elif not event.text().strip():
                super().keyPressEvent(event)
        elif plain and opening:
            self._open(index, with_list=key != Qt.Key.Key_F2)
        elif shift_f4 or (plain and key == Qt.Key.Key_Delete):
            self.plan.setData(index, None)
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, search: str) -> None:
        """Typed letters open a cell; they do not jump about."""

    def event(self, event: QEvent) -> bool:
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and event.key() == Qt.Key.Key_F4
        ):
            event.accept()
            return True
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid():
            self.setCurrentIndex(self.plan.index(0, self.plan.column_of("kind_id")))
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.viewport().update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._pressed = self.indexAt(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid() or index != self._pressed:
            return
        if self.plan.columns[index.column()].look == "delete":
            self.delete_asked.emit(index.row())
        elif self.plan.columns[index.column()].look == "lock":
            self._toggle(index)
        else:
            self._open(index, with_list=True)

    def _toggle(self, index: QModelIndex) -> None:
        self.plan.setData(index, not self.plan.line(index.row()).is_private)


class _Header(QHeaderView):
    """Titles in the house look; the outer corners are round, as the card's around the grid."""

    def __init__(self, grid: PlanGrid) -> None:
        super().__init__(Qt.Orientation.Horizontal, grid)
        self._grid = grid
        self.setMinimumSectionSize(28)
        self.setFixedHeight(theme.metrics(Font.HEADER).height() + 15)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        if not rect.isValid():
            return
        colors = theme.palette()
        last = logical == self.count() - 1
        corner = QPainterPath()
        corner.addRoundedRect(rect.adjusted(0, 0, 0, _RADIUS), _RADIUS, _RADIUS)
        square = QPainterPath()
        square.addRect(rect.adjusted(_RADIUS if logical == 0 else 0, 0, -_RADIUS if last else 0, 0))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setClipRect(rect)
        painter.fillPath(corner.united(square), colors.color("surface2"))
        painter.restore()
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colors.color("border"))
        if not last:
            height = 14
            y = rect.y() + (rect.height() - height) // 2
            painter.fillRect(rect.right(), y, 1, height, colors.color("border"))
        metrics = theme.metrics(Font.HEADER)
        room = rect.width() - 2 * PADDING + 4
        text = metrics.elidedText(self._grid.plan.columns[logical].title, Qt.TextElideMode.ElideRight, room)
        painter.setFont(theme.font(Font.HEADER))
        painter.setPen(colors.color("text2"))
        box = QRect(rect.x() + PADDING, rect.y(), room, rect.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, text)
