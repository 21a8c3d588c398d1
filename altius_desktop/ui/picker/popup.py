"""The list that drops down under a field: lines of two columns, the matched part bold, notes and headings."""

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.domain.phones import digits_of_query
from altius_desktop.domain.search_text import query_words, wrong_layout
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import label, set_tone
from altius_desktop.ui.theme import Font

ROWS_AT_ONCE = 9
GAP = 8
_PADDING = 10
_ICON = 16

Span = tuple[int, int]


@dataclass(frozen=True)
class Choice:
    """A line of the list: its text, a muted second column, an icon; a heading cannot be chosen."""

    key: Hashable
    text: str
    detail: str = ""
    icon: str = ""
    heading: bool = False
    bold: tuple[Span, ...] = ()
    bold_detail: tuple[Span, ...] = ()


def matched_spans(text: str, query: str) -> tuple[Span, ...]:
    """Where `text` holds what was typed, as (start, length): words, then words of the other layout, then digits."""
    folded = "".join(_folded(letter) for letter in text)
    for words in (query_words(query), query_words(wrong_layout(query))):
        spans = [(at, len(word)) for word in words if (at := folded.find(word)) >= 0]
        if spans:
            return _merged(spans)
    digits = digits_of_query(query)
    places = [at for at, letter in enumerate(text) if letter.isdecimal()]
    at = "".join(text[place] for place in places).find(digits) if digits else -1
    if digits and at >= 0:
        first, last = places[at], places[at + len(digits) - 1]
        return ((first, last - first + 1),)
    return ()


def _folded(letter: str) -> str:
    low = letter.lower().replace("ё", "е")
    return low if len(low) == 1 else letter


def _merged(spans: Iterable[Span]) -> tuple[Span, ...]:
    merged: list[Span] = []
    for start, length in sorted(spans):
        if merged and start <= sum(merged[-1]):
            before = merged[-1][0]
            merged[-1] = (before, max(sum(merged[-1]), start + length) - before)
        else:
            merged.append((start, length))
    return tuple(merged)


class PopupList(QFrame):
    """The list of a field, laid over the window; the focus stays in the field."""

    clicked = Signal(object)  # Choice

    def __init__(self, field: QWidget, title: str) -> None:
        super().__init__(field.window())
        self._field = field
        self.setObjectName("pickerPopup")
        self.setProperty("surface", "card")
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._model = ChoiceListModel(self)
        self._view = QListView()
        self._view.setObjectName("pickerList")
        self._view.setAccessibleName(title)
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setStyleSheet("QListView { border: none; background: transparent; }")
        self._view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._view.setMouseTracking(True)
        self._view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self._view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._view.setUniformItemSizes(True)
        self._view.setModel(self._model)
        self._view.setItemDelegate(ChoiceDelegate(self))
        self._view.entered.connect(self._on_entered)
        self._view.clicked.connect(self._on_clicked)
        self._note = label(role=Font.CAPTION, tone="muted", name="pickerNote", wrap=True)
        self._note.setContentsMargins(_PADDING - 4, 5, _PADDING - 4, 5)
        whole = self._whole = QVBoxLayout(self)
        whole.setContentsMargins(4, 4, 4, 4)
        whole.setSpacing(0)
        whole.addWidget(self._view)
        whole.addWidget(self._note)
        self.hide()
        field.window().installEventFilter(self)

    def show_choices(self, choices: Sequence[Choice], *, marked: Hashable, note: str) -> None:
        self._model.show_choices(choices)
        self._view.show()
        self._say(note, wrong=False)
        rows = min(len(choices), ROWS_AT_ONCE)
        self._view.setFixedHeight(rows * choice_height() + 2)
        self._place()
        row = next((n for n, c in enumerate(choices) if c.key == marked and not c.heading), -1)
        if row >= 0 and marked is not None:
            self._mark(row)
        else:
            self._view.setCurrentIndex(QModelIndex())
            self._view.scrollToTop()

    def show_note(self, text: str, *, wrong: bool = False) -> None:
        self._model.show_choices(())
        self._view.hide()
        self._say(text, wrong=wrong)
        self._place()

    def marked(self) -> Choice | None:
        index = self._view.currentIndex()
        return self._model.choices[index.row()] if index.isValid() else None

    def step(self, by: int) -> None:
        """Mark another line, over the headings; stays at the ends."""
        choices = self._model.choices
        free = [row for row, choice in enumerate(choices) if not choice.heading]
        if not free:
            return
        index = self._view.currentIndex()
        if not index.isValid():
            self._mark(free[0] if by > 0 else free[-1])
            return
        at = free.index(index.row()) + by
        self._mark(free[max(0, min(len(free) - 1, at))])

    def _mark(self, row: int) -> None:
        index = self._model.index(row)
        self._view.setCurrentIndex(index)
        self._view.scrollTo(index)

    def _say(self, text: str, *, wrong: bool) -> None:
        self._note.setText(text)
        self._note.setVisible(bool(text))
        set_tone(self._note, "tone", "danger" if wrong else "muted")

    def _place(self) -> None:
        window = self._field.window()
        chars = theme.metrics(Font.TABLE).averageCharWidth()
        widest = self._model.width_hint() + 2 * _PADDING + 24
        width = min(max(self._field.width(), widest, chars * 34), chars * 84, window.width() - 16)
        self.setFixedWidth(width)
        self._note.setFixedWidth(width - 8)
        self._whole.activate()
        height = self.sizeHint().height()
        top = self._field.mapTo(window, QPoint(0, 0))
        below = top.y() + self._field.height() + 3
        y = below if below + height <= window.height() else max(4, top.y() - height - 3)
        x = max(8, min(top.x(), window.width() - width - 8))
        self.setGeometry(QRect(x, y, width, height))
        self.show()
        self.raise_()

    def _on_entered(self, index: QModelIndex) -> None:
        if not self._model.choices[index.row()].heading:
            self._view.setCurrentIndex(index)

    def _on_clicked(self, index: QModelIndex) -> None:
        choice = self._model.choices[index.row()]
        if not choice.heading:
            self.clicked.emit(choice)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.WindowDeactivate) and self.isVisible():
            self.hide()
        return False


