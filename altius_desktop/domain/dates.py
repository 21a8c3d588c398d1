"""The days that the office can store, and periods of them."""

from dataclasses import dataclass
from datetime import date, timedelta

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2200, 12, 31)


@dataclass(frozen=True)
class Period:
    """Days from `start` to `end`, both included; SQL sees half-open instants in the office's zone."""

    start: date
    end: date

    def __post_init__(self) -> None:
        if self.end < self.start:
            raise ValueError("a period ends before it begins")

    @property
    def after_end(self) -> date:
        return self.end + timedelta(days=1)

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


def next_monday(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())
