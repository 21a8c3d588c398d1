"""The header of a table: titles or icons, short dividers, the arrow of the sort order."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QHeaderView

from altius_desktop.ui import icons, theme
from altius_desktop.ui.table.delegate import FIRST_PADDING, ICON, PADDING
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import draw_box

if TYPE_CHECKING:
    from altius_desktop.ui.table.view import DataTable

_ARROW = 12


class Header(QHeaderView):
    """Draws the columns' titles; widths and order can be changed by the mouse."""

    def __init__(self, view: "DataTable") -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self._view = view
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(28)
        self.setFixedHeight(theme.metrics(Font.HEADER).height() + 15)

    def sizeHint(self) -> QSize:
        return QSize(super().sizeHint().width(), theme.metrics(Font.HEADER).height() + 15)

    def paintSection(self, painter: QPainter, rect: QRect, logical: int) -> None:
        if not rect.isValid():
            return
        colors = theme.palette()
        column = self._view.rows_model.columns[logical]
        painter.fillRect(rect, colors.color("surface2"))
        painter.fillRect(rect.x(), rect.bottom(), rect.width(), 1, colors.color("border"))
        last = self._view.last_section == logical
        if column.divider and not last:
            height = 14
            y = rect.y() + (rect.height() - height) // 2
            painter.fillRect(rect.right(), y, 1, height, colors.color("border"))
        if column.kind == "tick":
            ticked = self._view.header_ticked
            draw_box(
                painter, colors, rect.x() + FIRST_PADDING, rect, checked=ticked is True, partly=ticked is None
            )
            return
        if column.icon:
            x = rect.x() + (rect.width() - ICON) / 2
            icons.draw(painter, column.icon, x, rect.y() + (rect.height() - ICON) / 2)
            return
        sorted_by = self._view.rows_model.sorted_by
        arrow = sorted_by is not None and sorted_by[0] == column.key
        left = rect.x() + (FIRST_PADDING if logical == self._view.first_section else PADDING)
        room = rect.right() - left - PADDING + 4 - (_ARROW + 2 if arrow else 0)
        metrics = theme.metrics(Font.HEADER)
        shown = metrics.elidedText(column.title, Qt.TextElideMode.ElideRight, room)
        if column.align == "right":
            left += room - 4 - metrics.horizontalAdvance(shown)
        elif column.align == "center":
            left += (room - 4 - metrics.horizontalAdvance(shown)) // 2
        painter.setFont(theme.font(Font.HEADER))
        painter.setPen(colors.color("text2"))
        baseline = rect.y() + (rect.height() + metrics.ascent() - metrics.descent()) / 2
        painter.drawText(QPointF(left, round(baseline)), shown)
        if arrow and sorted_by is not None:
            name = "chevron_down" if sorted_by[1] else "chevron_up"
            x = left + metrics.horizontalAdvance(shown) + 3
            icons.draw(painter, name, x, rect.y() + (rect.height() - _ARROW) / 2, role="on_soft", size=_ARROW)
