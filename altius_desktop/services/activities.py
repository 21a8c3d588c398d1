"""What is done with one activity: result, done, taking it, moving, colour, editing. Each returns its way back.

Every operation takes the act's id first made by the client: asked twice, it acts once.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import AlreadyFinished, Conflict, FieldConflict
from altius_desktop.domain.rights import why_not_change_activity
from altius_desktop.i18n import _
from altius_desktop.models import Activity, ActivityKind
from altius_desktop.services.acts import Acted, Inverse, Restore, begin_act
from altius_desktop.services.day import ActivityRow, list_activities
from altius_desktop.services.identity import Identity
from altius_desktop.services.private_texts import lock_activity, somebody_elses, write_activity


@dataclass(frozen=True)
class ActivityFields:
    """What a form edits of an activity; the day and the time of day are the office's."""

    kind_id: UUID | None
    counterparty_id: UUID | None
    contact_person_id: UUID | None
    phone: str | None
    assignee_id: UUID | None
    department_id: UUID | None
    due_on: date
    due_time: time | None
    deadline_on: date | None
    topic: str
    description: str
    priority: int
    is_private: bool = False


# A person belongs to a counterparty: whoever chose one of the two has decided about both.
_TIED = ("counterparty_id", "contact_person_id")


def fields_of(row: ActivityRow) -> ActivityFields:
    """The editable part of a row, as it was seen."""
    return ActivityFields(
        kind_id=row.kind_id,
        counterparty_id=row.counterparty_id,
        contact_person_id=row.contact_person_id,
        phone=row.own_phone,
        assignee_id=row.assignee_id,
        department_id=row.department_id,
        due_on=row.due_on,
        due_time=row.due_time,
        deadline_on=row.deadline_on,
        topic=row.topic,
        description=row.description,
        priority=row.priority,
        is_private=row.is_private,
    )


def may_change(row: ActivityRow, identity: Identity, answers_for: Collection[UUID] = ()) -> bool:
    """The assignee, the author, anybody of its department, who stands in for the assignee, and the director.

    Others read, plan and colour.

    A private one is changed by whoever reads it. The database holds to the same: may_change_activity.
    """
    return not why_not_change(row, identity, answers_for)


def why_not_change(row: ActivityRow, identity: Identity, answers_for: Collection[UUID] = ()) -> str:
    """Why this employee changes nothing but the colour of the row; "" if he may change it."""
    if row.concealed:
        return _(
            "This is a private activity of {name}: only its assignee and whoever planned it may change it."
        ).format(name=row.assignee_name)
    if row.is_private:
        return ""
    return why_not_change_activity(
        identity.groups,
        me=identity.employee_id,
        my_department=identity.department_id,
        assignee_id=row.assignee_id,
        author_id=row.author_id,
        department_id=row.department_id,
        whose=row.assignee_name or row.department_name,
        answers_for=answers_for,
    )


def due_instant(due_on: date, due_time: time | None) -> Any:
    """SQL for the instant of an office day and time of day; None without a time."""
    if due_time is None:
        return None
    return sa.func.timezone(
        sa.func.office_zone(), sa.cast(sa.literal(due_on), sa.Date) + sa.cast(sa.literal(due_time), sa.Time)
    )


def record_result(
    session: Session,
    *,
    act_id: UUID,
    activity_id: UUID,
    seen_version: int,
    kind_id: UUID | None,
    text: str,
    follow_up_id: UUID,
    postponed_to: tuple[date, time | None] | None = None,
) -> Acted:
    """Set the activity's result; AlreadyFinished if its status or result changed since `seen_version`.

    With `postponed_to` a follow-up with the id `follow_up_id` is planned: the same contact on the new day.
    A department's activity becomes that of whoever finishes it.
    """
    touched = frozenset({activity_id} if postponed_to is None else {activity_id, follow_up_id})
    if not begin_act(session, act_id):
        return Acted(touched, None)
    me = sa.func.current_employee_id()
    before = lock_activity(session, activity_id)
    if before.state_version > seen_version or before.status != "planned":
        raise _already_finished(session, activity_id)
    finished = write_activity(
        session,
        before,
        {
            "status": "done",
            "result_kind_id": kind_id,
            "result_text": text,
            "finished_at": sa.func.clock_timestamp(),
            "finished_by": me,
            "assignee_id": sa.func.coalesce(Activity.assignee_id, me),
        },
    )
    # A colleague may have reopened and finished it again in the same words: the instant tells.
    after = [
        ("status", "done"),
        ("result_kind_id", kind_id),
        ("result_text", text),
        ("finished_at", finished["finished_at"]),
    ]
    taken_here = before.assignee_id is None
    steps = [
        Restore(
            activity_id,
            before=(
                ("status", "planned"),
                ("result_kind_id", before.result_kind_id),
                ("result_text", before.result_text),
                ("finished_at", None),
                ("finished_by", None),
                *([("assignee_id", None)] if taken_here else []),
            ),
            after=(*after, *([("assignee_id", finished["assignee_id"])] if taken_here else [])),
        )
    ]
    if postponed_to is not None:
        due_on, due_time = postponed_to
        copied = (
            "section",
            "kind_id",
            "counterparty_id",
            "contact_person_id",
            "phone",
            "topic",
            "description",
            "priority",
            "highlight",
            "is_private",
        )
        session.execute(
            sa.insert(Activity).values(
                id=follow_up_id,
                assignee_id=finished["assignee_id"],
                department_id=before.department_id,
                due_on=due_on,
                due_at=due_instant(due_on, due_time),
                follows_id=activity_id,
                **{name: getattr(before, name) for name in copied},
            )
        )
        steps.append(Restore(follow_up_id, before=(("status", "cancelled"),), after=(("status", "planned"),)))
    return Acted(touched, Inverse(tuple(steps), _("result")))


