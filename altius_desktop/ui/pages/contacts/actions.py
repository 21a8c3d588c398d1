"""The buttons above the day's tables, and how far the day has come."""

from collections.abc import Callable

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from altius_desktop.i18n import _
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button, label, rule
from altius_desktop.ui.dialogs.colours import swatch
from altius_desktop.ui.theme import Font

__all__ = ["ActionBar", "swatch"]


class ActionBar(QWidget):
    """Result, Plan, History, colour, Reschedule, Take, Add; hints of keys go where there is no room."""

    def __init__(
        self,
        *,
        result: Callable[[], object],
        plan: Callable[[], object],
        history: Callable[[], object],
        reschedule_menu: QMenu,
        highlight_menu: QMenu,
        take: Callable[[], object],
        add_menu: QMenu,
    ) -> None:
        super().__init__()
        self.result = Button(
            _("Result"), icon="result", hint="Ctrl+R", kind="primary", name="resultButton", on_click=result
        )
        self.plan = Button(_("Plan"), icon="plan", hint="Ctrl+L", name="planButton", on_click=plan)
        self.history = Button(
            _("History"), icon="history", hint="Ctrl+H", name="historyButton", on_click=history
        )
        self.highlight = Button(_("Colour"), icon="color", hint="Alt+1…6", arrow=True, name="highlightButton")
        self.highlight.setMenu(highlight_menu)
        self.reschedule = Button(
            _("Reschedule"), icon="reschedule", hint="Ctrl+D", arrow=True, name="rescheduleButton"
        )
        self.reschedule.setMenu(reschedule_menu)
        self.take = Button(_("Take"), icon="take", name="takeButton", on_click=take)
        self.take.setToolTip(_("Take this task of the department for yourself"))
        self.add = Button(_("Add"), icon="add", hint="Ins", arrow=True, name="addButton")
        self.add.setMenu(add_menu)
        self._progress = _Progress()
        self._told = label(role=Font.CAPTION, tone="text2", name="progressLabel")
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.result, self.plan, self.history):
            row.addWidget(button)
        row.addWidget(_divider())
        for button in (self.highlight, self.reschedule, self.take):
            row.addWidget(button)
        row.addWidget(_divider())
        row.addWidget(self.add)
        row.addStretch()
        row.addWidget(self._told)
        row.addWidget(self._progress)
        self._hints = {
            self.result: "Ctrl+R",
            self.plan: "Ctrl+L",
            self.history: "Ctrl+H",
            self.highlight: "Alt+1…6",
            self.reschedule: "Ctrl+D",
            self.add: "Ins",
        }
        for button, keys in self._hints.items():
            button.setToolTip(keys)
        self._icons = {button: button.icon_name for button in (*self._hints, self.take)}
        self._anything = False
        self._left_out = 0

    def add_widget(self, widget: QWidget) -> None:
        """Put a widget at the right end."""
        self._row.addWidget(widget)

    def show_progress(self, done: int, total: int) -> None:
        self._told.setText(_("Done {done} of {total}").format(done=done, total=total))
        self._progress.show_share(done / total if total else 0.0)
        self._anything = total > 0
        self._leave_out(self._left_out)
        self._fit()

    def offer_take(self, offered: bool) -> None:
        """Show the button that takes a department's task only where there is one to take."""
        self.take.setVisible(offered)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        # Narrower than with everything: see _fit.
        return QSize(0, super().minimumSizeHint().height())

    def _fit(self) -> None:
        """Leave out only as much as it takes: the keys (tool tips have them too), bar, progress, icons."""
        for steps in range(5):
            if steps != self._left_out:
                self._leave_out(steps)
            if self._row.sizeHint().width() <= self.width():
                return

    def _leave_out(self, steps: int) -> None:
        self._left_out = steps
        for button, hint in self._hints.items():
            button.set_hint(hint if steps < 1 else "")
        self._progress.setVisible(self._anything and steps < 2)
        self._told.setVisible(self._anything and steps < 3)
        for button, name in self._icons.items():
            button.set_icon_name(name if steps < 4 else "")


def _divider() -> QWidget:
    line = rule(vertical=True, strong=True)
    line.setFixedHeight(20)
    return line


class _Progress(QWidget):
    """A short bar that fills up with the day."""

    def __init__(self) -> None:
        super().__init__()
        self._share = 0.0
        self.setFixedSize(60, 6)

    def show_share(self, share: float) -> None:
        self._share = share
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("border"))
        painter.drawRoundedRect(self.rect(), 3, 3)
        if self._share > 0:
            painter.setBrush(colors.color("ok"))
            painter.drawRoundedRect(QRectF(0, 0, max(6.0, self.width() * self._share), self.height()), 3, 3)
