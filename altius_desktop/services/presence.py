"""«Open at …»: which colleagues have the same record open."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

Opened = Literal["activity", "counterparty"]


@dataclass(frozen=True)
class Presence:
    """A colleague who has the record open; `since` is the office's time."""

    full_name: str
    since: datetime


def note_presence(session: Session, *, window_id: UUID, table: Opened, row_id: UUID, is_open: bool) -> None:
    """Tell that this window has the record open, at least once in a minute while it does, or that it is closed."""
    session.execute(
        sa.text("SELECT note_presence(:window, :about, :row, :is_open)"),
        {"window": window_id, "about": table, "row": row_id, "is_open": is_open},
    )


def list_presence(session: Session, *, window_id: UUID, table: Opened, row_id: UUID) -> tuple[Presence, ...]:
    """The colleagues who have it open, whoever came first before the others; oneself is not among them."""
    rows = session.execute(
        sa.text(
            "SELECT full_name, since AT TIME ZONE office_zone() FROM who_has_open(:about, :row, :window)"
        ),
        {"window": window_id, "about": table, "row": row_id},
    )
    return tuple(Presence(*row) for row in rows)
