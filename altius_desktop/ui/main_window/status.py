"""What the window says of the server: the line that runs while it is asked, and the status line at the foot."""

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from altius_desktop.i18n import _
from altius_desktop.ui import theme
from altius_desktop.ui.controls import label
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

STATUS_HEIGHT = 28


class ThinProgress(QWidget):
    """A line of two pixels that runs while the server is asked for longer than a moment."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedHeight(2)
        self._step = 0
        self._timer = QTimer(self, interval=40)
        self._timer.timeout.connect(self._advance)

    def show_busy(self, busy: bool) -> None:
        if busy:
            self._timer.start()
        else:
            self._timer.stop()
        self.update()

    def _advance(self) -> None:
        self._step = (self._step + 1) % 50
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._timer.isActive():
            return
        painter = QPainter(self)
        width = self.width() // 4
        x = int(self._step / 50 * (self.width() + width)) - width
        painter.fillRect(x, 0, width, 2, theme.palette().color("accent"))


class StatusLine(QFrame):
    """Connected or not, where, who, how fresh, how much."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setProperty("surface", "panel")
        self.setObjectName("statusLine")
        self.setFixedHeight(STATUS_HEIGHT)
        self._dot = _Dot()
        self._state = label(role=Font.SMALL, tone="text2", name="connectionState")
        address = workplace.database.address
        where = label(
            _("Server: {server} · database {database}").format(
                server=address.title, database=address.database
            ),
            role=Font.SMALL,
            tone="muted",
        )
        who = label(_("User: {login}").format(login=workplace.identity.login), role=Font.SMALL, tone="muted")
        self._read_at = label(role=Font.SMALL, tone="muted", name="readAt")
        self._counts = label(role=Font.SMALL, tone="text2", name="dayCounts")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 0, 14, 0)
        row.setSpacing(6)
        row.addWidget(self._dot)
        row.addWidget(self._state)
        for widget in (where, who, self._read_at):
            row.addSpacing(10)
            row.addWidget(widget)
        row.addStretch()
        row.addWidget(self._counts)
        self._connected = True
        self.show_connected(True)

    def show_connected(self, connected: bool) -> None:
        self._connected = connected
        self._dot.show_role("ok" if connected else "danger")
        self._state.setText(_("Connected") if connected else _("No connection"))

    def show_counts(self, told: str, read_at: str) -> None:
        self._counts.setText(told)
        if read_at:
            self._read_at.setText(_("As of {time}").format(time=read_at))


class _Dot(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._role = "ok"
        self.setFixedSize(8, 8)

    def show_role(self, role: str) -> None:
        self._role = role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.palette().color(self._role))
        painter.drawEllipse(0, 0, 8, 8)
