"""A field of several values: it says what is chosen and drops down a list with boxes and a search line."""

from collections.abc import Collection, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractItemModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.domain.search_text import query_words, search_text, wrong_layout
from altius_desktop.i18n import _
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import CHECK, draw_box

_ROWS_AT_ONCE = 10
_SEARCH_FROM = 8
_PADDING = 10

Option = tuple[Any, str]
ModelIndex = QModelIndex | QPersistentModelIndex


class FieldButton(QPushButton):
    """A button that looks like a field with a list behind it: its text, or muted what stands for none."""

    def __init__(self, *, title: str, blank: str, name: str) -> None:
        super().__init__()
        self.setObjectName(name)
        self._title, self._blank = title, blank
        self._shown = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def show_value(self, text: str) -> None:
        self._shown = text
        self.setAccessibleName(f"{self._title}: {text or self._blank}")
        self.setToolTip(text or f"{self._title}: {self._blank}")
        self.update()

    def shown_value(self) -> str:
        return self._shown

    def sizeHint(self) -> QSize:
        return QSize(120, theme.metrics(Font.BASE).height() + 14)

    def minimumSizeHint(self) -> QSize:
        return QSize(60, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colors.color("accent" if self.hasFocus() else "border"))
        painter.setBrush(colors.color("surface"))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(theme.font(Font.BASE))
        painter.setPen(colors.color("text" if self._shown else "muted"))
        room = self.rect().adjusted(_PADDING, 0, -30, 0)
        shown = theme.metrics(Font.BASE).elidedText(
            self._shown or self._blank, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)
        icons.draw(painter, "chevron_down", self.width() - 24, (self.height() - 16) / 2)


class MultiChoice(FieldButton):
    """`chosen` are values; what is chosen and no longer offered stays chosen. Del clears the field."""

    changed = Signal()

    def __init__(self, *, title: str, blank: str, name: str) -> None:
        super().__init__(title=title, blank=blank, name=name)
        self._options: tuple[Option, ...] = ()
        self._chosen: frozenset[Any] = frozenset()
        self._popup: _Popup | None = None
        self.clicked.connect(self.open_list)
        self._tell()

    def chosen(self) -> frozenset[Any]:
        return self._chosen

    def set_options(self, options: Sequence[Option]) -> None:
        self._options = tuple(options)
        self._tell()

    def set_chosen(self, values: Collection[Any]) -> None:
        """Show these as chosen; says nothing."""
        self._chosen = frozenset(values)
        self._tell()

    def open_list(self) -> None:
        """Drop the list down under the field."""
        if self._popup is None:
            self._popup = _Popup(self, self._title)
            self._popup.chosen_changed.connect(self._on_chosen)
        self._popup.open_for(self._options, self._chosen)

    def _on_chosen(self, values: frozenset[Any]) -> None:
        offered = {value for value, _text in self._options}
        kept = frozenset(value for value in self._chosen if value not in offered)
        fresh = values | kept if values else frozenset()
        if fresh != self._chosen:
            self._chosen = fresh
            self._tell()
            self.changed.emit()

    def _tell(self) -> None:
        names = [text for value, text in self._options if value in self._chosen]
        names += ["…"] * (len(self._chosen) - len(names))
        self.show_value(", ".join(names))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if (
            key in (Qt.Key.Key_F4, Qt.Key.Key_Down)
            and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        ):
            self.open_list()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_F4):
            self._on_chosen(frozenset())
        else:
            super().keyPressEvent(event)


