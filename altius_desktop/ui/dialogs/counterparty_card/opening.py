"""One card per counterparty: opened a second time it comes to the front; the program's window takes all along."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtWidgets import QWidget

from altius_desktop.ui.dialogs.counterparty_card.ahead import SpareCard
from altius_desktop.ui.dialogs.counterparty_card.window import CounterpartyCard
from altius_desktop.ui.workplace import Workplace

_STEP = 28
# An answer that takes longer than this is waited for in the open card.
_SHOWN_AFTER_MS = 150


def open_card(workplace: Workplace, counterparty_id: UUID, parent: QWidget | None = None) -> CounterpartyCard:
    """Show the counterparty's card, or raise it where it is open; `parent` only says where it appears.

    A new one comes to the screen with what it shows, a moment later: nobody sees it empty first.
    When the window of `parent` is closed the cards are closed first; one that is not let go keeps it open.
    """
    cards = workplace.findChild(_Cards) or _Cards(workplace)
    return cards.show_card(workplace, counterparty_id, parent.window() if parent is not None else None)


def make_card_ahead(workplace: Workplace, window: QWidget) -> None:
    """Make the first card's window while nobody waits; the program's window calls it once it is painted."""
    cards = workplace.findChild(_Cards) or _Cards(workplace)
    cards.spare.make_soon(window)


def close_cards(workplace: Workplace) -> bool:
    """Close all cards, asking where something is not saved; False if one is not let go."""
    cards = workplace.findChild(_Cards)
    return cards is None or cards.close_all()


def drop_cards(workplace: Workplace) -> None:
    """Close all cards without asking: whoever ends the program from outside is not there to answer."""
    cards = workplace.findChild(_Cards)
    if cards is not None:
        cards.drop_all()


def rebuild_cards(workplace: Workplace) -> None:
    """Let the open cards stand in the language of now, with all that is typed in them."""
    cards = workplace.findChild(_Cards)
    if cards is not None:
        cards.rebuild_all()


@contextmanager
def cards_kept(workplace: Workplace) -> Iterator[None]:
    """Inside, the program's window may be closed and made anew without its cards."""
    cards = workplace.findChild(_Cards)
    if cards is not None:
        cards.kept = True
    try:
        yield
    finally:
        if cards is not None:
            cards.kept = False


class _Cards(QObject):
    """The open cards of a workplace; goes with it."""

    def __init__(self, workplace: Workplace) -> None:
        super().__init__(workplace)
        self._open: dict[UUID, CounterpartyCard] = {}
        self.spare = SpareCard(workplace, self)
        self.kept = False

    def show_card(
        self, workplace: Workplace, counterparty_id: UUID, beside: QWidget | None
    ) -> CounterpartyCard:
        if beside is not None and not isinstance(beside, CounterpartyCard):
            beside.installEventFilter(self)
        card = self._open.get(counterparty_id)
        if card is not None:
            _raise(card)
            return card
        card = self.spare.take() or CounterpartyCard(workplace)
        card.stand_for(counterparty_id)
        card.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        card.card_asked.connect(lambda other: self.show_card(workplace, other, card))
        card.destroyed.connect(lambda: self._open.pop(counterparty_id, None))
        self._open[counterparty_id] = card
        if beside is not None:
            _place(card, beside, _STEP * (1 + len(self._open) % 6))
            if not isinstance(beside, CounterpartyCard):
                card.loaded.connect(lambda: self.spare.make_soon(beside))
        late = QTimer(card, singleShot=True, interval=_SHOWN_AFTER_MS)
        late.timeout.connect(lambda: _raise(card))
        card.loaded.connect(lambda: _show_first(card, late))
        late.start()
        return card

    def close_all(self) -> bool:
        return self.kept or all(card.close() for card in list(self._open.values()))

    def drop_all(self) -> None:
        for card in list(self._open.values()):
            card.close_saved()

    def rebuild_all(self) -> None:
        for card in self._open.values():
            card.rebuild()
        self.spare.make_anew()

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


def _show_first(card: CounterpartyCard, late: QTimer) -> None:
    if late.isActive():
        late.stop()
        _raise(card)


def _raise(card: CounterpartyCard) -> None:
    if card.isMinimized():
        card.showNormal()
    card.show()
    card.raise_()
    card.activateWindow()


def _place(card: CounterpartyCard, beside: QWidget, shift: int) -> None:
    """Put the card a step from the window it was asked in, whole on that window's screen."""
    room = beside.screen().availableGeometry()
    # The frame of a window that was never shown is not known; it will have that of the one beside it.
    frame = beside.frameGeometry().size() - beside.size()
    card.resize(card.size().boundedTo(room.size() - frame))
    size = card.size() + frame
    place = beside.frameGeometry().topLeft() + QPoint(shift, shift)
    last = room.bottomRight() - QPoint(size.width() - 1, size.height() - 1)
    card.move(
        max(room.left(), min(place.x(), last.x())),
        max(room.top(), min(place.y(), last.y())),
    )
