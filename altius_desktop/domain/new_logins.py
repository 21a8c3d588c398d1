"""What a new employee gets: a login made from the surname, and a first password that can be dictated."""

import re
import secrets
from collections.abc import Collection

from altius_desktop.domain.latin import transliterate
from altius_desktop.domain.names import split_full_name

_LONGEST = 31
_NOT_OF_A_LOGIN = re.compile("[^a-z0-9-]")

# Without what is mistaken for something else when it is read out or copied by hand: l 1 i o 0.
_LETTERS, _DIGITS = "abcdefghjkmnpqrstuvwxyz", "23456789"


def propose_login(full_name: str, taken: Collection[str]) -> str:
    """A free login from the surname, then with the first letter of the given name, then with a number; "" if none."""
    name = split_full_name(full_name)
    surname = _letters(name.surname).strip("-0123456789")[: _LONGEST - 6].strip("-")
    if not surname:
        return ""
    given = _letters(name.given)[:1]
    candidates = [surname, *([f"{surname}.{given}"] if given else [])]
    return next(
        (login for login in candidates if login not in taken),
        next(
            f"{surname}{number}" for number in range(2, len(taken) + 3) if f"{surname}{number}" not in taken
        ),
    )


def _letters(text: str) -> str:
    return _NOT_OF_A_LOGIN.sub("", transliterate(text))


def make_password() -> str:
    """Twelve characters in groups of four, letters and digits: some 50 bits of chance."""
    groups = (
        "".join(secrets.choice(_LETTERS) for _place in range(3)) + secrets.choice(_DIGITS)
        for _group in range(3)
    )
    return "-".join(groups)
