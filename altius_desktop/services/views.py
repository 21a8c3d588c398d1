"""Saved views: a page's selection under a name, one's own or shared with the office."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.texts import check_length, clean_line
from altius_desktop.i18n import _
from altius_desktop.models import Employee, SavedView

NAME_LIMIT = 100


@dataclass(frozen=True)
class SavedViewRow:
    """A view to choose; `state` is what the page made of its filters, to be read with care."""

    id: UUID
    name: str
    shared: bool
    mine: bool
    owner_name: str
    state: dict[str, Any]


def list_views(session: Session, *, page: str) -> tuple[SavedViewRow, ...]:
    """One's own views of a page, then those that colleagues share, each by name."""
    mine = SavedView.owner_id == sa.func.current_employee_id()
    rows = session.execute(
        sa.select(SavedView.id, SavedView.name, SavedView.shared, mine, Employee.full_name, SavedView.state)
        .join(Employee, Employee.id == SavedView.owner_id)
        .where(SavedView.page == page, ~SavedView.archived)
        .order_by(mine.desc(), sa.func.lower(SavedView.name), SavedView.id)
    )
    return tuple(SavedViewRow(*row) for row in rows)


def save_view(
    session: Session, *, view_id: UUID, page: str, name: str, shared: bool, state: dict[str, Any]
) -> None:
    """Save a new view, or one's own again under the same id; UserError for a colleague's."""
    name = _checked(name)
    fresh = insert(SavedView).values(id=view_id, page=page, name=name, shared=shared, state=state)
    done = session.execute(fresh.on_conflict_do_nothing().returning(SavedView.id)).first()
    if done is None:
        _change(session, view_id, name=name, shared=shared, state=state)


def rename_view(session: Session, *, view_id: UUID, name: str, shared: bool) -> None:
    """Give one's own view another name, or share it or keep it to oneself."""
    _change(session, view_id, name=_checked(name), shared=shared)


def archive_view(session: Session, *, view_id: UUID) -> None:
    """Take one's own view off everybody's list."""
    _change(session, view_id, archived=True)


def _checked(name: str) -> str:
    name = check_length("name", clean_line(name), NAME_LIMIT)
    if not name:
        raise UserError(_("Give the view a name."))
    return name


def _change(session: Session, view_id: UUID, **values: Any) -> None:
    done = session.execute(
        sa.update(SavedView)
        .where(SavedView.id == view_id, SavedView.owner_id == sa.func.current_employee_id())
        .values(**values)
        .returning(SavedView.id)
    ).first()
    if done is None:
        raise UserError(
            _("This view is a colleague's: it can be used and copied, not changed."),
            _("Save it under a name of your own."),
        )