class _Popup(QFrame):
    """The list with its boxes; each press counts at once."""

    chosen_changed = Signal(object)  # frozenset of values

    def __init__(self, field: QWidget, title: str) -> None:
        super().__init__(field, Qt.WindowType.Popup)
        self._field = field
        self.setObjectName("multiChoicePopup")
        self.setProperty("surface", "card")
        self._search = QLineEdit()
        self._search.setObjectName("multiChoiceSearch")
        self._search.setAccessibleName(_("Find in the list"))
        self._search.setPlaceholderText(_("Find in the list"))
        self._search.setClearButtonEnabled(True)
        self._search.setMaxLength(100)
        self._search.textChanged.connect(self._narrow)
        self._list = QListWidget()
        self._list.setObjectName("multiChoiceList")
        self._list.setAccessibleName(title)
        self._list.setFont(theme.font(Font.BASE))
        self._list.setStyleSheet("QListWidget { border: none; background: transparent; }")
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._list.setTextElideMode(Qt.TextElideMode.ElideRight)
        self._list.setItemDelegate(_BoxDelegate(self._list))
        self._list.setMouseTracking(True)
        self._list.itemChanged.connect(lambda _item: self._tell())
        self._list.itemClicked.connect(_flip)
        self._nothing = label(_("Nothing found"), role=Font.TABLE, tone="muted")
        self._clear = Button(
            _("Clear"), kind="flat", small=True, name="multiChoiceClear", on_click=self._clear_all
        )
        done = Button(_("Close"), kind="flat", small=True, name="multiChoiceDone", on_click=self.close)
        foot = QHBoxLayout()
        foot.addWidget(self._clear)
        foot.addStretch()
        foot.addWidget(done)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(8, 8, 8, 6)
        whole.setSpacing(6)
        whole.addWidget(self._search)
        whole.addWidget(self._list, 1)
        whole.addWidget(self._nothing)
        whole.addLayout(foot)
        self._filling = False

    def open_for(self, options: Sequence[Option], chosen: Collection[Any]) -> None:
        self._filling = True
        self._search.clear()
        self._list.clear()
        for value, text in options:
            item = QListWidgetItem(text)
            item.setData(Qt.ItemDataRole.UserRole, (value,))
            item.setToolTip(text)
            item.setFlags(
                Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable
            )
            item.setCheckState(Qt.CheckState.Checked if value in chosen else Qt.CheckState.Unchecked)
            self._list.addItem(item)
        self._filling = False
        self._search.setVisible(len(options) > _SEARCH_FROM)
        self._narrow("")
        rows = min(max(len(options), 2), _ROWS_AT_ONCE)
        self._list.setFixedHeight(rows * _line_height() + 4)
        metrics = theme.metrics(Font.BASE)
        widest = max((metrics.horizontalAdvance(text) for _value, text in options), default=0) + 80
        self.setFixedWidth(min(max(self._field.width(), widest), 460))
        self.adjustSize()
        place = self._field.mapToGlobal(QPoint(0, self._field.height() + 3))
        room = self._field.screen().availableGeometry()
        if place.y() + self.height() > room.bottom():
            place.setY(max(room.top(), self._field.mapToGlobal(QPoint(0, 0)).y() - self.height() - 3))
        self.move(place)
        self.show()
        (self._search if self._search.isVisible() else self._list).setFocus()
        if self._list.count():
            self._list.setCurrentRow(0)

    def _items(self) -> list[QListWidgetItem]:
        return [self._list.item(row) for row in range(self._list.count())]

    def _narrow(self, text: str) -> None:
        left = 0
        wanted = [words for words in (query_words(text), query_words(wrong_layout(text))) if words]
        for item in self._items():
            name = search_text(item.text())
            fits = not wanted or any(all(word in name for word in words) for words in wanted)
            item.setHidden(not fits)
            left += fits
        self._nothing.setVisible(left == 0)
        first = next((item for item in self._items() if not item.isHidden()), None)
        if first is not None:
            self._list.setCurrentItem(first)

    def _tell(self) -> None:
        if not self._filling:
            ticked = [item for item in self._items() if item.checkState() == Qt.CheckState.Checked]
            self.chosen_changed.emit(frozenset(item.data(Qt.ItemDataRole.UserRole)[0] for item in ticked))

    def _clear_all(self) -> None:
        self._filling = True
        for item in self._items():
            item.setCheckState(Qt.CheckState.Unchecked)
        self._filling = False
        self.chosen_changed.emit(frozenset())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            item = self._list.currentItem()
            if self._search.hasFocus() and item is not None and not item.isHidden():
                _flip(item)
            else:
                self.close()
        elif key == Qt.Key.Key_Down and self._search.hasFocus():
            self._list.setFocus()
        elif key == Qt.Key.Key_Escape:
            self.close()
        else:
            super().keyPressEvent(event)


def _line_height() -> int:
    return theme.metrics(Font.BASE).height() + 11


class _BoxDelegate(QStyledItemDelegate):
    """A box and a text, as in the table; a click anywhere on the line and Space turn it over."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: ModelIndex) -> QSize:
        return QSize(0, _line_height())

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        colors = theme.palette()
        rect: QRect = option.rect
        current = bool(option.state & QStyle.StateFlag.State_Selected)
        if current or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("soft" if current else "hover"))
            painter.drawRoundedRect(rect, 5, 5)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        # PySide gives the state as a number here.
        checked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
        draw_box(painter, colors, rect.x() + 6, rect, checked=checked)
        room = rect.adjusted(CHECK + 15, 0, -4, 0)
        shown = theme.metrics(Font.BASE).elidedText(
            str(index.data()), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.setFont(theme.font(Font.BASE))
        painter.setPen(colors.color("text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, shown)

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, _option: QStyleOptionViewItem, index: ModelIndex
    ) -> bool:
        if isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Space, Qt.Key.Key_Select):
            checked = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole)) == Qt.CheckState.Checked
            turned = Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked
            return model.setData(index, turned, Qt.ItemDataRole.CheckStateRole)
        # A click is the list's: the box alone would be too small a target.
        return False


def _flip(item: QListWidgetItem) -> None:
    checked = item.checkState() == Qt.CheckState.Checked
    item.setCheckState(Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked)
