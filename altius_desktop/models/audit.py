"""Traces of every change to the company's data, and of the erasures of persons; triggers and functions write them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Identity, Index, Text, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from altius_desktop.models.base import Base, filled, max_length

ERASED_KINDS = (
    "name",
    "position",
    "birthday",
    "note",
    "contact_points",
    "important_dates",
    "activity_phones",
    "texts",
)


class Audit(Base):
    """One changed row: `old` and `new` hold the changed columns alone, a new row's values stand in its table.

    `row_part` is what a key holds beside or instead of a uuid. `counterparty_id` is set for what belongs to a
    firm, `activity_id` for an activity and its attempts. What was erased has left `old` and `new`.
    """

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    login: Mapped[str]
    table_name: Mapped[str]
    row_id: Mapped[UUID | None]
    row_part: Mapped[str | None]
    counterparty_id: Mapped[UUID | None]
    activity_id: Mapped[UUID | None]
    action: Mapped[str]
    old: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    new: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    erased: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("action IN ('insert', 'update')", name="action_known"),
        CheckConstraint(
            "(action = 'update') = (old IS NOT NULL) AND (action = 'update') = (new IS NOT NULL)",
            name="values_of_update",
        ),
        CheckConstraint("row_id IS NOT NULL OR row_part IS NOT NULL", name="row_given"),
        Index(
            "ix_audit_card",
            "counterparty_id",
            "id",
            postgresql_where=text("counterparty_id IS NOT NULL AND activity_id IS NULL"),
        ),
        Index("ix_audit_activity", "activity_id", "id", postgresql_where=text("activity_id IS NOT NULL")),
        Index(
            "ix_audit_row",
            "row_id",
            "id",
            postgresql_where=text("counterparty_id IS NULL AND activity_id IS NULL"),
        ),
        Index("ix_audit_at", "at", postgresql_using="brin"),
    )


class Erasure(Base):
    """That a person's data was erased: which kinds of them, by whom and why, and nothing of what they were."""

    __tablename__ = "erasure"

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(server_default=text("clock_timestamp()"))
    login: Mapped[str]
    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"))
    contact_person_id: Mapped[UUID] = mapped_column(ForeignKey("contact_person.id"))
    kinds: Mapped[list[str]] = mapped_column(ARRAY(Text))
    reason: Mapped[str]

    __table_args__ = (
        CheckConstraint(
            f"kinds <@ ARRAY[{', '.join(repr(kind) for kind in ERASED_KINDS)}]", name="kinds_known"
        ),
        max_length("reason", 500),
        filled("reason"),
    )
