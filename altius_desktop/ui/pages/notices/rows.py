"""The list of notices: day by day, painted by itself, so that a thousand of them cost nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import (
    QAbstractListModel,
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from altius_desktop.i18n import _
from altius_desktop.services.notices import NoticeRow
from altius_desktop.ui import icons, theme
from altius_desktop.ui.formats import clock
from altius_desktop.ui.keys import latin_key
from altius_desktop.ui.pages.notices.words import (
    NoticeLook,
    answer_words,
    day_heading,
    look_of,
    notice_words,
    recipient_words,
    sender_words,
    state_words,
)
from altius_desktop.ui.theme import Font

_MARGIN, _MARK, _GAP, _DOT = 16, 32, 12, 8
ModelIndex = QModelIndex | QPersistentModelIndex


@dataclass(frozen=True)
class Line:
    """A line as it is painted; a heading has no notice."""

    title: str
    words: str = ""
    state: str = ""
    wrong: bool = False
    moment: str = ""
    unread: bool = False
    look: NoticeLook | None = None
    notice: NoticeRow | None = None


class NoticeModel(QAbstractListModel):
    """The notices under a heading for each day; the office's day gives the words."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines: list[Line] = []

    def show_inbox(self, rows: Sequence[NoticeRow], today: date) -> None:
        self._show(rows, today, lambda row: _received(row, today))

    def show_sent(self, rows: Sequence[NoticeRow], today: date) -> None:
        self._show(rows, today, lambda row: _sent(row, today))

    def _show(self, rows: Sequence[NoticeRow], today: date, line_of: Any) -> None:
        lines: list[Line] = []
        day: date | None = None
        for row in rows:
            if row.created_at.date() != day:
                day = row.created_at.date()
                lines.append(Line(day_heading(day, today)))
            lines.append(line_of(row))
        if lines == self._lines:
            return
        self.beginResetModel()
        self._lines = lines
        self.endResetModel()

    def line(self, index: ModelIndex) -> Line:
        return self._lines[index.row()]

    def notices(self) -> list[NoticeRow]:
        return [line.notice for line in self._lines if line.notice is not None]

    def index_of(self, notice_id: UUID) -> QModelIndex:
        for number, line in enumerate(self._lines):
            if line.notice is not None and line.notice.id == notice_id:
                return self.index(number)
        return QModelIndex()

    def first_from(self, number: int) -> QModelIndex:
        """The first notice at this line or below, else the last one above."""
        below = range(max(0, number), len(self._lines))
        above = range(min(number, len(self._lines)) - 1, -1, -1)
        for place in (*below, *above):
            if self._lines[place].notice is not None:
                return self.index(place)
        return QModelIndex()

    def rowCount(self, parent: ModelIndex = QModelIndex()) -> int:  # noqa: B008 -- Qt's own signature
        return 0 if parent.isValid() else len(self._lines)

    def flags(self, index: ModelIndex) -> Qt.ItemFlag:
        if not index.isValid() or self._lines[index.row()].notice is None:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable

    def data(self, index: ModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        line = self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            parts = (line.title, line.words, line.state, line.moment, _("unread") if line.unread else "")
            return ". ".join(part for part in parts if part)
        return None


class NoticeList(QListView):
    """The list with its keys: Enter opens, Space marks as read, Del hides."""

    opened = Signal()
    read_asked = Signal()
    hide_asked = Signal()
    chosen = Signal()  # another notice, or none, is the current one
    bottom_reached = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows = NoticeModel(self)
        self.setModel(self.rows)
        self.setObjectName("noticesList")
        self.setAccessibleName(_("Notices"))
        self.setItemDelegate(_NoticeDelegate(self))
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setStyleSheet("QListView { border: none; border-radius: 0; }")
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.selectionModel().currentChanged.connect(lambda *_changed: self.chosen.emit())
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        self.verticalScrollBar().valueChanged.connect(self._on_scrolled)
        theme.changed.connect(self.viewport().update)

    def current(self) -> NoticeRow | None:
        index = self.currentIndex()
        return self.rows.line(index).notice if index.isValid() else None

    def keep_current(self, notice_id: UUID | None, place: int) -> None:
        """After the rows were read anew: the same notice is current, else the one now in its place."""
        index = self.rows.index_of(notice_id) if notice_id is not None else QModelIndex()
        if not index.isValid():
            index = self.rows.first_from(place)
        self.setCurrentIndex(index)
        self.chosen.emit()

    def _on_scrolled(self, value: int) -> None:
        if value and value >= self.verticalScrollBar().maximum():
            self.bottom_reached.emit()

    def event(self, event: QEvent) -> bool:
        # The page under the panel has the same keys for its own rows.
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and self._signal_of(event) is not None
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        signal = self._signal_of(event)
        if signal is None:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat() and self.current() is not None:
            signal.emit()

    def keyboardSearch(self, _search: str) -> None:
        """Letters choose nothing here."""

    def _signal_of(self, event: QKeyEvent) -> Any:
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return None
        return {
            Qt.Key.Key_Return: self.opened,
            Qt.Key.Key_Enter: self.opened,
            Qt.Key.Key_Space: self.read_asked,
            Qt.Key.Key_Delete: self.hide_asked,
        }.get(Qt.Key(latin_key(event.key())))


class _NoticeDelegate(QStyledItemDelegate):
    def sizeHint(self, _option: QStyleOptionViewItem, index: ModelIndex) -> QSize:
        line = index.model().line(index)  # type: ignore[attr-defined] # a NoticeModel
        if line.notice is None:
            return QSize(0, theme.metrics(Font.CAPTION).height() + 16)
        high = theme.metrics(Font.STRONG).height() + 3
        high += theme.metrics(Font.TABLE).height() * len(two_lines(line.words, self._room()))
        if line.state:
            high += theme.metrics(Font.CAPTION).height() + 3
        return QSize(0, max(high, _MARK) + 22)

    def _room(self) -> int:
        """How wide a text below the title may be."""
        view = self.parent()
        assert isinstance(view, QListView)
        return view.viewport().width() - _MARGIN - _MARK - _GAP - _MARGIN - 1

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: ModelIndex) -> None:
        colors = theme.palette()
        rect: QRect = option.rect
        line: Line = index.model().line(index)  # type: ignore[attr-defined] # a NoticeModel
        if line.notice is None:
            painter.setFont(theme.font(Font.CAPTION_STRONG))
            painter.setPen(colors.color("muted"))
            painter.drawText(
                rect.adjusted(_MARGIN, 0, -_MARGIN, -3),
                Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom,
                line.title,
            )
            return
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, colors.color("sel"))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, colors.color("surface2"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colors.color("line"))
        self._mark(painter, line, rect)
        self._texts(painter, line, rect)

    def _mark(self, painter: QPainter, line: Line, rect: QRect) -> None:
        assert line.look is not None
        colors = theme.palette()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color(line.look.fill))
        circle = QRectF(rect.x() + _MARGIN, rect.y() + 11, _MARK, _MARK)
        painter.drawEllipse(circle)
        if line.unread:
            painter.setBrush(colors.color("accent"))
            painter.drawEllipse(QRectF(rect.right() - _MARGIN - _DOT + 1, rect.y() + 17, _DOT, _DOT))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        icons.draw(painter, line.look.icon, circle.x() + 8, circle.y() + 8, role=line.look.role)

    def _texts(self, painter: QPainter, line: Line, rect: QRect) -> None:
        colors = theme.palette()
        left = rect.x() + _MARGIN + _MARK + _GAP
        right = rect.right() - _MARGIN - _DOT - 9
        top = rect.y() + 10
        clock_width = theme.metrics(Font.CAPTION).horizontalAdvance(line.moment)
        title_font = Font.STRONG if line.unread else Font.BASE
        height = theme.metrics(title_font).height()
        painter.setFont(theme.font(Font.CAPTION))
        painter.setPen(colors.color("muted"))
        painter.drawText(
            QRect(right - clock_width, top, clock_width + 2, height),
            Qt.AlignmentFlag.AlignVCenter,
            line.moment,
        )
        painter.setFont(theme.font(title_font))
        painter.setPen(colors.color("text"))
        room = right - clock_width - 10 - left
        title = theme.metrics(title_font).elidedText(line.title, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(left, top, room + 4, height), Qt.AlignmentFlag.AlignVCenter, title)
        top += height + 3
        metrics = theme.metrics(Font.TABLE)
        painter.setFont(theme.font(Font.TABLE))
        painter.setPen(colors.color("text2"))
        width = self._room()
        for text in two_lines(line.words, width):
            painter.drawText(
                QRect(left, top, width + 4, metrics.height()), Qt.AlignmentFlag.AlignVCenter, text
            )
            top += metrics.height()
        if line.state:
            painter.setFont(theme.font(Font.CAPTION))
            painter.setPen(colors.color("danger" if line.wrong else "muted"))
            small = theme.metrics(Font.CAPTION)
            state = small.elidedText(line.state, Qt.TextElideMode.ElideRight, width)
            top += 3
            painter.drawText(
                QRect(left, top, width + 4, small.height()), Qt.AlignmentFlag.AlignVCenter, state
            )


