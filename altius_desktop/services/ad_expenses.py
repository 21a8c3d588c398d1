"""What an ad source cost, period by period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.texts import check_length, clean_text
from altius_desktop.i18n import _
from altius_desktop.models import AdExpense, Employee
from altius_desktop.services.acts import Acted, Inverse, begin_act
from altius_desktop.services.directory_undo import RestoreValue
from altius_desktop.services.directory_values import changed_fields

_FIELDS = ("starts_on", "ends_on", "amount", "note")
LARGEST_AMOUNT = Decimal("999999999999.99")


@dataclass(frozen=True)
class AdExpenseRow:
    """An expense of an ad source in roubles; both days belong to the period."""

    id: UUID
    starts_on: date
    ends_on: date
    amount: Decimal
    note: str
    archived: bool
    changed_at: datetime
    changed_by_name: str

    def editable(self) -> dict[str, Any]:
        """What a form edits of it, as it was seen."""
        return {name: getattr(self, name) for name in _FIELDS}


def list_expenses(session: Session, *, ad_source_id: UUID) -> tuple[AdExpenseRow, ...]:
    """All expenses of a source, the latest period first, the archived ones among them."""
    return _rows(session, AdExpense.ad_source_id == ad_source_id)


def add_expense(
    session: Session, *, act_id: UUID, expense_id: UUID, ad_source_id: UUID, fields: Mapping[str, Any]
) -> Acted:
    """Enter an expense; FieldError names the field that cannot be saved."""
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    values = _checked(fields)
    session.execute(
        insert(AdExpense)
        .values(id=expense_id, ad_source_id=ad_source_id, **values)
        .on_conflict_do_nothing(index_elements=["id"])
    )
    return _acted(
        expense_id, {"archived": True}, {"archived": False, **values}, _("new expense of an ad source")
    )


def update_expense(
    session: Session,
    *,
    act_id: UUID,
    expense_id: UUID,
    seen: Mapping[str, Any],
    mine: Mapping[str, Any],
    decided: Mapping[str, Any] | None = None,
) -> Acted:
    """Save what a form changed against what it was opened with; Conflict as for a directory's value."""
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    theirs = _locked(session, expense_id)
    present = theirs.editable()
    changed = changed_fields(theirs, present=present, seen=seen, mine=_checked(mine), decided=decided)
    if not changed:
        return Acted(frozenset(), None)
    _checked({**present, **changed})
    session.execute(sa.update(AdExpense).where(AdExpense.id == expense_id).values(**changed))
    before = {name: present[name] for name in changed}
    return _acted(expense_id, before, changed, _("change of an expense of an ad source"))


def archive_expense(session: Session, *, act_id: UUID, expense_id: UUID) -> Acted:
    """Count the expense no longer: it was entered by mistake."""
    return _set_archived(session, act_id, expense_id, archived=True)


def restore_expense(session: Session, *, act_id: UUID, expense_id: UUID) -> Acted:
    """Count it again."""
    return _set_archived(session, act_id, expense_id, archived=False)


def _set_archived(session: Session, act_id: UUID, expense_id: UUID, *, archived: bool) -> Acted:
    if not begin_act(session, act_id) or _locked(session, expense_id).archived == archived:
        return Acted(frozenset(), None)
    session.execute(sa.update(AdExpense).where(AdExpense.id == expense_id).values(archived=archived))
    label = _("archiving of an expense") if archived else _("return of an expense")
    return _acted(expense_id, {"archived": not archived}, {"archived": archived}, label)


def _acted(expense_id: UUID, before: Mapping[str, Any], after: Mapping[str, Any], label: str) -> Acted:
    step = RestoreValue("ad_expense", expense_id, tuple(before.items()), tuple(after.items()))
    return Acted(frozenset(), Inverse((step,), label))


def _rows(session: Session, *conditions: Any) -> tuple[AdExpenseRow, ...]:
    rows = session.execute(
        sa.select(
            AdExpense.id,
            AdExpense.starts_on,
            AdExpense.ends_on,
            AdExpense.amount,
            AdExpense.note,
            AdExpense.archived,
            sa.func.timezone(sa.func.office_zone(), AdExpense.changed_at),
            sa.func.coalesce(Employee.full_name, ""),
        )
        .outerjoin(Employee, Employee.id == AdExpense.changed_by)
        .where(*conditions)
        .order_by(AdExpense.starts_on.desc(), AdExpense.ends_on.desc(), AdExpense.id)
    )
    return tuple(AdExpenseRow(*row) for row in rows)


def _locked(session: Session, expense_id: UUID) -> AdExpenseRow:
    session.execute(sa.select(AdExpense.id).where(AdExpense.id == expense_id).with_for_update())
    found = _rows(session, AdExpense.id == expense_id)
    if not found:
        raise UserError(_("This expense is no longer there."))
    return found[0]


def _checked(fields: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := set(fields) - set(_FIELDS):
        raise ValueError(f"no field of an expense: {unknown}")
    if fields["ends_on"] < fields["starts_on"]:
        raise FieldError("ends_on", _("The period ends before it begins."))
    if not 0 <= fields["amount"] <= LARGEST_AMOUNT:
        raise FieldError("amount", _("The amount must lie between 0 and 999,999,999,999.99."))
    return {**fields, "note": check_length("note", clean_text(fields["note"]), 500)}
