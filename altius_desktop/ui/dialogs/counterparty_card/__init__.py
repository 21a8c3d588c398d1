"""The counterparty's card: a window of its own, many of them side by side."""

from altius_desktop.ui.dialogs.counterparty_card.opening import close_cards, open_card
from altius_desktop.ui.dialogs.counterparty_card.window import CounterpartyCard

__all__ = ["CounterpartyCard", "close_cards", "open_card"]
