"""The manager's day of the pictures in the manual, and what she did with «Домострой Плюс» before."""

from datetime import date, timedelta
from typing import Any

from altius_desktop.services.demo.contacts import add_showings
from altius_desktop.services.demo.counterparties import shown_counterparty_id, shown_person_id
from altius_desktop.services.demo.days import SHOWN
from altius_desktop.services.demo.office import Office
from altius_desktop.services.demo.rows import Rows
from altius_desktop.services.demo.words import around, words
from altius_desktop.services.demo.workdays import at, minute_of, shifted

_PHONES = {
    firm["key"]: [person["phone"] for person in firm["persons"]]
    for firm in words("showcase")["counterparties"]
}


def add_showcase(rows: Rows, office: Office, today: date) -> None:
    """Her calls, events and daily tasks of today, with what is late, and the firm's history."""
    for entry in words("showcase")["day"]:
        _add_entry(rows, office, entry, today)
    activities = [rows.new_id("activity") for _entry in words("showcase")["domostroy"]]
    followed = {
        activities[entry["followed_by"]]: activities[number]
        for number, entry in enumerate(words("showcase")["domostroy"])
        if "followed_by" in entry
    }
    for activity, entry in zip(activities, words("showcase")["domostroy"], strict=True):
        _add_history(rows, office, activity, entry, today, followed.get(activity))


def _add_entry(rows: Rows, office: Office, entry: dict[str, Any], today: date) -> None:
    colleague = office.by_key[SHOWN]
    activity = rows.new_id("activity")
    day = shifted(today, entry["day"])
    values: dict[str, Any] = {
        "section": entry["section"],
        "assignee_id": colleague.id,
        "author_id": office.by_key[entry["author"]].id,
        "planned_at": at(shifted(today, min(entry["day"], entry.get("planned", entry["day"]))), 10 * 60 + 5),
        "due_on": day,
        "topic": around(entry["topic"], today),
        "description": around(entry["description"], today),
        "priority": entry["priority"],
        "highlight": entry["highlight"],
    }
    if entry["section"] == "daily":
        deadline = entry["deadline"]
        values["deadline_on"] = None if deadline is None else shifted(today, deadline)
        add_showings(rows, activity, colleague, day, today - timedelta(days=1))
    else:
        values |= _whom(office, entry)
        values["due_at"] = at(day, minute_of(entry["time"]))
    for outcome, clock in entry["attempts"]:
        rows.add(
            "attempt",
            id=rows.new_id("attempt"),
            activity_id=activity,
            outcome=outcome,
            attempted_at=at(today, minute_of(clock)),
            attempted_by=colleague.id,
        )
    if "finished" in entry:
        values |= {
            "status": "done",
            "finished_at": at(today, minute_of(entry["finished"])),
            "finished_by": colleague.id,
        }
        if "result" in entry:
            values["result_kind_id"] = office.result_kinds[entry["result"]]
            values["result_text"] = around(entry["result_text"], today)
    rows.add("activity", id=activity, **values)
    if "follow_up" in entry:
        again = entry["follow_up"]
        next_day = shifted(today, again["day"])
        follow_up = {name: values[name] for name in values if name not in _OF_THE_RESULT}
        follow_up |= {
            "author_id": colleague.id,
            "planned_at": values["finished_at"],
            "due_on": next_day,
            "due_at": at(next_day, minute_of(again["time"])),
            "description": again["description"],
            "follows_id": activity,
        }
        rows.add("activity", id=rows.new_id("activity"), **follow_up)


_OF_THE_RESULT = ("status", "finished_at", "finished_by", "result_kind_id", "result_text")


def _whom(office: Office, entry: dict[str, Any]) -> dict[str, Any]:
    is_call = entry["section"] == "call"
    return {
        "kind_id": office.kind_id("Звонок" if is_call else entry["kind"]),
        "counterparty_id": shown_counterparty_id(entry["key"]),
        "contact_person_id": shown_person_id(entry["key"], entry["person"]),
        "phone": entry.get("phone", _PHONES[entry["key"]][entry["person"]]) if is_call else None,
    }


def _add_history(
    rows: Rows, office: Office, activity: str, entry: dict[str, Any], today: date, follows: str | None
) -> None:
    colleague = office.by_key[entry["assignee"]]
    exact = entry.get("exact", False)
    day = today + timedelta(days=entry["day"]) if exact else shifted(today, entry["day"])
    minute = minute_of(entry["time"])
    values: dict[str, Any] = {
        "section": "call" if entry["kind"] == "Звонок" else "event",
        "kind_id": office.kind_id(entry["kind"]),
        "counterparty_id": shown_counterparty_id("domostroy"),
        "contact_person_id": shown_person_id("domostroy", entry["person"]),
        "assignee_id": colleague.id,
        "author_id": colleague.id,
        "planned_at": at(min(shifted(day, -4), shifted(today, -1)), 16 * 60 + 20),
        "due_on": day,
        "due_at": at(day, minute),
        "topic": around(entry["topic"], today),
        "description": around(entry["description"], today),
        "priority": entry.get("priority", 2),
        "highlight": entry["highlight"],
        "follows_id": follows,
    }
    if "result" in entry:
        values |= {
            "status": "done",
            "result_kind_id": office.result_kinds[entry["result"]],
            "result_text": around(entry["result_text"], today),
            "finished_at": at(day, minute + 12),
            "finished_by": colleague.id,
        }
        if values["section"] == "call":
            rows.add(
                "attempt",
                id=rows.new_id("attempt"),
                activity_id=activity,
                outcome="talked",
                attempted_at=at(day, minute + 4),
                attempted_by=colleague.id,
            )
    rows.add("activity", id=activity, **values)
