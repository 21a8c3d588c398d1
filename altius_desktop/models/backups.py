"""The backups that were made of this company; a function alone adds to them."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column

from altius_desktop.models.base import Base, filled, max_length


class Backup(Base):
    """One finished backup; `proved` means that it was restored and counted. `noted_by` is a database role."""

    __tablename__ = "backup"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    made_at: Mapped[datetime]
    file_name: Mapped[str]
    size_bytes: Mapped[int] = mapped_column(BigInteger)
    proved: Mapped[bool]
    noted_by: Mapped[str]

    __table_args__ = (
        CheckConstraint("size_bytes > 0", name="size_bytes_range"),
        max_length("file_name", 500),
        filled("file_name"),
        Index(None, "made_at"),
    )
