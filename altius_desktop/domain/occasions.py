"""When yearly days come round, and on which day they are to be told of."""

from collections.abc import Iterator
from datetime import date, timedelta

_SATURDAY = 5


def next_yearly(day: date, today: date) -> date:
    """The next return of a yearly day from `today` on; 29 February falls on 28 in a common year."""
    for year in (today.year, today.year + 1):
        try:
            falls_on = day.replace(year=year)
        except ValueError:
            falls_on = date(year, 2, 28)
        if falls_on >= today:
            return falls_on
    raise AssertionError("a yearly day returns within a year")


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY


def next_working_day(day: date) -> date:
    """The first working day after `day`."""
    after = day + timedelta(days=1)
    while not is_working_day(after):
        after += timedelta(days=1)
    return after


def remind_on(occasion: date, days_ahead: int) -> date:
    """So many days before the occasion, or on the last working day before that."""
    day = occasion - timedelta(days=days_ahead)
    while not is_working_day(day):
        day -= timedelta(days=1)
    return day


def moved_at_most(days_ahead: int) -> int:
    """How many days before an occasion its reminder may come at the earliest."""
    return days_ahead + 2


def yearly_keys(first: date, last: date) -> Iterator[tuple[date, int]]:
    """Every day of the period with the keys (month * 100 + day) of what returns on it.

    28 February of a common year has that of the 29th too. The database's month_day() gives the same keys.
    """
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        yield day, day.month * 100 + day.day
        if (day.month, day.day) == (2, 28) and (day + timedelta(days=1)).month == 3:
            yield day, 229
