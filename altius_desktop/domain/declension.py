"""Russian names in the accusative, as far as their endings tell it: «за Кузнецова В.»."""

from altius_desktop.domain.names import split_full_name, with_initial

_FEMININE = (("ова", "ову"), ("ева", "еву"), ("ёва", "ёву"), ("ина", "ину"), ("ына", "ыну"), ("ая", "ую"))
_MASCULINE = (
    ("ский", "ского"),
    ("цкий", "цкого"),
    ("ый", "ого"),
    ("ий", "ого"),
    ("ой", "ого"),
    ("ов", "ова"),
    ("ев", "ева"),
    ("ёв", "ёва"),
    ("ин", "ина"),
    ("ын", "ына"),
)


def accusative_with_initial(full: str) -> str:
    """«Кузнецова В.» of «Кузнецов Виктор …»; a surname whose ending does not tell stays as it is."""
    name = split_full_name(full)
    shown = with_initial(full)
    if not name.surname or not shown.startswith(name.surname):
        return shown
    surname = name.surname
    woman = name.patronymic.endswith(("на", "кызы"))
    man = name.patronymic.endswith(("ич", "оглы"))
    endings = (*(() if man else _FEMININE), *(() if woman else _MASCULINE))
    for ending, accusative in endings:
        if surname.endswith(ending) and len(surname) > len(ending) + 1:
            declined: str = surname[: -len(ending)] + accusative + shown[len(surname) :]
            return declined
    return shown