def finish_daily_task(session: Session, *, act_id: UUID, activity_id: UUID, seen_version: int) -> Acted:
    """Mark a daily task done: it does not come back tomorrow. AlreadyFinished as for a result."""
    acted = record_result(
        session,
        act_id=act_id,
        activity_id=activity_id,
        seen_version=seen_version,
        kind_id=None,
        text="",
        follow_up_id=act_id,
    )
    if acted.inverse is None:
        return acted
    return Acted(acted.activity_ids, Inverse(acted.inverse.steps, _("done")))


def reopen_activity(session: Session, *, act_id: UUID, activity_id: UUID, seen_version: int) -> Acted:
    """Make a finished activity open again; its result is taken off, the way back puts it on again."""
    if not begin_act(session, act_id):
        return Acted(frozenset({activity_id}), None)
    before = lock_activity(session, activity_id)
    if before.state_version > seen_version or before.status != "done":
        raise _changed_meanwhile(session, activity_id)
    after = {
        "status": "planned",
        "result_kind_id": None,
        "result_text": "",
        "finished_at": None,
        "finished_by": None,
    }
    return _change(session, before, after, _("reopened"))


def take_activity(session: Session, *, act_id: UUID, activity_id: UUID) -> Acted:
    """Take a department's activity for oneself; AlreadyFinished tells who was first."""
    if not begin_act(session, act_id):
        return Acted(frozenset({activity_id}), None)
    taken = session.execute(
        sa.update(Activity)
        .where(Activity.id == activity_id, Activity.assignee_id.is_(None), Activity.status == "planned")
        .values(assignee_id=sa.func.current_employee_id())
        .returning(Activity.assignee_id)
    ).first()
    if taken is None:
        lock_activity(session, activity_id)
        (theirs,) = list_activities(session, [activity_id])
        if theirs.status != "planned":
            raise _already_finished(session, activity_id)
        raise AlreadyFinished(_("{name} has already taken this.").format(name=theirs.assignee_name), theirs)
    step = Restore(
        activity_id,
        before=(("assignee_id", None),),
        after=(("assignee_id", taken.assignee_id), ("status", "planned")),
    )
    return Acted(frozenset({activity_id}), Inverse((step,), _("taken")))


def reschedule_activity(
    session: Session,
    *,
    act_id: UUID,
    activity_id: UUID,
    seen_version: int,
    due_on: date,
    due_time: time | None,
    seen_due: tuple[date, time | None] | None = None,
) -> Acted:
    """Move an unfinished activity; AlreadyFinished if it has got a result since it was seen.

    So too if a colleague has moved it elsewhere from `seen_due`, the day and time it was seen at.
    A daily task moves its first day, and a deadline that would lie before it moves along.
    """
    if not begin_act(session, act_id):
        return Acted(frozenset({activity_id}), None)
    before = lock_activity(session, activity_id)
    if before.state_version > seen_version or before.status != "planned":
        raise _already_finished(session, activity_id)
    if seen_due is not None:
        (row,) = list_activities(session, [activity_id])
        if (row.due_on, row.due_time) not in (seen_due, (due_on, due_time)):
            raise _changed_meanwhile(session, activity_id)
    deadline = before.deadline_on
    if deadline is not None and deadline < due_on:
        deadline = due_on
    after = {"due_on": due_on, "due_at": due_instant(due_on, due_time), "deadline_on": deadline}
    return _change(session, before, after, _("move"))


