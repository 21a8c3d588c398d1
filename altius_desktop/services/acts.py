"""One user act: told apart from its repeat, and taken back by its inverse."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import AlreadyFinished, UserError
from altius_desktop.i18n import _
from altius_desktop.models import Act, Activity, Attempt
from altius_desktop.services.day import list_activities


@dataclass(frozen=True)
class Restore:
    """Put fields of an activity back to `before`, if they still are what the act made them (`after`)."""

    activity_id: UUID
    before: tuple[tuple[str, Any], ...]
    after: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class WithdrawAttempt:
    attempt_id: UUID
    activity_id: UUID


@dataclass(frozen=True)
class RepeatAttempt:
    """The inverse of a withdrawal: the same outcome again, with a new id and the time of the undo."""

    activity_id: UUID
    outcome: str


@dataclass(frozen=True)
class Inverse:
    """What takes an act back, and what the act was called."""

    steps: tuple[Restore | WithdrawAttempt | RepeatAttempt, ...]
    label: str


@dataclass(frozen=True)
class Acted:
    """What an operation touched: the activities to show anew, and the way back (None: nothing was done)."""

    activity_ids: frozenset[UUID]
    inverse: Inverse | None


def begin_act(session: Session, act_id: UUID) -> bool:
    """True if the act is new; False for a repeat, which must change nothing and show what is there."""
    made = session.execute(insert(Act).values(id=act_id).on_conflict_do_nothing().returning(Act.id)).first()
    return made is not None


def undo_act(session: Session, *, act_id: UUID, inverse: Inverse, new_attempt_id: UUID) -> Acted:
    """Take an act back; AlreadyFinished if somebody changed the same fields since. Nothing is deleted."""
    touched = frozenset(step.activity_id for step in inverse.steps)
    if begin_act(session, act_id):
        for step in inverse.steps:
            match step:
                case Restore():
                    _restore(session, step)
                case WithdrawAttempt():
                    withdraw_attempt(session, step.attempt_id)
                case RepeatAttempt():
                    session.execute(
                        insert(Attempt).values(
                            id=new_attempt_id, activity_id=step.activity_id, outcome=step.outcome
                        )
                    )
    return Acted(touched, None)


def _restore(session: Session, step: Restore) -> None:
    unchanged = [getattr(Activity, name).is_not_distinct_from(value) for name, value in step.after]
    done = session.execute(
        sa.update(Activity)
        .where(Activity.id == step.activity_id, *unchanged)
        .values(dict(step.before))
        .returning(Activity.id)
    ).first()
    if done is None:
        (theirs,) = list_activities(session, [step.activity_id])
        raise AlreadyFinished(
            _("This can no longer be taken back: {name} changed the row at {time:%H:%M}.").format(
                name=theirs.changed_by_name or "—", time=theirs.changed_at
            ),
            theirs,
        )


def withdraw_attempt(session: Session, attempt_id: UUID) -> None:
    """Withdraw one's own attempt; a second time changes nothing."""
    me = sa.func.current_employee_id()
    found = session.execute(
        sa.update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.attempted_by == me)
        .values(
            withdrawn_at=sa.func.coalesce(Attempt.withdrawn_at, sa.func.now()),
            withdrawn_by=sa.func.coalesce(Attempt.withdrawn_by, me),
        )
        .returning(Attempt.id)
    ).first()
    if found is None:
        raise UserError(_("Only your own attempts can be taken back."))
