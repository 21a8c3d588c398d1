"""The three counters of a call: each press a row, so that presses from everywhere add up."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.models import Attempt
from altius_desktop.services.acts import (
    Acted,
    Inverse,
    RepeatAttempt,
    WithdrawAttempt,
    begin_act,
    withdraw_attempt,
)

OUTCOMES = ("no_answer", "not_reached", "talked")


def record_attempt(
    session: Session, *, act_id: UUID, attempt_id: UUID, activity_id: UUID, outcome: str
) -> Acted:
    """Add one attempt of the logged-in employee; time and author are the server's."""
    if begin_act(session, act_id):
        session.execute(
            insert(Attempt)
            .values(id=attempt_id, activity_id=activity_id, outcome=outcome)
            .on_conflict_do_nothing()
        )
    return Acted(frozenset({activity_id}), Inverse((WithdrawAttempt(attempt_id, activity_id),), _("attempt")))


def withdraw_last_attempt(session: Session, *, act_id: UUID, activity_id: UUID, outcome: str) -> Acted:
    """Take back one's own last attempt of this outcome today; UserError if there is none."""
    if not begin_act(session, act_id):
        return Acted(frozenset({activity_id}), None)
    attempt_id = session.scalar(
        sa.select(Attempt.id)
        .where(
            Attempt.activity_id == activity_id,
            Attempt.outcome == outcome,
            Attempt.withdrawn_at.is_(None),
            Attempt.attempted_by == sa.func.current_employee_id(),
            sa.cast(sa.func.timezone(sa.func.office_zone(), Attempt.attempted_at), sa.Date)
            == sa.func.office_today(),
        )
        .order_by(Attempt.attempted_at.desc())
        .limit(1)
        .with_for_update()
    )
    if attempt_id is None:
        raise UserError(
            _("You have made no such attempt today."), _("Only your own attempts can be taken back.")
        )
    withdraw_attempt(session, attempt_id)
    return Acted(
        frozenset({activity_id}), Inverse((RepeatAttempt(attempt_id, activity_id),), _("withdrawal"))
    )
