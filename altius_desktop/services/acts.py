"""One user act: told apart from its repeat, and taken back by its inverse."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import AlreadyFinished, UserError
from altius_desktop.i18n import _, ngettext
from altius_desktop.models import (
    Act,
    Activity,
    AgreedTerm,
    Attempt,
    ContactPerson,
    ContactPoint,
    Counterparty,
    CounterpartyRole,
    Feedback,
    ImportantDate,
)
from altius_desktop.services.day import list_activities

# What undo may write to, besides activities: tables that belong to a counterparty.
_RESTORABLE: dict[str, Any] = {
    model.__tablename__: model
    for model in (
        Counterparty,
        CounterpartyRole,
        ContactPerson,
        ContactPoint,
        ImportantDate,
        Feedback,
        AgreedTerm,
    )
}


@dataclass(frozen=True)
class Restore:
    """Put fields of an activity back to `before`, if they still are what the act made them (`after`)."""

    activity_id: UUID
    before: tuple[tuple[str, Any], ...]
    after: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class RestoreRow:
    """The same for a row of a table of counterparties; `key` holds the columns that tell it apart."""

    table: str
    key: tuple[tuple[str, Any], ...]
    counterparty_id: UUID
    before: tuple[tuple[str, Any], ...]
    after: tuple[tuple[str, Any], ...]


@dataclass(frozen=True)
class RestoreMany:
    """Give counterparties back what each had in one column: all of them, or none if one was changed since."""

    column: str
    before: tuple[tuple[Any, tuple[UUID, ...]], ...]
    after: Any


@dataclass(frozen=True)
class WithdrawAttempt:
    attempt_id: UUID
    activity_id: UUID


@dataclass(frozen=True)
class RepeatAttempt:
    """The inverse of a withdrawal: the same outcome again, with a new id and the time of the undo."""

    activity_id: UUID
    outcome: str


Step = Restore | RestoreRow | RestoreMany | WithdrawAttempt | RepeatAttempt


@dataclass(frozen=True)
class Inverse:
    """What takes an act back, and what the act was called."""

    steps: tuple[Step, ...]
    label: str


@dataclass(frozen=True)
class Acted:
    """What an operation touched: the rows to show anew, and the way back (None: nothing was done)."""

    activity_ids: frozenset[UUID]
    inverse: Inverse | None
    counterparty_ids: frozenset[UUID] = frozenset()


def begin_act(session: Session, act_id: UUID) -> bool:
    """True if the act is new; False for a repeat, which must change nothing and show what is there."""
    made = session.execute(insert(Act).values(id=act_id).on_conflict_do_nothing().returning(Act.id)).first()
    return made is not None


def undo_act(session: Session, *, act_id: UUID, inverse: Inverse, new_attempt_id: UUID) -> Acted:
    """Take an act back; AlreadyFinished if somebody changed the same fields since. Nothing is deleted."""
    activities: set[UUID] = set()
    counterparties: set[UUID] = set()
    for step in inverse.steps:
        match step:
            case RestoreRow():
                counterparties.add(step.counterparty_id)
            case RestoreMany():
                counterparties.update(row_id for _value, ids in step.before for row_id in ids)
            case _:
                activities.add(step.activity_id)
    if begin_act(session, act_id):
        for step in inverse.steps:
            match step:
                case Restore():
                    _restore(session, step)
                case RestoreRow():
                    _restore_row(session, step)
                case RestoreMany():
                    _restore_many(session, step)
                case WithdrawAttempt():
                    withdraw_attempt(session, step.attempt_id)
                case RepeatAttempt():
                    session.execute(
                        insert(Attempt).values(
                            id=new_attempt_id, activity_id=step.activity_id, outcome=step.outcome
                        )
                    )
    return Acted(frozenset(activities), None, frozenset(counterparties))


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


def _restore_row(session: Session, step: RestoreRow) -> None:
    model = _RESTORABLE[step.table]
    here = [getattr(model, name) == value for name, value in step.key]
    unchanged = [getattr(model, name).is_not_distinct_from(value) for name, value in step.after]
    done = session.execute(
        sa.update(model)
        .where(*here, *unchanged)
        .values(dict(step.before))
        .execution_options(synchronize_session=False)
        .returning(sa.literal(1))
    ).first()
    if done is None:
        raise UserError(
            _("This can no longer be taken back: a colleague has changed the same since."),
            _("Open the card and look at it."),
        )


def _restore_many(session: Session, step: RestoreMany) -> None:
    column = getattr(Counterparty, step.column)
    missing = 0
    for value, ids in step.before:
        done = session.execute(
            sa.update(Counterparty)
            .where(Counterparty.id.in_(ids), column.is_not_distinct_from(step.after))
            .values({step.column: value})
            .execution_options(synchronize_session=False)
            .returning(Counterparty.id)
        ).all()
        missing += len(ids) - len(done)
    if missing:
        raise UserError(
            ngettext(
                "This can no longer be taken back: {count} of the counterparties was changed since.",
                "This can no longer be taken back: {count} of the counterparties were changed since.",
                missing,
            ).format(count=missing)
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
