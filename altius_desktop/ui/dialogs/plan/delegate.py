"""How a cell of the plan's grid is drawn and edited."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QLineEdit, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from altius_desktop.i18n import _
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import set_tone
from altius_desktop.ui.dialogs.plan.editors import (
    DayCellEdit,
    NoteCellEdit,
    assignee_choices,
    kind_choices,
    person_choices,
    priority_choices,
)
from altius_desktop.ui.dialogs.plan.model import DAILY, PlanColumn, PlanModel
from altius_desktop.ui.picker import Choice, ChoicePicker, CounterpartyPicker, PickerEdit
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

Index = QModelIndex | QPersistentModelIndex

PADDING = 9
ICON = 16
ICON_GAP = 7
_RADIUS = 6
# What a cell needs beside its text: the arrow or the calendar.
ICONS = {
    "choice": 14,
    "date": 14,
    "picker": 0,
    "time": 0,
    "line": 0,
    "note": 0,
    "number": 0,
    "lock": 0,
    "delete": 0,
}
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class PlanDelegate(QStyledItemDelegate):
    """Draws the cells and makes their editors; what an editor holds goes into the model when it is left."""

    left = Signal(int)  # Tab (1) or Shift+Tab (-1) ended the editor
    persons_wanted = Signal(object)  # counterparty id whose persons are to be chosen from

    def __init__(self, workplace: Workplace, model: PlanModel, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._model = model
        self.editor: QWidget | None = None
        self.has_focus: Callable[[], bool] = lambda: False
        self.current: Callable[[], Index] = QModelIndex

    def end_editing(self) -> None:
        """Take what the open editor holds, and close it."""
        if self.editor is not None:
            self._finish(self.editor)

    def offer_persons(self, index: Index) -> None:
        """Give the open editor of the contact person what has been read meanwhile."""
        if isinstance(self.editor, ChoicePicker) and index.isValid():
            column = self._model.columns[index.column()]
            if column.field == "contact_person_id":
                choices, note = self._choices(index, column)
                self.editor.set_choices(choices, note)

    def createEditor(self, parent: QWidget, _option: QStyleOptionViewItem, index: Index) -> QWidget:
        column = self._model.columns[index.column()]
        editor = self._make(parent, index, column)
        editor.setObjectName(f"{column.field}Edit")
        editor.setAccessibleName(column.title)
        editor.setFont(theme.font(Font.TABLE))
        wrong = self._model.wrong_text(index)
        editor.setToolTip(wrong)
        if wrong:
            set_tone(editor, "wrong", True)
        self.editor = editor
        return editor

    def destroyEditor(self, editor: QWidget, index: Index) -> None:
        if editor is self.editor:
            self.editor = None
        super().destroyEditor(editor, index)

    def _make(self, parent: QWidget, index: Index, column: PlanColumn) -> QWidget:
        if column.look == "choice":
            choices, note = self._choices(index, column)
            choice = ChoicePicker(
                choices,
                current=self._key(index, column),
                name=column.field,
                title=column.title,
                parent=parent,
            )
            choice.set_choices(choices, note)
            choice.chosen.connect(lambda _key: self._finish(choice))
            return choice
        if column.look == "picker":
            picker = CounterpartyPicker(self._workplace, name=column.field, title=column.title, parent=parent)
            picker.chosen.connect(lambda hit: self._finish(picker) if hit is not None else None)
            return picker
        if column.look == "date":
            day = DayCellEdit(today=self._model.today, done=lambda: self._finish(day), parent=parent)
            return day
        if column.look == "note":
            return NoteCellEdit(parent)
        return QLineEdit(parent)

    def _choices(self, index: Index, column: PlanColumn) -> tuple[list[Choice], str]:
        """What the cell offers, and what is said where that is nothing."""
        directories = self._model.directories
        match column.field:
            case "kind_id":
                return kind_choices(directories), ""
            case "assignee":
                return assignee_choices(directories, self._workplace.identity), ""
            case "priority":
                return priority_choices(), ""
        counterparty_id = self._model.line(index.row()).counterparty_id
        if counterparty_id is None:
            return [], _("Choose the organisation first.")
        if counterparty_id not in self._model.persons:
            self.persons_wanted.emit(counterparty_id)
            return [], _("Reading…")
        return person_choices(self._model.persons[counterparty_id]), _("No contact persons are known here.")

    def _key(self, index: Index, column: PlanColumn) -> Any:
        line = self._model.line(index.row())
        return DAILY if column.field == "kind_id" and line.is_daily else getattr(line, column.field)

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        # The model changes under an open editor too (persons read, a colleague's directory): the text stays.
        if editor.property("filled"):
            return
        editor.setProperty("filled", True)
        line, field = self._model.line(index.row()), self._model.columns[index.column()].field
        if isinstance(editor, CounterpartyPicker):
            if line.counterparty_id is not None:
                editor.set_counterparty(line.counterparty_id, line.counterparty_name)
            else:
                editor.set_typed(line.counterparty_name)
        elif isinstance(editor, NoteCellEdit):
            editor.setPlainText(line.description)
            editor.selectAll()
        elif isinstance(editor, QLineEdit) and not isinstance(editor, ChoicePicker):
            editor.setText(self._model.text_of(index.row(), field))

    def setModelData(self, editor: QWidget, _model: Any, index: Index) -> None:
        if isinstance(editor, PickerEdit):
            # Leaving may choose: that must not end the editing a second time.
            editor.blockSignals(True)
            editor.take_on_leaving()
            editor.blockSignals(False)
        value: Any = None
        if isinstance(editor, CounterpartyPicker):
            value = editor.hit or editor.text()
            line = self._model.line(index.row())
            if editor.hit is not None and editor.hit.id == line.counterparty_id:
                return
        elif isinstance(editor, ChoicePicker):
            value = editor.current
        elif isinstance(editor, QLineEdit | NoteCellEdit):
            value = editor.text()
        self._model.setData(index, value)

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, _index: Index) -> None:
        rect: QRect = option.rect
        place = rect.adjusted(3, 3, -3, -4)
        parent = editor.parentWidget()
        if isinstance(editor, NoteCellEdit) and parent is not None:
            room = parent.rect()
            hint = editor.sizeHint()
            width = min(max(place.width(), hint.width()), room.width() - 8)
            height = min(max(place.height(), hint.height()), room.height() - 4)
            x = max(4, min(place.x(), room.width() - width - 4))
            y = max(2, min(place.y(), room.height() - height - 2))
            place = QRect(x, y, width, height)
        editor.setGeometry(place)

    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.KeyPress
            and isinstance(event, QKeyEvent)
            and isinstance(editor, QWidget)
            and self._on_key(editor, event)
        ):
            return True
        return super().eventFilter(editor, event)

    def _on_key(self, editor: QWidget, event: QKeyEvent) -> bool:
        key, modifiers = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            self._finish(editor)
            self.left.emit(1 if key == Qt.Key.Key_Tab else -1)
            return True
        if key in _ENTER:
            if isinstance(editor, NoteCellEdit) and modifiers == Qt.KeyboardModifier.ShiftModifier:
                editor.insertPlainText("\n")
            elif modifiers == Qt.KeyboardModifier.NoModifier and not (
                isinstance(editor, PickerEdit) and editor.take_marked()
            ):
                self._finish(editor)
            return True
        if key == Qt.Key.Key_Escape:
            if isinstance(editor, PickerEdit) and editor.list_open:
                return False
            self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.RevertModelCache)
            return True
        return False

    def _finish(self, editor: QWidget) -> None:
        if editor is not self.editor:
            return
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.NoHint)

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(0, row_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        colors = theme.palette()
        rect: QRect = option.rect
        column = self._model.columns[index.column()]
        painter.fillRect(rect, colors.color("surface"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colors.color("line"))
        wrong = bool(self._model.wrong_text(index))
        current = self.has_focus() and index == self.current()
        if wrong or current:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            role = "danger" if wrong else "accent"
            painter.setPen(QPen(colors.color(role), 1.6 if current else 1.2))
            painter.setBrush(colors.color("danger_soft") if wrong else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(3.5, 3.5, -3.5, -4.5), _RADIUS, _RADIUS)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        if column.look == "delete":
            x, y = rect.center().x() - ICON // 2, rect.center().y() - ICON // 2
            icons.draw(painter, "delete", x, y, role="danger" if current else "text2")
            return
        if column.look == "lock":
            line = self._model.line(index.row())
            role = "accent" if line.is_private else "border" if line.of_department else "muted"
            name = "lock" if line.is_private else "unlocked"
            icons.draw(painter, name, rect.center().x() - ICON // 2, rect.center().y() - ICON // 2, role=role)
            return
        self._contents(painter, rect, index.row(), column)

    def _contents(self, painter: QPainter, rect: QRect, row: int, column: PlanColumn) -> None:
        colors = theme.palette()
        left, right = rect.left() + PADDING, rect.right() - PADDING
        middle = rect.y() + (rect.height() - ICON) / 2
        text = self._model.text_of(row, column.field)
        role = "muted" if column.look == "number" else "text"
        mark = {"choice": "chevron_down", "date": "calendar"}.get(column.look, "")
        line = self._model.line(row)
        if mark and (column.field != "deadline_on" or line.is_daily):
            icons.draw(painter, mark, right - ICON + 4, middle, role="muted")
            right -= ICON
        icon = self._model.icon_of(row, column.field)
        if icon:
            icons.draw(painter, icon, left, middle)
            left += ICON + ICON_GAP
        if column.look == "picker" and text and line.counterparty_id is None:
            role = "muted"
            right = self._not_chosen(painter, rect, right)
        if not text:
            text, role = column.placeholder, "muted"
        metrics = theme.metrics(Font.TABLE)
        room = right - left
        shown = metrics.elidedText(" ".join(text[:500].split()), Qt.TextElideMode.ElideRight, room)
        painter.setFont(theme.font(Font.TABLE))
        painter.setPen(colors.color(role))
        align = Qt.AlignmentFlag.AlignVCenter
        if column.look == "number":
            align |= Qt.AlignmentFlag.AlignHCenter
        painter.drawText(QRect(left, rect.y(), room + 1, rect.height()), align, shown)

    def _not_chosen(self, painter: QPainter, rect: QRect, right: int) -> int:
        words = _("not chosen")
        width = theme.metrics(Font.CAPTION).horizontalAdvance(words)
        painter.setFont(theme.font(Font.CAPTION))
        painter.setPen(theme.palette().color("warn"))
        box = QRect(right - width, rect.y(), width + 1, rect.height())
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, words)
        return right - width - 6


def row_height() -> int:
    return theme.metrics(Font.TABLE).height() + 21
