"""Calls, events and daily tasks of the demo: what is planned, and what comes of it."""

from datetime import date
from random import Random
from typing import Any

from altius_desktop.services.demo.office import Colleague, Office
from altius_desktop.services.demo.rows import Rows
from altius_desktop.services.demo.words import around, words
from altius_desktop.services.demo.workdays import at, later_workday, workdays

_EARLIEST, _LATEST = 9 * 60, 17 * 60 + 30
PRIORITIES = (1, 2, 3)
_PRIORITY_WEIGHTS = (20, 62, 18)


def topics_of_day(rng: Random, colleague: Colleague, count: int) -> list[tuple[str, str, list[str]]]:
    """Kind, topic and descriptions of `count` contacts: all that the colleague does, before anything twice."""
    calls = [("Звонок", topic, descriptions) for topic, descriptions in colleague.work["call_topics"]]
    events = [(kind, topic, descriptions) for kind, topic, descriptions in colleague.work["event_topics"]]
    rng.shuffle(calls)
    rng.shuffle(events)
    share = colleague.work["calls"] / (colleague.work["calls"] + colleague.work["events"])
    called = [round(share * number) for number in range(count + 1)]
    return [
        calls[called[number] % len(calls)]
        if called[number + 1] > called[number]
        else events[(number - called[number]) % len(events)]
        for number in range(count)
    ]


def planned_contact(
    office: Office,
    rng: Random,
    colleague: Colleague,
    day: date,
    *,
    minute: int | None = None,
    topic_of_day: tuple[str, str, list[str]] | None = None,
) -> dict[str, Any]:
    """The columns of a call or event of that day, without an id, still open."""
    work = colleague.work
    if topic_of_day is not None:
        kind, topic, descriptions = topic_of_day
    elif rng.random() * (work["calls"] + work["events"]) < work["calls"]:
        kind, (topic, descriptions) = "Звонок", rng.choice(work["call_topics"])
    else:
        kind, topic, descriptions = rng.choice(work["event_topics"])
    partner = office.partner(rng, colleague)
    persons = partner.persons
    if minute is None:
        minute = rng.randrange(_EARLIEST, _LATEST + 1, 15)
    author = office.author(rng, colleague)
    planned_on = _some_days_before(rng, day)
    return {
        "section": "call" if kind == "Звонок" else "event",
        "kind_id": office.kind_id(kind),
        "counterparty_id": partner.id,
        "contact_person_id": persons[int(len(persons) * rng.random() ** 2)] if persons else None,
        "assignee_id": colleague.id,
        "author_id": author.id,
        "planned_at": at(planned_on, rng.randrange(_EARLIEST, _LATEST)),
        "due_on": day,
        "due_at": at(day, minute),
        "topic": topic,
        "description": rng.choice(descriptions),
        "priority": rng.choices(PRIORITIES, _PRIORITY_WEIGHTS)[0],
        "highlight": rng.randint(1, 6) if rng.random() < 0.14 else None,
    }


def planned_task(office: Office, rng: Random, colleague: Colleague, day: date, topic: str) -> dict[str, Any]:
    """The columns of a daily task that is shown from that day on."""
    return {
        "section": "daily",
        "assignee_id": colleague.id,
        "author_id": office.author(rng, colleague).id,
        "planned_at": at(_some_days_before(rng, day), rng.randrange(_EARLIEST, _LATEST)),
        "due_on": day,
        "deadline_on": later_workday(day, rng.randint(0, 6)) if rng.random() < 0.6 else None,
        "topic": topic,
        "priority": rng.choices(PRIORITIES, _PRIORITY_WEIGHTS)[0],
        "highlight": rng.randint(1, 6) if rng.random() < 0.1 else None,
    }


def choose_result(rng: Random, colleague: Colleague, section: str, kind: str, day: date) -> tuple[str, str]:
    """A kind of result, by its name, and the text with it; «Отложено» has its follow-up instead of a text."""
    results = words("results")
    if section == "call":
        choices = results[colleague.work["calls_end_as"]]
    else:
        choices = results["event"].get(kind, results["event"]["Другое"])
    name, _weight, texts = rng.choices(choices, [weight for _name, weight, _texts in choices])[0]
    text = rng.choice(texts).replace("{n}", str(rng.randint(3, 30) * 4)).replace("{month}", "{month-1}")
    return name, around(text, day)


def choose_final_result(
    rng: Random, colleague: Colleague, section: str, kind: str, day: date
) -> tuple[str, str]:
    """The same, but nothing is put off."""
    while True:
        name, text = choose_result(rng, colleague, section, kind, day)
        if name != "Отложено":
            return name, text


def add_attempts(
    rows: Rows,
    rng: Random,
    activity: str,
    colleague: Colleague,
    *,
    day: date,
    first: int,
    last: int,
    talked: bool,
) -> None:
    """Presses of the counters between two minutes of the day; the last of them found the person, if `talked`."""
    outcomes = rng.choices(
        ("no_answer", "not_reached"), (60, 40), k=rng.choices((0, 1, 2, 3), (52, 28, 14, 6))[0]
    )
    if talked:
        outcomes.append("talked")
    minutes = sorted(rng.randint(first, last) for _outcome in outcomes)
    for outcome, minute in zip(outcomes, minutes, strict=True):
        rows.add(
            "attempt",
            id=rows.new_id("attempt"),
            activity_id=activity,
            outcome=outcome,
            attempted_at=at(day, minute),
            attempted_by=colleague.receiver_id,
        )


def add_showings(rows: Rows, activity: str, colleague: Colleague, first: date, last: date) -> None:
    """The working days from `first` to `last` on which the daily task stood unfinished."""
    for day in workdays(first, last):
        rows.add("daily_showing", activity_id=activity, employee_id=colleague.receiver_id, shown_on=day)


def _some_days_before(rng: Random, day: date) -> date:
    number = rng.choice((1, 1, 1, 2, 2, 3, 4, 5, 7, 10))
    while True:
        earlier = workdays(
            date.fromordinal(day.toordinal() - number - 3), date.fromordinal(day.toordinal() - number)
        )
        if earlier:
            return earlier[-1]
        number += 3
