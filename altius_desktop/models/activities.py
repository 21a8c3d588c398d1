"""What is planned and what came of it: activities of three sections, attempts, plans, showings of daily tasks."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, SmallInteger, literal_column, text
from sqlalchemy.orm import Mapped, mapped_column

from altius_desktop.models.base import Base, Identified, Versioned, max_length, sane_date


class Plan(Identified, Base):
    """Several activities saved as one act."""

    __tablename__ = "plan"

    title: Mapped[str] = mapped_column(server_default=text("''"))
    author_id: Mapped[UUID] = mapped_column(
        ForeignKey("employee.id"), server_default=text("current_employee_id()")
    )
    planned_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    __table_args__ = (max_length("title", 200),)


class Activity(Identified, Versioned, Base):
    """A planned contact or task of an employee, or of a department until somebody there takes it.

    Of a private one only kind, day, time, assignee and status stand here; a trigger keeps its texts apart.

    `due_on` is the office's day; `due_at` the instant where a time was given (a trigger keeps
    both together). For a daily task `due_on` is the first day it is shown and `deadline_on` the
    last it may be done on. `state_version` is the `row_version` at which status or result changed last.
    """

    __tablename__ = "activity"

    section: Mapped[str]
    kind_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity_kind.id"))
    counterparty_id: Mapped[UUID | None] = mapped_column(ForeignKey("counterparty.id"))
    contact_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact_person.id"))
    phone: Mapped[str | None]
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("employee.id"))
    department_id: Mapped[UUID | None] = mapped_column(ForeignKey("department.id"))
    author_id: Mapped[UUID] = mapped_column(
        ForeignKey("employee.id"), server_default=text("current_employee_id()")
    )
    planned_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    due_on: Mapped[date]
    due_at: Mapped[datetime | None]
    deadline_on: Mapped[date | None]
    topic: Mapped[str] = mapped_column(server_default=text("''"))
    description: Mapped[str] = mapped_column(server_default=text("''"))
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=text("2"))
    highlight: Mapped[int | None] = mapped_column(SmallInteger)
    status: Mapped[str] = mapped_column(server_default=text("'planned'"))
    result_kind_id: Mapped[UUID | None] = mapped_column(ForeignKey("result_kind.id"))
    result_text: Mapped[str] = mapped_column(server_default=text("''"))
    finished_at: Mapped[datetime | None]
    finished_by: Mapped[UUID | None] = mapped_column(ForeignKey("employee.id"))
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan.id"))
    step: Mapped[int | None] = mapped_column(SmallInteger)
    state_version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    is_private: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("section IN ('call', 'event', 'daily')", name="section_known"),
        CheckConstraint("section = 'daily' OR kind_id IS NOT NULL", name="kind_given"),
        CheckConstraint("assignee_id IS NOT NULL OR department_id IS NOT NULL", name="assignee_given"),
        CheckConstraint("status IN ('planned', 'done', 'cancelled')", name="status_known"),
        CheckConstraint("(status = 'done') = (finished_at IS NOT NULL)", name="finished_when_done"),
        CheckConstraint("priority BETWEEN 1 AND 3", name="priority_range"),
        CheckConstraint("highlight BETWEEN 1 AND 6", name="highlight_range"),
        CheckConstraint("deadline_on >= due_on", name="deadline_order"),
        CheckConstraint(
            "is_private OR btrim(topic) <> '' OR (section <> 'daily' AND counterparty_id IS NOT NULL)",
            name="topic_filled",
        ),
        CheckConstraint(
            "NOT is_private OR (topic = '' AND description = '' AND result_text = '' AND priority = 2 "
            "AND num_nonnulls(result_kind_id, counterparty_id, contact_person_id, phone, follows_id, plan_id, step) = 0)",
            name="private_hidden",
        ),
        CheckConstraint("NOT is_private OR assignee_id IS NOT NULL", name="private_assigned"),
        max_length("topic", 200),
        max_length("description", 5000),
        max_length("phone", 100),
        max_length("result_text", 5000),
        sane_date("due_on"),
        sane_date("deadline_on"),
        CheckConstraint(
            "finished_at BETWEEN TIMESTAMPTZ '1900-01-01 00:00+00' AND TIMESTAMPTZ '2200-12-31 00:00+00'",
            name="finished_at_range",
        ),
        Index("ix_activity_day", "assignee_id", "due_on", "due_at"),
        Index(
            "ix_activity_department_day",
            "department_id",
            "due_on",
            postgresql_where=text("assignee_id IS NULL AND status = 'planned'"),
        ),
        Index(
            "ix_activity_open",
            "assignee_id",
            "due_on",
            postgresql_where=text("status = 'planned' AND section <> 'daily'"),
        ),
        Index(
            "ix_activity_daily",
            "assignee_id",
            "due_on",
            postgresql_where=text("status = 'planned' AND section = 'daily'"),
        ),
        Index(
            "ix_activity_finished",
            "assignee_id",
            "finished_at",
            postgresql_where=text("status = 'done'"),
        ),
        Index("ix_activity_counterparty", "counterparty_id", "due_on"),
        Index(
            "ix_activity_counterparty_finished",
            "counterparty_id",
            "finished_at",
            postgresql_where=text("status = 'done'"),
        ),
        Index(
            "ix_activity_counterparty_open",
            "counterparty_id",
            "due_on",
            postgresql_include=["section", "deadline_on"],
            postgresql_where=text("status = 'planned'"),
        ),
        Index(
            "ix_activity_result_text",
            literal_column("folded(result_text)").label("folded"),
            postgresql_using="gin",
            postgresql_ops={"folded": "gin_trgm_ops"},
            postgresql_where=text("result_text <> ''"),
        ),
        Index(
            "ix_activity_deadline",
            "assignee_id",
            "deadline_on",
            postgresql_where=text("status = 'planned' AND deadline_on IS NOT NULL"),
        ),
        Index(
            "ix_activity_person_open",
            "contact_person_id",
            "due_on",
            postgresql_where=text("status = 'planned' AND contact_person_id IS NOT NULL"),
        ),
        Index("ix_activity_follows", "follows_id", postgresql_where=text("follows_id IS NOT NULL")),
        Index("ix_activity_plan", "plan_id", postgresql_where=text("plan_id IS NOT NULL")),
        Index("ix_activity_private_assignee", "assignee_id", postgresql_where=text("is_private")),
        Index("ix_activity_private_author", "author_id", postgresql_where=text("is_private")),
    )


class ActivityPrivate(Base):
    """What a private activity is about: its assignee, its author and the director's referent alone read it."""

    __tablename__ = "activity_private"

    # A trigger hides the texts before their activity is stored.
    activity_id: Mapped[UUID] = mapped_column(
        ForeignKey("activity.id", deferrable=True, initially="DEFERRED"), primary_key=True
    )
    topic: Mapped[str] = mapped_column(server_default=text("''"))
    description: Mapped[str] = mapped_column(server_default=text("''"))
    result_text: Mapped[str] = mapped_column(server_default=text("''"))
    result_kind_id: Mapped[UUID | None] = mapped_column(ForeignKey("result_kind.id"))
    counterparty_id: Mapped[UUID | None] = mapped_column(ForeignKey("counterparty.id"))
    contact_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact_person.id"))
    phone: Mapped[str | None]
    priority: Mapped[int] = mapped_column(SmallInteger, server_default=text("2"))
    follows_id: Mapped[UUID | None] = mapped_column(ForeignKey("activity.id"))
    plan_id: Mapped[UUID | None] = mapped_column(ForeignKey("plan.id"))
    step: Mapped[int | None] = mapped_column(SmallInteger)

    __table_args__ = (
        max_length("topic", 200),
        max_length("description", 5000),
        max_length("result_text", 5000),
        max_length("phone", 100),
        CheckConstraint("priority BETWEEN 1 AND 3", name="priority_range"),
        Index(None, "counterparty_id", postgresql_where=text("counterparty_id IS NOT NULL")),
        Index(None, "follows_id", postgresql_where=text("follows_id IS NOT NULL")),
    )


