"""What the demo is made of: lists of words in resources/demo/, and texts that speak of days around today."""

import json
import re
from datetime import date
from functools import cache
from typing import Any

from altius_desktop.assets import resource_path
from altius_desktop.domain.latin import transliterate
from altius_desktop.services.demo.workdays import shifted

MONTHS = (
    ("январь", "января", "январе"),
    ("февраль", "февраля", "феврале"),
    ("март", "марта", "марте"),
    ("апрель", "апреля", "апреле"),
    ("май", "мая", "мае"),
    ("июнь", "июня", "июне"),
    ("июль", "июля", "июле"),
    ("август", "августа", "августе"),
    ("сентябрь", "сентября", "сентябре"),
    ("октябрь", "октября", "октябре"),
    ("ноябрь", "ноября", "ноябре"),
    ("декабрь", "декабря", "декабре"),
)
_FORMS = {"month": 0, "of": 1, "in": 2}
_TOKEN = re.compile(r"\{(month|of|in|year|yy)?([+-]\d+)?\}")


@cache
def words(name: str) -> Any:
    """The parsed file resources/demo/<name>.json."""
    return json.loads(resource_path("demo", f"{name}.json").read_text(encoding="utf-8"))


def around(text: str, today: date) -> str:
    """The text with its days filled in: {+2} a working day, {month-1}, {of+1}, {in-3} a month, {year+1}, {yy}."""

    def filled(match: re.Match[str]) -> str:
        word, number = match[1], int(match[2] or 0)
        if word is None:
            return f"{shifted(today, number):%d.%m}"
        if word == "year":
            return str(today.year + number)
        if word == "yy":
            return f"{today.year % 100:02}"
        return MONTHS[(today.month - 1 + number) % 12][_FORMS[word]]

    return _TOKEN.sub(filled, text)


def latin(text: str) -> str:
    """The text as it stands in an address: «Альфа-Климат» gives alfa-klimat."""
    return re.sub(r"[^a-z0-9]+", "-", transliterate(text)).strip("-")


def feminine(surname: str) -> str:
    """A woman's surname from a man's."""
    if surname.endswith(("ский", "цкий")):
        return surname[:-2] + "ая"
    return surname + "а" if surname.endswith(("ов", "ев", "ёв", "ин")) else surname
