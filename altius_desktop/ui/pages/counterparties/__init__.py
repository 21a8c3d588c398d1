"""The Counterparties page: everybody the company works with, searched, filtered, ticked and acted upon."""

from altius_desktop.ui.pages.counterparties.page import CounterpartiesPage

__all__ = ["CounterpartiesPage"]
