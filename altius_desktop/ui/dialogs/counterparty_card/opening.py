"""One card per counterparty: opened a second time it comes to the front; the program's window takes all along."""

from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtWidgets import QWidget

from altius_desktop.ui.dialogs.counterparty_card.window import CounterpartyCard
from altius_desktop.ui.workplace import Workplace

_STEP = 28


def open_card(workplace: Workplace, counterparty_id: UUID, parent: QWidget | None = None) -> CounterpartyCard:
    """Show the counterparty's card, or raise it where it is open; `parent` only says where it appears.

    When the window of `parent` is closed the cards are closed first; one that is not let go keeps it open.
    """
    cards = workplace.findChild(_Cards) or _Cards(workplace)
    return cards.show_card(workplace, counterparty_id, parent.window() if parent is not None else None)


def close_cards(workplace: Workplace) -> bool:
    """Close all cards, asking where something is not saved; False if one is not let go."""
    cards = workplace.findChild(_Cards)
    return cards is None or cards.close_all()


class _Cards(QObject):
    """The open cards of a workplace; goes with it."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._open: dict[UUID, CounterpartyCard] = {}

    def show_card(
        self, workplace: Workplace, counterparty_id: UUID, beside: QWidget | None
    ) -> CounterpartyCard:
        card = self._open.get(counterparty_id)
        if card is None:
            card = CounterpartyCard(workplace, counterparty_id)
            card.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            card.card_asked.connect(lambda other: self.show_card(workplace, other, card))
            card.destroyed.connect(lambda: self._open.pop(counterparty_id, None))
            self._open[counterparty_id] = card
            if beside is not None:
                shift = _STEP * (1 + len(self._open) % 6)
                card.move(beside.frameGeometry().topLeft() + QPoint(shift, shift))
        if beside is not None and not isinstance(beside, CounterpartyCard):
            beside.installEventFilter(self)
        if card.isMinimized():
            card.showNormal()
        card.show()
        card.raise_()
        card.activateWindow()
        return card

    def close_all(self) -> bool:
        return all(card.close() for card in list(self._open.values()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if (
            event.type() == QEvent.Type.Close
            and isinstance(watched, QWidget)
            and watched.parentWidget() is None
            and not self.close_all()
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)