def choice_height() -> int:
    """The height of a line."""
    return theme.metrics(Font.TABLE).height() + 12


class ChoiceListModel(QAbstractListModel):
    """The lines of a list of choices."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.choices: tuple[Choice, ...] = ()

    def show_choices(self, choices: Sequence[Choice]) -> None:
        self.beginResetModel()
        self.choices = tuple(choices)
        self.endResetModel()

    def width_hint(self) -> int:
        strong, plain = theme.metrics(Font.TABLE_STRONG), theme.metrics(Font.CAPTION)
        return max(
            (
                strong.horizontalAdvance(c.text[:120])
                + (plain.horizontalAdvance(c.detail) + 3 * GAP if c.detail else 0)
                + (_ICON + GAP if c.icon else 0)
                for c in self.choices
            ),
            default=0,
        )

    def rowCount(self, parent: QModelIndex = QModelIndex()) -> int:  # noqa: B008 # Qt's own default
        return 0 if parent.isValid() else len(self.choices)

    def data(self, index: QModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        choice = self.choices[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.text
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{choice.text}, {choice.detail}" if choice.detail else choice.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return "" if choice.heading else choice.text
        return None

    def flags(self, index: QModelIndex) -> Qt.ItemFlag:
        if index.isValid() and self.choices[index.row()].heading:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class ChoiceDelegate(QStyledItemDelegate):
    """Draws a Choice: icon, text, muted second column, the matched parts bold."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex) -> QSize:
        return QSize(0, choice_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        model = index.model()
        assert isinstance(model, ChoiceListModel)
        choice = model.choices[index.row()]
        colors = theme.palette()
        rect: QRect = option.rect
        marked = bool(option.state & QStyle.StateFlag.State_Selected)
        if marked:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("soft"))
            painter.drawRoundedRect(rect, 5, 5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        left, right = rect.left() + _PADDING, rect.right() - _PADDING
        if choice.heading:
            painter.setFont(theme.font(Font.CAPTION))
            painter.setPen(colors.color("muted"))
            painter.drawText(
                QRect(left, rect.y(), right - left, rect.height()), Qt.AlignmentFlag.AlignVCenter, choice.text
            )
            return
        if choice.icon:
            y = rect.y() + (rect.height() - _ICON) / 2
            icons.draw(painter, choice.icon, left, y, role="on_soft" if marked else "text2")
            left += _ICON + GAP
        if choice.detail:
            room = (right - left) // 2
            width = min(room, theme.metrics(Font.CAPTION).horizontalAdvance(choice.detail) + 8)
            box = QRect(right - width + 1, rect.y(), width, rect.height())
            fonts = (Font.CAPTION, Font.CAPTION_STRONG)
            _draw_spans(painter, box, choice.detail, choice.bold_detail, fonts, colors.color("muted"))
            right -= width + 2 * GAP
        box = QRect(left, rect.y(), right - left, rect.height())
        color = colors.color("on_soft" if marked else "text")
        _draw_spans(painter, box, choice.text, choice.bold, (Font.TABLE, Font.BADGE), color)


def _draw_spans(
    painter: QPainter, box: QRect, text: str, bold: Sequence[Span], fonts: tuple[Font, Font], color: QColor
) -> None:
    """Draw one line with some parts in the second font, shortened to the box."""
    painter.setPen(color)
    plain = theme.font(fonts[0])
    strong = QFont(theme.font(fonts[1]))
    strong.setPointSizeF(plain.pointSizeF())
    strong.setWeight(QFont.Weight.Bold)
    x, at = box.left(), 0
    parts: list[tuple[str, QFont]] = []
    for start, length in bold:
        parts += [(text[at:start], plain), (text[start : start + length], strong)]
        at = start + length
    parts.append((text[at:], plain))
    for part, font in parts:
        room = box.right() - x + 1
        if not part or room <= 0:
            continue
        metrics = QFontMetrics(font)
        shown = metrics.elidedText(part, Qt.TextElideMode.ElideRight, room)
        painter.setFont(font)
        painter.drawText(QRect(x, box.y(), room, box.height()), Qt.AlignmentFlag.AlignVCenter, shown)
        x += metrics.horizontalAdvance(shown)
        if shown != part:
            return
