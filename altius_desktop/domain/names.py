"""People's names: taken apart, shortened, reduced to the letters of an avatar."""

import re
from dataclasses import dataclass

from altius_desktop.domain.texts import clean_line

_PATRONYMIC = re.compile(
    r"(?:[оеё]вич|[ьм]ич|итич|[оеё]вна|ична|(?:^|.-)(?:оглы|оглу|улы|уулу|кызы|гызы))$", re.IGNORECASE
)
_TURKIC = frozenset({"оглы", "оглу", "улы", "уулу", "кызы", "гызы"})
_PARTICLES = frozenset({"van", "von", "der", "den", "de", "da", "di", "du", "la", "le", "bin", "al", "ten"})
_LATIN = re.compile(r"[a-z\u00c0-\u024f]", re.IGNORECASE)
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_INITIAL = re.compile(r"\w\.(?:-\w\.)?|\w")


@dataclass(frozen=True)
class FullName:
    """A person's name; what is not known is empty, and a single word counts as the surname."""

    surname: str
    given: str
    patronymic: str


def split_full_name(full: str) -> FullName:
    """Take a name apart: Russian ones stand surname first, Latin ones surname last unless a comma says otherwise.

    «Анна Петровна Мельник», «А. П. Мельник», "Smith, John" are understood as well.
    """
    text = clean_line(full)
    surname, comma, rest = text.partition(",")
    if comma and surname.strip() and rest.strip():
        given, *others = _words(rest) or [""]
        return FullName(surname.strip(), given, " ".join(others))
    words = _words(text.replace(",", " "))
    if len(words) > 2 and words[-1].lower() in _TURKIC:
        words[-2:] = [f"{words[-2]} {words[-1]}"]
        return _in_russian_order(words) if len(words) != 2 else FullName("", words[0], words[1])
    if len(words) < 2:
        return FullName(text, "", "")
    if all(_INITIAL.fullmatch(word) for word in words[:-1]) and not _INITIAL.fullmatch(words[-1]):
        return FullName(words[-1], words[0], " ".join(words[1:-1]))
    if _LATIN.search(text) and not _CYRILLIC.search(text):
        return _in_latin_order(words)
    if len(words) == 2 and _PATRONYMIC.search(words[1]) and not _PATRONYMIC.search(words[0]):
        return FullName("", words[0], words[1])
    if len(words) == 3 and _PATRONYMIC.search(words[1]) and not _PATRONYMIC.search(words[2]):
        return FullName(words[2], words[0], words[1])
    return _in_russian_order(words)


def short_name(full: str) -> str:
    """«Мельник А. П.»; the name as it is where the surname is not known."""
    name = split_full_name(full)
    return _with_initials(full, name, (name.given, name.patronymic))


def with_initial(full: str) -> str:
    """«Щербакова Ю.»: the surname and the first initial."""
    name = split_full_name(full)
    return _with_initials(full, name, (name.given,))


def initials(full: str) -> str:
    """The letters of an avatar, at most two: of the first name and of the surname («ЮЩ»)."""
    name = split_full_name(full)
    parts = (name.given, name.surname) if name.surname else (name.given, name.patronymic)
    return "".join(_first_letter(part) for part in parts)


def _words(text: str) -> list[str]:
    # «А.П.» is two initials; «Ж.-Ж.» stays one.
    return re.sub(r"(?<=\w\.)(?=\w)", " ", text).split()


def _in_russian_order(words: list[str]) -> FullName:
    return FullName(words[0], words[1] if len(words) > 1 else "", " ".join(words[2:]))


def _in_latin_order(words: list[str]) -> FullName:
    if all(_INITIAL.fullmatch(word) for word in words[1:]):
        return _in_russian_order(words)
    start = len(words) - 1
    while start > 1 and words[start - 1].lower() in _PARTICLES:
        start -= 1
    return FullName(" ".join(words[start:]), words[0], " ".join(words[1:start]))


def _with_initials(full: str, name: FullName, parts: tuple[str, ...]) -> str:
    if not name.surname:
        return clean_line(full)
    return " ".join([name.surname, *(short for part in parts if (short := _initial(part)))])


def _initial(part: str) -> str:
    words = part.split()
    if not words:
        return ""
    letters = [letter for piece in words[0].split("-") if (letter := _first_letter(piece))]
    return "-".join(f"{letter}." for letter in letters)


def _first_letter(part: str) -> str:
    return next((char.upper()[0] for char in part if char.isalnum()), "")
