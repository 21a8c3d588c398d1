"""What waits for its reader: notices of others' acts, messages, and which reminders were shown already."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer
from sqlalchemy import text as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from altius_desktop.models.base import Base, Identified, max_length


class Notice(Identified, Base):
    """One notice for one recipient; a trigger or `send_message` writes it, both sides see it.

    `items` has at most some fifty of the `item_count` happenings: "activity", "what", "before", "after" (days)
    and "for", the employee whom the recipient answers for. What was not delivered has no `delivered_at`.
    """

    __tablename__ = "notice"

    recipient_id: Mapped[UUID] = mapped_column(ForeignKey("employee.id"))
    sender_id: Mapped[UUID | None] = mapped_column(ForeignKey("employee.id"))
    kind: Mapped[str]
    message_id: Mapped[UUID | None]
    text: Mapped[str] = mapped_column(server_default=sql("''"))
    counterparty_id: Mapped[UUID | None] = mapped_column(ForeignKey("counterparty.id"))
    activity_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, server_default=sql("'[]'"))
    item_count: Mapped[int] = mapped_column(Integer, server_default=sql("1"))
    created_at: Mapped[datetime] = mapped_column(server_default=sql("now()"))
    delivered_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    answer: Mapped[str | None]
    answer_text: Mapped[str] = mapped_column(server_default=sql("''"))
    answered_at: Mapped[datetime | None]
    answer_seen_at: Mapped[datetime | None]
    snoozed_until: Mapped[datetime | None]
    hidden_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("kind IN ('activity', 'message')", name="kind_known"),
        CheckConstraint("answer IN ('accepted', 'cannot')", name="answer_known"),
        max_length("text", 5000),
        CheckConstraint("kind <> 'message' OR btrim(text) <> ''", name="text_filled"),
        max_length("answer_text", 1000),
        CheckConstraint("answer IS DISTINCT FROM 'cannot' OR btrim(answer_text) <> ''", name="reason_filled"),
        Index("ix_notice_inbox", "recipient_id", sql("created_at DESC")),
        Index("ix_notice_undelivered", "recipient_id", postgresql_where=sql("delivered_at IS NULL")),
        *(
            Index(f"ix_notice_{column}", column, postgresql_where=sql(f"{column} IS NOT NULL"))
            for column in ("counterparty_id", "activity_id")
        ),
        Index("ix_notice_sent", "sender_id", sql("created_at DESC")),
        Index(
            "uq_notice_act",
            "recipient_id",
            "sender_id",
            "created_at",
            unique=True,
            postgresql_where=sql("kind = 'activity'"),
        ),
        Index("uq_notice_message", "message_id", "recipient_id", unique=True),
    )


class ReminderShown(Base):
    """That an employee was reminded of an occasion, in whichever of his windows."""

    __tablename__ = "reminder_shown"

    employee_id: Mapped[UUID] = mapped_column(
        ForeignKey("employee.id"), primary_key=True, server_default=sql("current_employee_id()")
    )
    occasion: Mapped[str] = mapped_column(primary_key=True)
    shown_at: Mapped[datetime] = mapped_column(server_default=sql("clock_timestamp()"))

    __table_args__ = (max_length("occasion", 200),)
