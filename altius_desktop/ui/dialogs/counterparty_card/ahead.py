"""One card's window made ahead while nobody waits: on opening it is filled, not built."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from altius_desktop.ui.dialogs.counterparty_card.window import CounterpartyCard
from altius_desktop.ui.workplace import Workplace

_QUIET_MS = 400
# Keys and the mouse get their turn between the steps.
_BETWEEN_MS = 20


class SpareCard(QObject):
    """Holds at most one card of nobody, unseen; it lives no longer than the window it is made beside."""

    def __init__(self, workplace: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._beside: QWidget | None = None
        self._card: CounterpartyCard | None = None
        self._painted = False
        self._timer = QTimer(self, singleShot=True)
        self._timer.timeout.connect(self._go_on)
        workplace.leaving.connect(self.drop)

    def make_soon(self, beside: QWidget) -> None:
        """Begin a moment later; with the window `beside` it is thrown away."""
        if self._beside is not beside:
            if self._beside is not None:
                self._beside.destroyed.disconnect(self.drop)
            self._beside = beside
            beside.destroyed.connect(self.drop)
        if not self._painted:
            self._timer.start(_QUIET_MS)

    def take(self) -> CounterpartyCard | None:
        """The card, if there is one that would be built the same now."""
        card = self._card
        if card is None or not card.is_of_now:
            self._forget()
            return None
        self._timer.stop()
        self._card, self._painted = None, False
        return card

    def drop(self) -> None:
        """Throw away what is made; nothing more is made before the next `make_soon`."""
        self._beside = None
        self._forget()

    def make_anew(self) -> None:
        """What is made speaks a former language: throw it away and begin again."""
        self._forget()
        if self._beside is not None:
            self._timer.start(_QUIET_MS)

    def _forget(self) -> None:
        self._timer.stop()
        if self._card is not None:
            self._card.deleteLater()
        self._card, self._painted = None, False

    def _go_on(self) -> None:
        if self._card is None:
            self._card = CounterpartyCard(self._workplace)
            self._timer.start(_BETWEEN_MS)
        else:
            # Painted once, unseen: every widget has its style, its font and its place.
            self._card.grab()
            self._painted = True
