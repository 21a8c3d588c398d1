"""What the company knows of its backups; making them is the command line's."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.models import Backup


@dataclass(frozen=True)
class BackupRow:
    """A backup as the administrator sees it; `age` is told by the server's clock."""

    made_at: datetime
    age: timedelta
    file_name: str
    size_bytes: int
    proved: bool


def last_backup(session: Session) -> BackupRow | None:
    """The newest backup that was tried out, else the newest; None if there is none. Administrator and director."""
    found = session.execute(
        sa.select(
            Backup.made_at,
            sa.type_coerce(sa.func.now() - Backup.made_at, sa.Interval()).label("age"),
            Backup.file_name,
            Backup.size_bytes,
            Backup.proved,
        )
        .order_by(Backup.proved.desc(), Backup.made_at.desc(), Backup.id.desc())
        .limit(1)
    ).first()
    return None if found is None else BackupRow(*found)
