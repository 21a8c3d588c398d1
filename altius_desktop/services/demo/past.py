"""The year that lies behind the demo: what everybody did, day by day, with attempts and results."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from altius_desktop.services.demo.contacts import (
    add_attempts,
    add_showings,
    choose_result,
    planned_contact,
    planned_task,
)
from altius_desktop.services.demo.counterparties import shown_counterparty_id
from altius_desktop.services.demo.office import Colleague, Office
from altius_desktop.services.demo.rows import Rows
from altius_desktop.services.demo.workdays import at, later_workday, workdays

_YEAR = timedelta(days=365)
# What «Домострой Плюс» did since is told by the show-case alone.
_KEPT_CLEAR = timedelta(days=60)


@dataclass(frozen=True)
class _FollowUp:
    """What was postponed: the same talk again."""

    colleague: Colleague
    contact: dict[str, Any]


def add_past(rows: Rows, rng: Random, office: Office, *, today: date, count: int) -> None:
    """`count` activities of the last year, all finished but for the follow-ups that lie ahead."""
    days = workdays(today - _YEAR, today - timedelta(days=1))
    weights = [colleague.share for colleague in office.colleagues]
    postponed: dict[date, list[_FollowUp]] = defaultdict(list)
    past = _Past(rows, rng, office, today, postponed)
    for number, day in enumerate(days):
        quota = round(count * (number + 1) / len(days)) - round(count * number / len(days))
        due, later = postponed[day][:quota], postponed.pop(day)[quota:]
        if later:
            postponed[later_workday(day, 1)].extend(later)
        for follow_up in due:
            past.add_contact(follow_up.colleague, day, follow_up.contact)
        for _turn in range(quota - len(due)):
            colleague = rng.choices(office.colleagues, weights)[0]
            if rng.random() < 0.05:
                past.add_task(colleague, day)
            else:
                past.add_contact(colleague, day, None)
    for day, follow_ups in postponed.items():
        for follow_up in follow_ups:
            past.add_open(follow_up, day)


class _Past:
    def __init__(
        self,
        rows: Rows,
        rng: Random,
        office: Office,
        today: date,
        postponed: dict[date, list[_FollowUp]],
    ) -> None:
        self._rows = rows
        self._rng = rng
        self._office = office
        self._today = today
        self._postponed = postponed
        self._kept_clear = shown_counterparty_id("domostroy")

    def add_contact(self, colleague: Colleague, day: date, again: dict[str, Any] | None) -> None:
        rng = self._rng
        minute = rng.randrange(9 * 60, 17 * 60 + 1, 15)
        contact = planned_contact(self._office, rng, colleague, day, minute=minute)
        while contact["counterparty_id"] == self._kept_clear and day > self._today - _KEPT_CLEAR:
            contact = planned_contact(self._office, rng, colleague, day, minute=minute)
        if again is not None:
            contact |= again
        activity = self._rows.new_id("activity")
        if again is None and rng.random() < 0.04:
            self._rows.add("activity", id=activity, status="cancelled", **contact)
            return
        finished = minute + rng.randint(3, 75)
        kind = self._office.kind_name(contact["kind_id"])
        result, text = choose_result(rng, colleague, contact["section"], kind, day)
        if contact["section"] == "call":
            add_attempts(
                self._rows, rng, activity, colleague, day=day, first=minute, last=finished, talked=True
            )
        if result == "Отложено":
            self._postpone(colleague, day, contact, activity, finished)
        self._rows.add(
            "activity",
            id=activity,
            status="done",
            result_kind_id=self._office.result_kinds[result],
            result_text=text,
            finished_at=at(day, finished),
            finished_by=colleague.receiver_id,
            **contact,
        )

    def _postpone(
        self, colleague: Colleague, day: date, contact: dict[str, Any], activity: str, finished: int
    ) -> None:
        next_day = later_workday(day, self._rng.randint(2, 12))
        # Today's plan is written by others; and a clear firm stays clear.
        if next_day == self._today:
            next_day = later_workday(next_day, 1)
        if contact["counterparty_id"] == self._kept_clear and next_day > self._today - _KEPT_CLEAR:
            next_day = later_workday(self._today, 3)
        kept = (
            "section",
            "kind_id",
            "counterparty_id",
            "contact_person_id",
            "topic",
            "description",
            "highlight",
        )
        again = {name: contact[name] for name in kept}
        again |= {
            "author_id": colleague.receiver_id,
            "planned_at": at(day, finished),
            "follows_id": activity,
        }
        self._postponed[next_day].append(_FollowUp(colleague, again))

    def add_open(self, follow_up: _FollowUp, day: date) -> None:
        """A follow-up that is still to come."""
        if day == self._today:
            day = later_workday(day, 1)
        contact = planned_contact(self._office, self._rng, follow_up.colleague, day)
        self._rows.add("activity", id=self._rows.new_id("activity"), **(contact | follow_up.contact))

    def add_task(self, colleague: Colleague, day: date) -> None:
        rng, yesterday = self._rng, self._today - timedelta(days=1)
        task = planned_task(self._office, rng, colleague, day, rng.choice(colleague.work["daily"]))
        activity = self._rows.new_id("activity")
        done_on = min(later_workday(day, rng.choice((0, 0, 1, 1, 2, 3, 5))), max(yesterday, day))
        add_showings(self._rows, activity, colleague, day, done_on)
        self._rows.add(
            "activity",
            id=activity,
            status="done",
            finished_at=at(done_on, rng.randrange(9 * 60, 18 * 60)),
            finished_by=colleague.receiver_id,
            **task,
        )
