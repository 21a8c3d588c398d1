"""A plan: several activities for oneself and others, saved as one act or not at all."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DataError, IntegrityError
from sqlalchemy.orm import Session

from altius_desktop.database.errors import translate
from altius_desktop.domain.dates import FIRST_DAY, LAST_DAY
from altius_desktop.domain.errors import CellError, FieldError, PlanRejected, UserError
from altius_desktop.i18n import _, ngettext
from altius_desktop.models import Activity, Plan
from altius_desktop.services.activities import due_instant
from altius_desktop.services.acts import Acted, Inverse, Restore, begin_act


@dataclass(frozen=True)
class PlanRow:
    """One line of the grid. `section` daily has no kind; either an assignee or a department is given."""

    activity_id: UUID
    section: str
    kind_id: UUID | None
    counterparty_id: UUID | None
    contact_person_id: UUID | None
    phone: str | None
    assignee_id: UUID | None
    department_id: UUID | None
    due_on: date | None
    due_time: time | None
    deadline_on: date | None
    topic: str
    description: str
    priority: int
    highlight: int | None = None
    is_private: bool = False


def check_plan_row(number: int, row: PlanRow) -> list[CellError]:
    """What can be told without the server; the database checks the same again for every program."""
    wrong = []
    if row.section != "daily" and row.kind_id is None:
        wrong.append(CellError(number, "kind_id", _("Choose the kind of contact.")))
    if row.assignee_id is None and row.department_id is None:
        wrong.append(CellError(number, "assignee", _("Choose who will do it.")))
    if row.due_on is None:
        wrong.append(CellError(number, "due_on", _("Enter the date.")))
    elif not FIRST_DAY <= row.due_on <= LAST_DAY:
        wrong.append(CellError(number, "due_on", _("The date must lie between 1900 and 2200.")))
    if row.deadline_on is not None and row.due_on is not None and row.deadline_on < row.due_on:
        wrong.append(CellError(number, "deadline_on", _("The deadline lies before the first day.")))
    if not row.topic.strip() and (row.section == "daily" or row.counterparty_id is None):
        wrong.append(CellError(number, "topic", _("Enter a topic or choose a counterparty.")))
    if len(row.topic) > 200:
        wrong.append(CellError(number, "topic", _("The topic is longer than 200 characters.")))
    if len(row.description) > 5000:
        wrong.append(CellError(number, "description", _("The description is longer than 5,000 characters.")))
    if row.is_private and row.assignee_id is None:
        wrong.append(
            CellError(
                number, "assignee", _("A private activity needs an employee to do it, not a department.")
            )
        )
    return wrong


def save_plan(
    session: Session,
    *,
    act_id: UUID,
    plan_id: UUID,
    title: str,
    rows: Sequence[PlanRow],
    follows_id: UUID | None = None,
) -> Acted:
    """Save all rows or none; PlanRejected names the cells that stand in the way."""
    ids = frozenset(row.activity_id for row in rows)
    if not begin_act(session, act_id):
        return Acted(ids, None)
    wrong = [error for number, row in enumerate(rows) for error in check_plan_row(number, row)]
    if wrong:
        raise _rejected(wrong)
    # Everybody reads the title, which names what the plan's first row is about.
    title = "" if any(row.is_private for row in rows) else title[:200]
    session.execute(insert(Plan).values(id=plan_id, title=title))
    for number, row in enumerate(rows):
        assert row.due_on is not None  # checked above
        try:
            session.execute(
                sa.insert(Activity).values(
                    id=row.activity_id,
                    section=row.section,
                    kind_id=row.kind_id,
                    counterparty_id=row.counterparty_id,
                    contact_person_id=row.contact_person_id,
                    phone=row.phone,
                    assignee_id=row.assignee_id,
                    department_id=row.department_id,
                    due_on=row.due_on,
                    due_at=due_instant(row.due_on, row.due_time),
                    deadline_on=row.deadline_on,
                    topic=row.topic.strip(),
                    description=row.description.strip(),
                    priority=row.priority,
                    highlight=row.highlight,
                    is_private=row.is_private,
                    plan_id=plan_id,
                    step=number + 1,
                    follows_id=follows_id,
                )
            )
        except (IntegrityError, DataError, ValueError) as error:
            told = translate(error)
            if not isinstance(told, UserError):
                raise
            field = told.field if isinstance(told, FieldError) else ""
            raise _rejected([CellError(number, field, told.text)]) from error
    steps = tuple(
        Restore(row.activity_id, before=(("status", "cancelled"),), after=(("status", "planned"),))
        for row in rows
    )
    return Acted(ids, Inverse(steps, _("plan")))


def _rejected(wrong: Sequence[CellError]) -> PlanRejected:
    rows = len({error.row for error in wrong})
    return PlanRejected(
        ngettext(
            "Nothing was saved: {rows} row has to be corrected.",
            "Nothing was saved: {rows} rows have to be corrected.",
            rows,
        ).format(rows=rows),
        tuple(wrong),
    )
