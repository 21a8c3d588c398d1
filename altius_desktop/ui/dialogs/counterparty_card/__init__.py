"""The counterparty's card: a window of its own, many of them side by side."""

from altius_desktop.ui.dialogs.counterparty_card.opening import (
    cards_kept,
    close_cards,
    drop_cards,
    make_card_ahead,
    open_card,
    rebuild_cards,
)
from altius_desktop.ui.dialogs.counterparty_card.window import CounterpartyCard

__all__ = [
    "CounterpartyCard",
    "cards_kept",
    "close_cards",
    "drop_cards",
    "make_card_ahead",
    "open_card",
    "rebuild_cards",
]
