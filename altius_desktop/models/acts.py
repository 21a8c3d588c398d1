"""Traces of what was done: a user's act, an import with what became of each line, a change to an account."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from altius_desktop.models.base import Base, Identified, max_length


class Act(Identified, Base):
    """One user act; inserted first in its transaction, so that a repeat finds it and changes nothing."""

    __tablename__ = "act"

    login: Mapped[str | None] = mapped_column(server_default=text("current_login()"))
    acted_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (Index(None, "login", "acted_at"),)


class ImportBatch(Identified, Base):
    __tablename__ = "import_batch"

    file_name: Mapped[str]
    kind: Mapped[str]
    imported_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    imported_by: Mapped[UUID | None] = mapped_column(
        ForeignKey("employee.id"), server_default=text("current_employee_id()")
    )

    __table_args__ = (
        CheckConstraint("kind IN ('counterparties', 'persons', 'activities')", name="kind_known"),
        max_length("file_name", 500),
    )


class ImportRow(Base):
    """One line of an imported file: the row it made, or the one it was found to repeat."""

    __tablename__ = "import_row"

    batch_id: Mapped[UUID] = mapped_column(ForeignKey("import_batch.id"), primary_key=True)
    line: Mapped[int] = mapped_column(Integer, primary_key=True)
    counterparty_id: Mapped[UUID | None] = mapped_column(ForeignKey("counterparty.id"))
    outcome: Mapped[str]

    __table_args__ = (
        CheckConstraint("outcome IN ('new', 'updated', 'duplicate', 'refused')", name="outcome_known"),
        Index(None, "counterparty_id"),
    )


class AccountEvent(Base):
    """What was done to whose account, by whom; written by the functions on accounts alone."""

    __tablename__ = "account_event"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    login: Mapped[str]
    what: Mapped[str]
    whom: Mapped[str]
    detail: Mapped[str] = mapped_column(server_default=text("''"))

    __table_args__ = (
        CheckConstraint(
            "what IN ('created', 'groups', 'password', 'locked', 'unlocked', 'dismissed', 'reinstated')",
            name="what_known",
        ),
    )
