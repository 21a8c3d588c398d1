"""Days and times as people type them: «24.11», «завтра», «пт», «9», «930»; English words too."""

import re
from collections.abc import Iterable
from datetime import date, time, timedelta

from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY

_WORDS = {
    "позавчера": -2,
    "вчера": -1,
    "yesterday": -1,
    "сегодня": 0,
    "today": 0,
    "завтра": 1,
    "tomorrow": 1,
    "послезавтра": 2,
}
_WEEKDAYS = (
    ("пн", "понедельник", "mon", "monday"),
    ("вт", "вторник", "tue", "tuesday"),
    ("ср", "среда", "среду", "wed", "wednesday"),
    ("чт", "четверг", "thu", "thursday"),
    ("пт", "пятница", "пятницу", "fri", "friday"),
    ("сб", "суббота", "субботу", "sat", "saturday"),
    ("вс", "воскресенье", "sun", "sunday"),
)
_MONTHS = (
    ("янв", "jan"),
    ("фев", "feb"),
    ("мар", "mar"),
    ("апр", "apr"),
    ("май", "мая", "may"),
    ("июн", "jun"),
    ("июл", "jul"),
    ("авг", "aug"),
    ("сен", "sep"),
    ("окт", "oct"),
    ("ноя", "nov"),
    ("дек", "dec"),
)
_MONTH_NAMES = (
    "января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря",
    "январь", "февраль", "март", "апрель", "май", "июнь", "июль", "август", "сентябрь", "октябрь", "ноябрь", "декабрь",
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip

_LEADING_WEEKDAY = re.compile(r"^([а-я]+|[a-z]+)[.,]?\s+(?=\d)")
_STEP = re.compile(
    r"^\+\s*(\d{1,4})\s*(?:(д|дн|день|дня|дней|d|days?)|(н|нед|неделя|недели|недель|w|weeks?))?\.?$"
)
_NUMBERS = re.compile(r"^(\d{1,2})(?:[.,/\-\s]\s*(\d{1,2})(?:[.,/\-\s]\s*(\d{4}|\d{2}))?)?[.]?(?:\s*г\.?)?$")
_ISO = re.compile(r"^(\d{4})-(\d{1,2})-(\d{1,2})$")
_SOLID = re.compile(r"^(\d{2})(\d{2})(\d{4}|\d{2})$")
_NAMED = re.compile(r"^(\d{1,2})\s*([а-я]+|[a-z]+)\.?,?\s*(\d{4}|\d{2})?(?:\s*г\.?)?$")
_NAMED_FIRST = re.compile(r"^([a-z]+)\.?\s+(\d{1,2})(?:,?\s+(\d{4}))?$")
_TIME = re.compile(r"^(\d{1,2})(?:\s*[:.,\-\s]\s*(\d{1,2})|(\d{2}))?\s*(am|pm)?$")


def parse_day(text: str, today: date) -> date | None:
    """The day that was typed, or None if it is none that the office can store (1900 to 2200).

    Without a year it is the nearest such day, before or after `today`; a weekday is the next one to come;
    a year of two digits lies between 1970 and 2069.
    """
    typed = " ".join(text.lower().replace("ё", "е").split())
    if not typed:
        return None
    return _storable(_day(typed, today))


def _storable(day: date | None) -> date | None:
    return day if day is not None and FIRST_DAY <= day <= LAST_DAY else None


def _day(typed: str, today: date) -> date | None:
    if typed in _WORDS:
        return _later(today, _WORDS[typed])
    weekday = _weekday(typed)
    if weekday is not None:
        return _later(today, (weekday - today.weekday() - 1) % 7 + 1)
    if step := _STEP.match(typed):
        return _later(today, int(step[1]) * (7 if step[3] else 1))
    # The form itself shows «пт, 27.11.2026»: what it shows it must take back.
    if (leading := _LEADING_WEEKDAY.match(typed)) and _weekday(leading[1]) is not None:
        typed = typed[leading.end() :]
    if iso := _ISO.match(typed):
        return _date(int(iso[1]), int(iso[2]), int(iso[3]))
    if solid := _SOLID.match(typed):
        return _date(_year(solid[3]), int(solid[2]), int(solid[1]))
    if numbers := _NUMBERS.match(typed):
        day, month, year = numbers.groups()
        if month is None:
            return _nearest(today, int(day), None)
        return (
            _nearest(today, int(day), int(month))
            if year is None
            else _date(_year(year), int(month), int(day))
        )
    if named := _NAMED.match(typed):
        return _named(today, named[1], named[2], named[3])
    if first := _NAMED_FIRST.match(typed):
        return _named(today, first[2], first[1], first[3])
    return None


def _named(today: date, day: str, name: str, year: str | None) -> date | None:
    known = name in _MONTH_NAMES or len(name) == 3 or name in ("сент", "нояб", "sept")
    month = next((number for number, stems in enumerate(_MONTHS, 1) if name.startswith(stems)), None)
    if month is None or not known:
        return None
    return _nearest(today, int(day), month) if year is None else _date(_year(year), month, int(day))


def _weekday(word: str) -> int | None:
    bare = word.removeprefix("в ").removeprefix("во ").removeprefix("on ").rstrip(".")
    return next((number for number, names in enumerate(_WEEKDAYS) if bare in names), None)


def _later(today: date, days: int) -> date | None:
    try:
        return today + timedelta(days=days)
    except OverflowError:
        return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _year(digits: str) -> int:
    number = int(digits)
    if len(digits) == 4:
        return number
    return number + (2000 if number < 70 else 1900)


def _nearest(today: date, day: int, month: int | None) -> date | None:
    """The nearest day of that number, in that month or in the months around."""
    candidates: Iterable[date | None]
    if month is None:
        around = range(today.year * 12 + today.month - 2, today.year * 12 + today.month + 1)
        candidates = (_date(number // 12, number % 12 + 1, day) for number in around)
    else:
        # The 29th of February may be four years away, eight around a century.
        candidates = (_date(year, month, day) for year in range(today.year - 8, today.year + 9))
    days = [candidate for candidate in candidates if candidate is not None]
    # Of two as near as each other the one to come: people mostly type what they plan.
    return min(days, key=lambda found: (abs((found - today).days), found < today), default=None)


def parse_time(text: str) -> time | None:
    """The time that was typed («9», «930», «9:30», "9 pm"), or None if it is none."""
    found = _TIME.match(text.strip().lower())
    if found is None:
        return None
    hour, minute = int(found[1]), int(found[2] or found[3] or 0)
    if found[4]:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if found[4] == "pm" else 0)
    return time(hour, minute) if hour < 24 and minute < 60 else None
