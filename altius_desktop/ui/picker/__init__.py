"""Fields that choose from a list under them as one types: counterparties (asked of the server) and short lists."""

from altius_desktop.ui.picker.counterparties import CounterpartyPicker
from altius_desktop.ui.picker.edit import ChoicePicker, PickerEdit
from altius_desktop.ui.picker.popup import Choice, matched_spans

__all__ = ["Choice", "ChoicePicker", "CounterpartyPicker", "PickerEdit", "matched_spans"]
