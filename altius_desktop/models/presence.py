"""Which records are open where right now."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from altius_desktop.models.base import Base


class Presence(Base):
    """A record open in a window; functions alone write and read it. Not heard of for two minutes it is gone."""

    __tablename__ = "presence"

    window_id: Mapped[UUID] = mapped_column(primary_key=True)
    table_name: Mapped[str] = mapped_column(primary_key=True)
    row_id: Mapped[UUID] = mapped_column(primary_key=True)
    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employee.id"))
    opened_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    seen_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (
        CheckConstraint("table_name IN ('activity', 'counterparty')", name="table_name_known"),
        Index(None, "row_id"),
        Index(None, "employee_id"),
    )
