"""How an employee likes his tables: saved views (selections), and layouts that follow him to every PC."""

from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from altius_desktop.models.base import Base, Identified, Versioned, filled, max_length


class SavedView(Identified, Versioned, Base):
    """A named selection of a page: its filters, order and columns; shared ones everybody sees."""

    __tablename__ = "saved_view"

    owner_id: Mapped[UUID] = mapped_column(
        ForeignKey("employee.id"), server_default=text("current_employee_id()")
    )
    page: Mapped[str]
    name: Mapped[str]
    shared: Mapped[bool] = mapped_column(server_default=text("false"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))
    state: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        max_length("name", 100),
        filled("name"),
        max_length("page", 60),
        CheckConstraint("pg_column_size(state) <= 20000", name="state_size"),
        Index(None, "page"),
    )


class EmployeeLayout(Base):
    """Widths, order and sort of one table of the window, for one employee."""

    __tablename__ = "employee_layout"

    employee_id: Mapped[UUID] = mapped_column(
        ForeignKey("employee.id"), primary_key=True, server_default=text("current_employee_id()")
    )
    name: Mapped[str] = mapped_column(primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(JSONB)

    __table_args__ = (
        max_length("name", 60),
        CheckConstraint("pg_column_size(state) <= 20000", name="state_size"),
    )