def two_lines(words: str, width: int) -> list[str]:
    """The text broken after a word where it does not fit; the second line ends in an ellipsis if it must."""
    metrics = theme.metrics(Font.TABLE)
    if metrics.horizontalAdvance(words) <= width:
        return [words]
    first, rest = "", words.split(" ")
    while rest and metrics.horizontalAdvance(f"{first} {rest[0]}".strip()) <= width:
        first = f"{first} {rest.pop(0)}".strip()
    if not first:
        return [metrics.elidedText(words, Qt.TextElideMode.ElideRight, width)]
    return [first, metrics.elidedText(" ".join(rest), Qt.TextElideMode.ElideRight, width)]


def _received(row: NoticeRow, today: date) -> Line:
    return Line(
        title=sender_words(row),
        words=notice_words(row, today),
        state=answer_words(row, today),
        wrong=row.answer == "cannot",
        moment=clock(row.created_at),
        unread=row.is_unread,
        look=look_of(row),
        notice=row,
    )


def _sent(row: NoticeRow, today: date) -> Line:
    return Line(
        title=recipient_words(row),
        words=notice_words(row, today),
        state=state_words(row, today),
        wrong=row.answer == "cannot",
        moment=clock(row.created_at),
        look=look_of(row),
        notice=row,
    )
