"""How a row is drawn: tint, selection, weights, marks, counters, check boxes. Fast: it runs for each cell."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from altius_desktop.ui import icons, theme
from altius_desktop.ui.table.model import Check, Column, Index, Mark, RowStyle
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import CHECK, draw_box

if TYPE_CHECKING:
    from altius_desktop.ui.table.view import DataTable

PADDING = 9
# The first cell leaves room for the selection bar and the digit of the row's colour.
FIRST_PADDING = 15
ICON = 16
ICON_GAP = 6
BADGE = QSize(28, 20)
COUNTER_WIDTH = 34
_PILL_PADDING = 7
_ELIDED_AT_MOST = 20_000


class _Look:
    """The colours of one theme and the measures of the fonts, made once and not for each cell."""

    def __init__(self, colors: theme.Palette) -> None:
        self.palette = colors
        self.tints = {key: QColor(colors.tint(key) or "") for key in theme.HIGHLIGHT_NAMES}
        self.tints_hover = {key: _blend(tint, colors.color("text"), 0.05) for key, tint in self.tints.items()}
        for token in (
            "surface",
            "hover",
            "sel",
            "line",
            "accent",
            "text",
            "text2",
            "muted",
            "danger",
            "warn",
        ):
            setattr(self, token, colors.color(token))
        self.badge_line = QPen(colors.color("border"), 1)
        self.badge_warn_line = QPen(_blend(colors.color("warn_soft"), colors.color("warn"), 0.3), 1)

    surface: QColor
    hover: QColor
    sel: QColor
    line: QColor
    accent: QColor
    text: QColor
    text2: QColor
    muted: QColor
    danger: QColor
    warn: QColor


def _blend(ground: QColor, over: QColor, share: float) -> QColor:
    back = 1 - share
    return QColor.fromRgbF(
        ground.redF() * back + over.redF() * share,
        ground.greenF() * back + over.greenF() * share,
        ground.blueF() * back + over.blueF() * share,
    )


class RowDelegate(QStyledItemDelegate):
    """Draws every cell of a DataTable; what a row looks like comes from the model's RowStyle."""

    def __init__(self, view: "DataTable", parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._look = _Look(theme.palette())
        self._plain = theme.font(Font.TABLE)
        self._strong = theme.font(Font.TABLE_STRONG)
        self._badge = theme.font(Font.BADGE)
        self._bold = QFont(self._plain)
        self._bold.setWeight(QFont.Weight.Bold)
        self._key_font = theme.font(Font.NAV)
        self._metrics = {
            False: QFontMetrics(self._plain),
            True: QFontMetrics(self._strong),
        }
        plain = self._metrics[False]
        self._baseline = (plain.ascent() - plain.descent()) / 2
        self._elided: dict[tuple[str, bool, int], str] = {}

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        column = self._view.rows_model.columns[index.column()]
        text = str(index.data() or "")
        extra = 2 * PADDING + (ICON + ICON_GAP if column.kind in ("check", "text") else 0)
        return QSize(self._metrics[column.strong].horizontalAdvance(text) + extra, self._view.row_height)

    def full_width(self, column: Column, value: object, *, first: bool) -> int:
        """How wide the cell would have to be for its whole text."""
        text = value.text if isinstance(value, Mark | Check) else str(value or "")
        metrics = theme.metrics(Font.CAPTION) if column.kind == "badge" else self._metrics[column.strong]
        width = metrics.horizontalAdvance(text) + PADDING + (FIRST_PADDING if first else PADDING)
        if column.kind == "badge":
            width += 2 * _PILL_PADDING
        if isinstance(value, Mark) and value.icon:
            width += ICON + ICON_GAP
        return width

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        view = self._view
        look = self._look
        if look.palette is not theme.palette():
            look = self._look = _Look(theme.palette())
        position, logical = index.row(), index.column()
        model = view.rows_model
        row, style, column = model.row_at(position), model.style_at(position), model.columns[logical]
        rect: QRect = option.rect
        first = logical == view.first_section
        selected = position == view.selected_position

        self._ground(painter, rect, style, selected, position == view.hovered_position)
        if first:
            self._mark_row(painter, rect, style, selected)
        value = column.value(row)
        left = rect.x() + (FIRST_PADDING if first else PADDING)
        room = rect.right() - PADDING - left + 1
        kind = column.kind
        if kind == "counter":
            self._counter(painter, rect, int(value or 0), style, column)
            return
        if kind == "icon":
            if value is not None and value.icon:
                role = value.role if not style.done else "muted" if style.highlight is None else "text2"
                x = rect.x() + (rect.width() - ICON) / 2
                icons.draw(painter, value.icon, x, rect.y() + (rect.height() - ICON) / 2, role=role)
            return
        if kind == "tick":
            draw_box(painter, look.palette, rect.x() + FIRST_PADDING, rect, checked=bool(value))
            return
        if kind == "badge":
            self._pill(painter, rect, left, room, value, style)
            return
        if kind == "check":
            left, room = self._check(painter, rect, left, room, value)
            value = value.text if isinstance(value, Check) else ""
        elif isinstance(value, Mark):
            if value.icon:
                role = "muted" if style.done and value.role == "text2" else value.role
                icons.draw(painter, value.icon, left, rect.y() + (rect.height() - ICON) / 2, role=role)
                left += ICON + ICON_GAP
                room -= ICON + ICON_GAP
            value = value.text
        if value and room > 0:
            self._text(painter, rect, left, room, str(value), style, column)

    def _ground(self, painter: QPainter, rect: QRect, style: RowStyle, selected: bool, hovered: bool) -> None:
        look = self._look
        if style.highlight in look.tints:
            fill = (look.tints_hover if hovered else look.tints)[style.highlight]
        elif selected:
            fill = look.sel
        else:
            fill = look.hover if hovered else look.surface
        painter.fillRect(rect, fill)
        edge = look.accent if selected else look.line
        x, width = rect.x(), rect.width()
        painter.fillRect(x, rect.bottom(), width, 1, edge)
        if selected:
            painter.fillRect(x, rect.y(), width, 1, edge)

    def _mark_row(self, painter: QPainter, rect: QRect, style: RowStyle, selected: bool) -> None:
        """The selection's bar and the digit of the colour: colour alone would tell some people nothing."""
        if selected:
            painter.fillRect(rect.x(), rect.y(), 3, rect.height(), self._look.accent)
        if style.highlight in self._look.tints:
            painter.setFont(self._key_font)
            painter.setPen(self._look.text2)
            box = QRect(rect.x() + 4, rect.y(), FIRST_PADDING - 5, rect.height())
            painter.drawText(box, Qt.AlignmentFlag.AlignVCenter, str(style.highlight))

    def _text(
        self, painter: QPainter, rect: QRect, left: int, room: int, text: str, style: RowStyle, column: Column
    ) -> None:
        look = self._look
        faint = style.done or style.muted
        late = style.overdue and not faint and column.kind == "date"
        strong = late or (column.strong and not faint)
        if late:
            pen = look.danger
        elif faint:
            pen = look.muted if style.highlight is None else look.text2
        else:
            pen = look.text
        shown = self._elide(text, strong, room)
        marked = self._view.marked
        if marked is not None and column.finds and (spans := marked(shown)):
            painter.setPen(pen)
            self._marked_text(painter, rect, left, shown, spans, strong)
            return
        if column.align != "left":
            free = room - self._metrics[strong].horizontalAdvance(shown)
            left += free if column.align == "right" else free // 2
        painter.setFont(self._strong if strong else self._plain)
        painter.setPen(pen)
        painter.drawText(QPointF(left, round(rect.y() + rect.height() / 2 + self._baseline)), shown)

    def _marked_text(
        self,
        painter: QPainter,
        rect: QRect,
        left: int,
        text: str,
        spans: Sequence[tuple[int, int]],
        strong: bool,
    ) -> None:
        """The text with what was searched for in bold; it may end a few pixels later than its plain form."""
        y = round(rect.y() + rect.height() / 2 + self._baseline)
        plain, at, x = self._strong if strong else self._plain, 0, float(left)
        for start, length in (*spans, (len(text), 0)):
            for part, font in ((text[at:start], plain), (text[start : start + length], self._bold)):
                if part:
                    painter.setFont(font)
                    painter.drawText(QPointF(x, y), part)
                    x += QFontMetrics(font).horizontalAdvance(part)
            at = start + length

    def _elide(self, text: str, strong: bool, room: int) -> str:
        key = (text, strong, room)
        shown = self._elided.get(key)
        if shown is None:
            if len(self._elided) > _ELIDED_AT_MOST:
                self._elided.clear()
            line = " ".join(text.split()) if "\n" in text else text
            # A text that is cut anyway need not be measured to its end.
            shown = self._metrics[strong].elidedText(line[:500], Qt.TextElideMode.ElideRight, room)
            self._elided[key] = shown
        return shown

    def _counter(self, painter: QPainter, rect: QRect, count: int, style: RowStyle, column: Column) -> None:
        look = self._look
        warn = count > 0 and column.tone == "warn" and not style.done
        box = QRectF(
            rect.x() + (rect.width() - BADGE.width()) / 2 + 0.5,
            rect.y() + (rect.height() - BADGE.height()) // 2 + 0.5,
            BADGE.width() - 1,
            BADGE.height() - 1,
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.badge_warn_line if warn else look.badge_line)
        painter.setBrush(look.palette.color("warn_soft") if warn else look.surface)
        painter.drawRoundedRect(box, 5, 5)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(self._badge if count else self._plain)
        painter.setPen(look.warn if warn else look.text2 if count else look.muted)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, str(count) if count < 100 else "99+")

    def _pill(
        self, painter: QPainter, rect: QRect, left: int, room: int, value: Mark | None, style: RowStyle
    ) -> None:
        """A short text on a rounded ground; on a coloured row the ground is that of the table."""
        if value is None or not value.text or room < 20:
            return
        look = self._look
        metrics = theme.metrics(Font.CAPTION)
        shown = metrics.elidedText(value.text[:200], Qt.TextElideMode.ElideRight, room - 2 * _PILL_PADDING)
        height = metrics.height() + 4
        box = QRectF(
            left,
            rect.y() + (rect.height() - height) // 2,
            metrics.horizontalAdvance(shown) + 2 * _PILL_PADDING,
            height,
        )
        soft = "soft" if value.role == "on_soft" else "hover"
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.palette.color("surface" if style.highlight else soft))
        painter.drawRoundedRect(box, height / 2, height / 2)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        painter.setFont(theme.font(Font.CAPTION))
        painter.setPen(look.palette.color(value.role))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)

    def _check(
        self, painter: QPainter, rect: QRect, left: int, room: int, value: Check | bool | None
    ) -> tuple[int, int]:
        checked = value.checked if isinstance(value, Check) else bool(value)
        enabled = value.enabled if isinstance(value, Check) else True
        draw_box(painter, self._look.palette, left, rect, checked=checked, enabled=enabled)
        return left + CHECK + 8, room - CHECK - 8
