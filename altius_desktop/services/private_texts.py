"""Reading and writing an activity whole, wherever its texts lie: in its row, or apart where it is private."""

from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.models import Activity, ActivityPrivate, Employee

HIDDEN = (
    "topic",
    "description",
    "result_text",
    "result_kind_id",
    "counterparty_id",
    "contact_person_id",
    "phone",
    "priority",
)
"""The columns that a private activity keeps apart and people write."""


def lock_activity(session: Session, activity_id: UUID) -> Any:
    """The activity's columns, those kept apart too; locked until the transaction ends.

    UserError if there is none. A colleague's private one has `concealed` set and empty texts.
    """
    row = session.execute(
        sa.select(*Activity.__table__.columns).where(Activity.id == activity_id).with_for_update()
    ).first()
    if row is None:
        raise UserError(_("This row is no longer there."), _("Press F5 to read the day anew."))
    values = dict(row._mapping)
    if not row.is_private:
        return SimpleNamespace(**values, concealed=False)
    # Asked after the lock is there: an older snapshot would show what a colleague has just replaced.
    hidden = session.execute(
        sa.select(*(getattr(ActivityPrivate, name) for name in HIDDEN)).where(
            ActivityPrivate.activity_id == activity_id
        )
    ).first()
    return SimpleNamespace(**{**values, **(hidden._mapping if hidden else {})}, concealed=hidden is None)


def write_activity(session: Session, before: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    """Set these columns of the locked activity `before`; what they have become.

    Making it private or public moves its texts in the database.
    """
    if before.concealed and set(values) != {"highlight"}:
        raise somebody_elses(session, before.assignee_id)
    hidden = {name: values[name] for name in values if name in HIDDEN and before.is_private}
    plain = {name: value for name, value in values.items() if name not in hidden}
    if hidden:
        session.execute(
            sa.update(ActivityPrivate).where(ActivityPrivate.activity_id == before.id).values(hidden)
        )
    made: dict[str, Any] = {}
    if plain:
        columns = [getattr(Activity, name) for name in plain]
        made = dict(
            session.execute(
                sa.update(Activity).where(Activity.id == before.id).values(plain).returning(*columns)
            )
            .one()
            ._mapping
        )
    if before.is_private or made.get("is_private"):
        now = lock_activity(session, before.id)
        return {name: getattr(now, name) for name in values}
    return made


def somebody_elses(session: Session, assignee_id: UUID | None) -> UserError:
    """What whoever would change a colleague's private activity is told."""
    name = session.scalar(sa.select(Employee.full_name).where(Employee.id == assignee_id))
    return UserError(
        _(
            "This is a private activity of {name}: only its assignee and whoever planned it may change it."
        ).format(name=name or "—")
    )
