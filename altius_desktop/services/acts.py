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
    Absence,
    Act,
    AgreedTerm,
    Attempt,
    Company,
    ContactPerson,
    ContactPoint,
    Counterparty,
    CounterpartyRole,
    Employee,
    Feedback,
    ImportantDate,
    ReminderRoute,
)
from altius_desktop.services.day import list_activities
from altius_desktop.services.directory_undo import DirectoryStep, MoveBack, RestoreValue, Unmerge, take_back
from altius_desktop.services.private_texts import lock_activity, write_activity

# What undo may write to, besides activities and directories: tables of a counterparty, and of our own company.
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
        Company,
        Employee,
        Absence,
        ReminderRoute,
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
    """The same for a row of another table; `key` holds the columns that tell it apart.

    `counterparty_id` is None where the row is of our own company.
    """

    table: str
    key: tuple[tuple[str, Any], ...]
    counterparty_id: UUID | None
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
    """The inverse of a withdrawal: the same attempt counts again, with its time, so that its own inverse holds."""

    attempt_id: UUID
    activity_id: UUID


Step = Restore | RestoreRow | RestoreMany | WithdrawAttempt | RepeatAttempt | DirectoryStep


@dataclass(frozen=True)
class Inverse:
    """What takes an act back, and what the act was called."""

    steps: tuple[Step, ...]
    label: str


@dataclass(frozen=True)
class Acted:
    """What an operation touched: the rows to show anew, and the way back (None: nothing was done).

    `note` is a sentence for the user about what could not be taken back with the rest.
    """

    activity_ids: frozenset[UUID]
    inverse: Inverse | None
    counterparty_ids: frozenset[UUID] = frozenset()
    note: str = ""


def begin_act(session: Session, act_id: UUID) -> bool:
    """True if the act is new; False for a repeat, which must change nothing and show what is there."""
    made = session.execute(insert(Act).values(id=act_id).on_conflict_do_nothing().returning(Act.id)).first()
    return made is not None


def undo_act(session: Session, *, act_id: UUID, inverse: Inverse) -> Acted:
    """Take an act back; AlreadyFinished if somebody changed the same fields since. Nothing is deleted."""
    activities: set[UUID] = set()
    counterparties: set[UUID] = set()
    notes: list[str] = []
    for step in inverse.steps:
        match step:
            case RestoreRow():
                if step.counterparty_id is not None:
                    counterparties.add(step.counterparty_id)
            case RestoreMany():
                counterparties.update(row_id for _value, ids in step.before for row_id in ids)
            case RestoreValue() | MoveBack() | Unmerge():
                pass  # everybody hears of a directory by its news
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
                case RestoreValue() | MoveBack() | Unmerge():
                    notes.append(take_back(session, step))
                case WithdrawAttempt():
                    withdraw_attempt(session, step.attempt_id)
                case RepeatAttempt():
                    _repeat_attempt(session, step.attempt_id)
    return Acted(frozenset(activities), None, frozenset(counterparties), " ".join(filter(None, notes)))


def _restore(session: Session, step: Restore) -> None:
    now = lock_activity(session, step.activity_id)
    if any(getattr(now, name) != value for name, value in step.after):
        (theirs,) = list_activities(session, [step.activity_id])
        raise AlreadyFinished(
            _("This can no longer be taken back: {name} changed the row at {time:%H:%M}.").format(
                name=theirs.changed_by_name or "—", time=theirs.changed_at
            ),
            theirs,
        )
    write_activity(session, now, dict(step.before))


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


def _repeat_attempt(session: Session, attempt_id: UUID) -> None:
    session.execute(
        sa.update(Attempt)
        .where(Attempt.id == attempt_id, Attempt.withdrawn_by == sa.func.current_employee_id())
        .values(withdrawn_at=None, withdrawn_by=None)
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
