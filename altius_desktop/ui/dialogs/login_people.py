"""The employees that a demo offers at its login."""

from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from altius_desktop.domain.names import initials, split_full_name
from altius_desktop.ui import theme
from altius_desktop.ui.theme import Font


@dataclass(frozen=True)
class OfferedLogin:
    """A demo's employee, whose password is known to everybody."""

    login: str
    full_name: str
    position: str
    password: str = field(default="", repr=False)


class PersonButton(QAbstractButton):
    """An employee to click: avatar, name, position. A double click enters."""

    entered = Signal()

    def __init__(self, person: OfferedLogin) -> None:
        super().__init__()
        self.person = person
        name = split_full_name(person.full_name)
        self._name = f"{name.surname} {name.given}".strip()
        self._initials = initials(person.full_name)
        self.setObjectName(f"{person.login}Offer")
        self.setCheckable(True)
        self.setText(self._name)
        self.setAccessibleName(f"{self._name}, {person.position}")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def nextCheckState(self) -> None:
        """The dialog says who is chosen."""

    def sizeHint(self) -> QSize:
        wide = max(
            theme.metrics(Font.STRONG).horizontalAdvance(self._name),
            theme.metrics(Font.CAPTION).horizontalAdvance(self.person.position),
        )
        high = theme.metrics(Font.STRONG).height() + theme.metrics(Font.CAPTION).height() + 14
        return QSize(wide + 64, high)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        super().mouseDoubleClickEvent(event)
        self.click()
        self.entered.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Up:
            self.focusPreviousChild()
        elif event.key() == Qt.Key.Key_Down:
            self.focusNextChild()
        elif event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            event.ignore()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(colors.color("accent"), 1.5) if self.hasFocus() else Qt.PenStyle.NoPen)
        ground = "sel" if self.isChecked() else "hover" if self.underMouse() else "surface"
        painter.setBrush(colors.color(ground))
        painter.drawRoundedRect(self.rect().toRectF().adjusted(1, 1, -1, -1), 6, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("soft"))
        middle = self.height() / 2
        painter.drawEllipse(QPointF(25, middle), 15, 15)
        painter.setPen(colors.color("on_soft"))
        painter.setFont(theme.font(Font.CAPTION_STRONG))
        painter.drawText(QRect(10, round(middle) - 15, 30, 30), Qt.AlignmentFlag.AlignCenter, self._initials)
        strong = theme.metrics(Font.STRONG).height()
        top = (self.height() - strong - theme.metrics(Font.CAPTION).height()) // 2
        painter.setPen(colors.color("text" if self.isEnabled() else "disabled"))
        painter.setFont(theme.font(Font.STRONG))
        painter.drawText(QRect(50, top, self.width() - 56, strong), Qt.AlignmentFlag.AlignVCenter, self._name)
        painter.setPen(colors.color("text2" if self.isEnabled() else "disabled"))
        painter.setFont(theme.font(Font.CAPTION))
        below = QRect(50, top + strong, self.width() - 56, theme.metrics(Font.CAPTION).height())
        painter.drawText(below, Qt.AlignmentFlag.AlignVCenter, self.person.position)
