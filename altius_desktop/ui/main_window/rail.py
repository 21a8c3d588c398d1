"""The sections of the program down the left side of the window."""

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QToolButton, QVBoxLayout

from altius_desktop.i18n import _
from altius_desktop.ui import icons, theme
from altius_desktop.ui.main_window.logo import Logo
from altius_desktop.ui.theme import Font

RAIL_WIDTH = 84


class Rail(QFrame):
    """The sections of the program down the left side."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("navigation")
        self.setAccessibleName(_("Sections"))
        self.setProperty("surface", "rail")
        self.setFixedWidth(RAIL_WIDTH)
        self._buttons: list[_RailButton] = []
        self._pages: list[_RailButton] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 12, 1, 12)
        self._column.setSpacing(6)
        logo = Logo()
        self._column.addWidget(logo, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addSpacing(12)

    def add(self, name: str, icon: str, text: str, action: object) -> None:
        """A section of its own: the window shows it in place of another."""
        self._pages.append(self._add(name, icon, text, action))

    def add_panel(self, name: str, icon: str, text: str, action: object) -> "_RailButton":
        """What is shown over the section at hand, and has a badge."""
        return self._add(name, icon, text, action)

    def _add(self, name: str, icon: str, text: str, action: object) -> "_RailButton":
        button = _RailButton(icon, text)
        button.setObjectName(f"{name}NavigationButton")
        button.clicked.connect(action)
        self._buttons.append(button)
        return button

    def finish(self, *, bottom_from: int) -> None:
        """Lay the buttons out; from `bottom_from` on they stand at the lower end."""
        for number, button in enumerate(self._buttons):
            if number == bottom_from:
                self._column.addStretch()
            self._column.addWidget(button)

    def choose(self, number: int) -> None:
        for position, button in enumerate(self._pages):
            button.setChecked(position == number)


class _RailButton(QToolButton):
    """An icon over a word; the chosen one has a bar at its left."""

    def __init__(self, icon: str, text: str) -> None:
        super().__init__()
        self._icon_name = icon
        self._badge = ""
        self.setText(text)
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setFixedSize(RAIL_WIDTH - 1, theme.metrics(Font.NAV).height() + 42)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    @property
    def badge(self) -> str:
        return self._badge

    def show_badge(self, count: int) -> None:
        """A small number at the icon; none for 0."""
        self._badge = "" if count <= 0 else str(count) if count < 100 else "99+"
        self.setAccessibleDescription(self._badge)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        ground = self.rect().adjusted(5, 1, -5, -1)
        if chosen or self.underMouse() or self.hasFocus():
            painter.setPen(QPen(colors.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("soft" if chosen else "hover"))
            painter.drawRoundedRect(ground, 7, 7)
        if chosen:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colors.color("accent"))
            painter.drawRect(0, ground.center().y() - 10, 3, 20)
        role = "on_soft" if chosen else "text2"
        icons.draw(painter, self._icon_name, (self.width() - 20) / 2, ground.y() + 9, role=role, size=20)
        painter.setPen(colors.color(role))
        font = Font.NAV_STRONG if chosen else Font.NAV
        painter.setFont(theme.font(font))
        line = theme.metrics(font).height()
        painter.drawText(
            0, ground.bottom() - line - 5, self.width(), line, Qt.AlignmentFlag.AlignHCenter, self.text()
        )
        if self._badge:
            self._draw_badge(painter, ground.y() + 4)

    def _draw_badge(self, painter: QPainter, top: int) -> None:
        colors = theme.palette()
        metrics = theme.metrics(Font.BADGE)
        height = metrics.height()
        width = max(height, metrics.horizontalAdvance(self._badge) + 10)
        place = QRect(self.width() // 2 + 4, top, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("badge"))
        painter.drawRoundedRect(place, height / 2, height / 2)
        painter.setFont(theme.font(Font.BADGE))
        painter.setPen(colors.color("on_accent"))
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, self._badge)