def set_highlight(session: Session, *, act_id: UUID, activity_id: UUID, highlight: int | None) -> Acted:
    """Colour a row for the whole office (1 to 6), or take the colour off (None). The last one wins."""
    if not begin_act(session, act_id):
        return Acted(frozenset({activity_id}), None)
    return _change(session, lock_activity(session, activity_id), {"highlight": highlight}, _("colour"))


def cancel_activity(session: Session, *, act_id: UUID, activity_id: UUID, seen_version: int) -> Acted:
    """Cancel an unfinished activity; it stays in history. AlreadyFinished if it has a result by now."""
    if not begin_act(session, act_id):
        return Acted(frozenset({activity_id}), None)
    before = lock_activity(session, activity_id)
    if before.state_version > seen_version or before.status != "planned":
        raise _already_finished(session, activity_id)
    return _change(session, before, {"status": "cancelled"}, _("cancellation"))


def update_activity(
    session: Session,
    *,
    act_id: UUID,
    activity_id: UUID,
    seen: ActivityFields,
    mine: ActivityFields,
    decided: Mapping[str, Any] | None = None,
) -> Acted:
    """Save what a form changed against what it was opened with; other fields keep what colleagues made them.

    Conflict names the fields that both sides changed differently. `decided` holds, for fields the user
    was asked about, the colleague's value that he saw when he chose: those are no conflict again.
    """
    if not begin_act(session, act_id):
        return Acted(frozenset({activity_id}), None)
    before = lock_activity(session, activity_id)
    if before.concealed:
        raise somebody_elses(session, before.assignee_id)
    (row,) = list_activities(session, [activity_id])
    theirs = fields_of(row)
    decided = decided or {}
    contested = all(
        any(getattr(side, name) != getattr(seen, name) for name in _TIED) for side in (mine, theirs)
    )
    changed: dict[str, Any] = {}
    conflicts = []
    for name in ActivityFields.__dataclass_fields__:
        original, my_value, their_value = getattr(seen, name), getattr(mine, name), getattr(theirs, name)
        tied = contested and name in _TIED
        if my_value == their_value or (my_value == original and not tied):
            continue
        if their_value != decided[name] if name in decided else tied or their_value != original:
            conflicts.append(FieldConflict(name, original, my_value, their_value))
        changed[name] = my_value
    if conflicts:
        raise Conflict(
            _("{name} changed this at {time:%H:%M}. Your text is kept; choose what to save.").format(
                name=row.changed_by_name or "—", time=row.changed_at
            ),
            row,
            tuple(conflicts),
        )
    if "due_on" in changed or "due_time" in changed:
        due_on = changed.pop("due_on", theirs.due_on)
        due_time = changed.pop("due_time", theirs.due_time)
        changed["due_on"] = due_on
        changed["due_at"] = due_instant(due_on, due_time)
    if changed.get("kind_id") is not None:
        section = sa.select(ActivityKind.section).where(ActivityKind.id == changed["kind_id"])
        # A kind that is not there is told by its foreign key.
        changed["section"] = sa.func.coalesce(section.scalar_subquery(), Activity.section)
    if not changed:
        return Acted(frozenset({activity_id}), None)
    return _change(session, before, changed, _("change"))


def _change(session: Session, before: Any, after: Mapping[str, Any], label: str) -> Acted:
    """Apply `after`; the way back holds what the same columns were, and checks what they became."""
    made = write_activity(session, before, after)
    step = Restore(
        before.id,
        before=tuple((name, getattr(before, name)) for name in after),
        after=tuple(made.items()),
    )
    return Acted(frozenset({before.id}), Inverse((step,), label))


def _already_finished(session: Session, activity_id: UUID) -> AlreadyFinished:
    (theirs,) = list_activities(session, [activity_id])
    if theirs.status == "planned":
        return _changed_meanwhile(session, activity_id)
    name = theirs.finished_by_name or theirs.changed_by_name or "—"
    when = theirs.finished_at or theirs.changed_at
    if theirs.status == "cancelled":
        text = _("{name} cancelled this at {time:%H:%M}.").format(name=name, time=when)
    elif theirs.result_kind_name:
        text = _("{name} already entered a result at {time:%H:%M}: “{result}”.").format(
            name=name, time=when, result=theirs.result_kind_name
        )
    else:
        text = _("{name} already marked this done at {time:%H:%M}.").format(name=name, time=when)
    return AlreadyFinished(text, theirs)


def _changed_meanwhile(session: Session, activity_id: UUID) -> AlreadyFinished:
    (theirs,) = list_activities(session, [activity_id])
    return AlreadyFinished(
        _("{name} changed this row at {time:%H:%M}; look at it again.").format(
            name=theirs.changed_by_name or "—", time=theirs.changed_at
        ),
        theirs,
    )
