"""The editors of numbers: whole ones within bounds, and money."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from altius_desktop.domain.typed_numbers import parse_money, parse_whole
from altius_desktop.i18n import _
from altius_desktop.ui.form.editors import Editor
from altius_desktop.ui.formats import locale, number

LARGEST_MONEY = Decimal("999999999999.99")


def money(value: Decimal | None) -> str:
    """«12 500,50», "" for none."""
    if value is None:
        return ""
    whole, kopecks = divmod(int(value * 100), 100)
    return f"{number(whole)}{locale().decimalPoint()}{kopecks:02}"


class NumberEdit(Editor):
    """A whole number from `lowest` to `highest`, or nothing."""

    def __init__(self, *, lowest: int = 0, highest: int = 999_999_999, placeholder: str = "") -> None:
        self.line = _number_line(placeholder)
        super().__init__(self.line)
        self._lowest, self._highest = lowest, highest
        self.line.textChanged.connect(self.changed)

    def value(self) -> int | None:
        """The number, or None while nothing or nonsense is typed."""
        found = parse_whole(self.line.text())
        return found if found is not None and self._lowest <= found <= self._highest else None

    def set_value(self, value: int | None) -> None:
        self.line.setText("" if value is None else str(value))

    def is_blank(self) -> bool:
        return not self.line.text().strip()

    def problem(self) -> str:
        if self.is_blank() or self.value() is not None:
            return ""
        return _("Type a whole number from {lowest} to {highest}").format(
            lowest=number(self._lowest), highest=number(self._highest)
        )


class MoneyEdit(Editor):
    """A sum in roubles, with kopecks after a comma or point; written out when the field is left."""

    def __init__(self, *, placeholder: str = "") -> None:
        self.line = _number_line(placeholder)
        super().__init__(self.line)
        self.line.textChanged.connect(self.changed)
        self.line.editingFinished.connect(self._write_out)

    def value(self) -> Decimal | None:
        """The sum, or None while nothing or nonsense is typed."""
        found = parse_money(self.line.text())
        return found if found is not None and found <= LARGEST_MONEY else None

    def set_value(self, value: Decimal | None) -> None:
        self.line.setText(money(value))

    def is_blank(self) -> bool:
        return not self.line.text().strip()

    def problem(self) -> str:
        if self.is_blank() or self.value() is not None:
            return ""
        return _("Type a sum of money, such as 12 500 or 99,90")

    def _write_out(self) -> None:
        value = self.value()
        if value is not None:
            self.line.setText(money(value))


def _number_line(placeholder: str) -> QLineEdit:
    line = QLineEdit()
    line.setPlaceholderText(placeholder)
    line.setAlignment(Qt.AlignmentFlag.AlignRight)
    return line