class Attempt(Identified, Base):
    """One press of a counter; taken back it is withdrawn, never deleted."""

    __tablename__ = "attempt"

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"))
    outcome: Mapped[str]
    attempted_at: Mapped[datetime] = mapped_column(server_default=text("now()"))
    attempted_by: Mapped[UUID] = mapped_column(
        ForeignKey("employee.id"), server_default=text("current_employee_id()")
    )
    withdrawn_at: Mapped[datetime | None]
    withdrawn_by: Mapped[UUID | None] = mapped_column(ForeignKey("employee.id"))

    __table_args__ = (
        CheckConstraint("outcome IN ('no_answer', 'not_reached', 'talked')", name="outcome_known"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by IS NULL)", name="withdrawn_by_whom"),
        Index("ix_attempt_activity", "activity_id", "attempted_at"),
    )


class DailyShowing(Base):
    """A day on which a daily task stood unfinished in the day of somebody responsible for it."""

    __tablename__ = "daily_showing"

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), primary_key=True)
    employee_id: Mapped[UUID] = mapped_column(
        ForeignKey("employee.id"), primary_key=True, server_default=text("current_employee_id()")
    )
    shown_on: Mapped[date] = mapped_column(primary_key=True)

    __table_args__ = (sane_date("shown_on"),)
