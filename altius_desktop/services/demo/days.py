"""What stands ahead: everybody's today, the next two weeks, and what is late.

Each entry of a day comes from a Random of its own (date, colleague, number), so that a fuller version of
a day holds the same entries and some more: that is how a demo is freshened without repeating itself.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any

from altius_desktop.services.demo.contacts import (
    add_attempts,
    add_showings,
    choose_final_result,
    planned_contact,
    planned_task,
    topics_of_day,
)
from altius_desktop.services.demo.office import Colleague, Office, department_id
from altius_desktop.services.demo.rows import Rows, demo_id
from altius_desktop.services.demo.words import words
from altius_desktop.services.demo.workdays import at, minute_of, shifted, workdays

HORIZON = timedelta(days=14)
# Her today is the show-case.
SHOWN = "scherbakova"
_NOW = 10 * 60 + 40
_LATE, _TASKS, _DEPARTMENTS = 500, 700, 90


def coming_days(today: date) -> list[date]:
    """Today, whatever day it is, and the working days of the two weeks that follow."""
    return [today, *workdays(today + timedelta(days=1), today + HORIZON)]


def plans_of_day(office: Office, day: date, today: date) -> Iterator[tuple[Colleague, dict[str, Any]]]:
    """Everybody's open calls and events of that day: a full day for today, less and less for later days."""
    fullness = 1 - 0.6 * (day - today).days / HORIZON.days
    for colleague in office.colleagues:
        rng = Random(f"{day} {colleague.key}")
        busy = colleague.work["calls"] + colleague.work["events"] + rng.choice((-1, 0, 0, 1, 2))
        minutes = rng.sample(range(9 * 60, 17 * 60 + 31, 15), k=30)
        topics = topics_of_day(rng, colleague, 30)
        for number in range(max(1, round(busy * fullness))):
            own = Random(f"{day} {colleague.key} {number}")
            contact = planned_contact(
                office, own, colleague, day, minute=minutes[number], topic_of_day=topics[number]
            )
            yield colleague, {"id": _day_id(day, colleague.number, number), **contact}


def department_plans(day: date, today: date, office: Office) -> Iterator[dict[str, Any]]:
    """What is asked of a department as a whole; all of it today, a part on other days."""
    for number, plan in enumerate(words("department_work")):
        rng = Random(f"{day} departments {number}")
        if rng.random() < 0.6 and day != today:
            continue
        planned_on = workdays(day - timedelta(days=20), day - timedelta(days=3))[-1]
        yield {
            "id": _day_id(day, _DEPARTMENTS, number),
            "section": "event",
            "kind_id": office.kind_id(plan["kind"]),
            "counterparty_id": office.partner(rng, office.by_key[plan["author"]]).id,
            "department_id": department_id(plan["department"]),
            "author_id": office.by_key[plan["author"]].id,
            "planned_at": at(planned_on, rng.randrange(9 * 60, 17 * 60)),
            "due_on": day,
            "due_at": at(day, minute_of(plan["time"])),
            "topic": plan["topic"],
            "description": plan["description"],
            "priority": plan["priority"],
            "highlight": plan["highlight"],
        }


def fresh_tasks(office: Office, today: date) -> Iterator[tuple[Colleague, dict[str, Any]]]:
    """A daily task for everybody that begins today."""
    for colleague in office.colleagues:
        rng = Random(f"{today} {colleague.key} task")
        task = planned_task(office, rng, colleague, today, rng.choice(colleague.work["daily"]))
        yield colleague, {"id": _day_id(today, colleague.number, _TASKS), **task}


def add_coming(rows: Rows, office: Office, today: date) -> None:
    """Today, half past ten in the morning, and two weeks of plans."""
    for day in coming_days(today):
        for colleague, contact in plans_of_day(office, day, today):
            if day > today:
                rows.add("activity", **contact)
            elif colleague.key != SHOWN:
                _add_of_today(rows, office, colleague, contact, today)
        for plan in department_plans(day, today, office):
            rows.add("activity", **plan)
    for colleague in office.colleagues:
        if colleague.key != SHOWN:
            _add_late(rows, office, colleague, today)
            _add_tasks(rows, office, colleague, today)


def _add_of_today(
    rows: Rows, office: Office, colleague: Colleague, contact: dict[str, Any], today: date
) -> None:
    rng = Random(contact["id"])
    minute = minute_of(contact["due_at"].split()[1])
    is_call = contact["section"] == "call"
    if minute + 15 > _NOW or rng.random() < 0.2:
        if is_call and minute - 120 < _NOW and rng.random() < 0.4:
            first = max(9 * 60, min(minute, _NOW) - 60)
            add_attempts(rows, rng, contact["id"], colleague, day=today, first=first, last=_NOW, talked=False)
        rows.add("activity", **contact)
        return
    finished = minute + rng.randint(3, 15)
    kind = office.kind_name(contact["kind_id"])
    result, text = choose_final_result(rng, colleague, contact["section"], kind, today)
    if is_call:
        add_attempts(rows, rng, contact["id"], colleague, day=today, first=minute, last=finished, talked=True)
    rows.add(
        "activity",
        status="done",
        result_kind_id=office.result_kinds[result],
        result_text=text,
        finished_at=at(today, finished),
        finished_by=colleague.receiver_id,
        **contact,
    )


def _add_late(rows: Rows, office: Office, colleague: Colleague, today: date) -> None:
    """One to three that nobody came to in the last days."""
    if not colleague.has_workplace:
        return
    rng = Random(f"{today} {colleague.key} late")
    for number in range(rng.randint(1, 3)):
        day = shifted(today, -rng.randint(1, 6))
        contact = planned_contact(office, rng, colleague, day)
        activity = _day_id(today, colleague.number, _LATE + number)
        if contact["section"] == "call":
            add_attempts(rows, rng, activity, colleague, day=day, first=15 * 60, last=18 * 60, talked=False)
        rows.add("activity", id=activity, **contact)


def _add_tasks(rows: Rows, office: Office, colleague: Colleague, today: date) -> None:
    """Some that come back from day to day, one of them done this morning."""
    rng = Random(f"{today} {colleague.key} tasks")
    topics = rng.sample(colleague.work["daily"], k=min(len(colleague.work["daily"]), rng.randint(2, 4)))
    for number, topic in enumerate(topics):
        first = shifted(today, -rng.randint(1, 18))
        task = planned_task(office, rng, colleague, first, topic)
        if task["deadline_on"] is not None:
            task["deadline_on"] = max(first, shifted(today, rng.choice((-1, 0, 1, 2, 3, 4, 6))))
        activity = _day_id(today, colleague.number, _TASKS + 1 + number)
        add_showings(rows, activity, colleague, first, today - timedelta(days=1))
        if number == 0:
            task |= {"status": "done", "finished_at": at(today, rng.randint(9 * 60, _NOW))}
            task["finished_by"] = colleague.receiver_id
        rows.add("activity", id=activity, **task)


def _day_id(day: date, group: int, number: int) -> str:
    # Far above the numbers that the past counts up from one.
    return demo_id("activity", day.toordinal() * 100_000 + group * 1000 + number)
