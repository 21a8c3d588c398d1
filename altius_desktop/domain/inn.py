"""Check of the Russian tax number (ИНН) and of the code of the reason of registration (КПП)."""

import re

_WEIGHTS_10 = (2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_11 = (7, 2, 4, 10, 3, 5, 9, 4, 6, 8)
_WEIGHTS_12 = (3, *_WEIGHTS_11)
_KPP = re.compile(r"(?!00)[0-9]{4}[0-9A-Z]{2}[0-9]{3}")


def compact_number(text: str) -> str:
    """The number without the spaces (hard ones too) and hyphens that people put in."""
    return re.sub(r"[\s\-\u2010-\u2015]+", "", text)


def is_valid_inn(text: str) -> bool:
    """Whether this is an ИНН of a firm (10 digits) or a person (12) whose check digits are right."""
    number = compact_number(text)
    if not re.fullmatch(r"(?!00)(?:[0-9]{10}|[0-9]{12})", number):
        return False
    if len(number) == 10:
        return _check_digit(number, _WEIGHTS_10) == number[9]
    return _check_digit(number, _WEIGHTS_11) == number[10] and _check_digit(number, _WEIGHTS_12) == number[11]


def is_valid_kpp(text: str) -> bool:
    """Whether this has the form of a КПП, NNNNPPXXX; it carries no check digit."""
    return _KPP.fullmatch(compact_number(text).upper()) is not None


def _check_digit(number: str, weights: tuple[int, ...]) -> str:
    return str(sum(w * int(d) for w, d in zip(weights, number, strict=False)) % 11 % 10)
