"""Whole numbers and sums of money as people type them."""

import re
from decimal import Decimal

_SPACES = re.compile(r"[\s\u00a0\u202f']")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_MONEY = re.compile(r"\d{1,15}(?:[.,]\d{1,2})?")
_CURRENCY = re.compile(r"(?:₽|руб(?:\.|лей|ля|ль)?|р\.?)$", re.IGNORECASE)


def parse_whole(text: str) -> int | None:
    """«1 054», "-3"; None for anything else."""
    plain = _SPACES.sub("", text)
    return int(plain) if _WHOLE.fullmatch(plain) else None


def parse_money(text: str) -> Decimal | None:
    """«12 500,50 ₽», "12500.5"; two decimals at most, no sign; None for anything else."""
    plain = _CURRENCY.sub("", _SPACES.sub("", text))
    return Decimal(plain.replace(",", ".")).quantize(Decimal("0.01")) if _MONEY.fullmatch(plain) else None
