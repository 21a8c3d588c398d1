"""Our own company: requisites, departments, employees, and what the row colours mean here."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from altius_desktop.models.base import Base, Identified, Versioned, filled, max_length, sane_date


class Company(Versioned, Base):
    """The one row about ourselves; `time_zone` is the office's and decides what "today" means."""

    __tablename__ = "company"

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str]
    business: Mapped[str] = mapped_column(server_default=text("''"))
    inn: Mapped[str | None]
    kpp: Mapped[str | None]
    ogrn: Mapped[str | None]
    address: Mapped[str | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    time_zone: Mapped[str] = mapped_column(server_default=text("'Europe/Moscow'"))
    is_demo: Mapped[bool] = mapped_column(server_default=text("false"))
    remind_days: Mapped[int] = mapped_column(SmallInteger, server_default=text("3"))
    remind_minutes: Mapped[int] = mapped_column(SmallInteger, server_default=text("15"))
    # Who keeps the private activities of which director; set_referent alone writes them.
    referent_id: Mapped[UUID | None] = mapped_column(ForeignKey("employee.id", use_alter=True))
    referent_of_id: Mapped[UUID | None] = mapped_column(ForeignKey("employee.id", use_alter=True))

    __table_args__ = (
        CheckConstraint("id = 1", name="single_row"),
        # A zone that the server does not know would stop every workplace; the cast raises for it.
        CheckConstraint(
            "time_zone ~ '^[A-Za-z_]+(/[A-Za-z0-9_+-]+)*$' "
            "AND (TIMESTAMPTZ '2000-01-01 00:00+00' AT TIME ZONE time_zone) IS NOT NULL",
            name="time_zone_known",
        ),
        max_length("name", 200),
        filled("name"),
        CheckConstraint("remind_days BETWEEN 0 AND 365", name="remind_days_range"),
        CheckConstraint("remind_minutes BETWEEN 0 AND 1440", name="remind_minutes_range"),
    )


class Department(Identified, Versioned, Base):
    __tablename__ = "department"

    name: Mapped[str]
    archived: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        max_length("name", 100),
        filled("name"),
        Index("uq_department_name", text("lower(name)"), unique=True),
    )


class Employee(Identified, Versioned, Base):
    """Somebody of ours. `login` is what he types; his database role is `<prefix>_<login>`."""

    __tablename__ = "employee"

    full_name: Mapped[str]
    position: Mapped[str] = mapped_column(server_default=text("''"))
    department_id: Mapped[UUID] = mapped_column(ForeignKey("department.id"))
    birthday: Mapped[date | None]
    phone: Mapped[str | None]
    email: Mapped[str | None]
    login: Mapped[str | None]
    has_workplace: Mapped[bool] = mapped_column(server_default=text("true"))
    active: Mapped[bool] = mapped_column(server_default=text("true"))
    daily_norm: Mapped[int] = mapped_column(SmallInteger, server_default=text("12"))

    __table_args__ = (
        max_length("full_name", 200),
        filled("full_name"),
        max_length("position", 200),
        max_length("phone", 100),
        max_length("email", 200),
        sane_date("birthday"),
        CheckConstraint("daily_norm BETWEEN 0 AND 1000", name="daily_norm_range"),
        CheckConstraint("login ~ '^[a-z][a-z0-9.-]{0,30}$'", name="login_form"),
        Index("uq_employee_login", "login", unique=True),
        Index(None, "department_id"),
    )


class Absence(Identified, Versioned, Base):
    """Days on which an employee is away, and who stands in for him."""

    __tablename__ = "absence"

    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employee.id"))
    valid_from: Mapped[date]
    valid_to: Mapped[date]
    substitute_id: Mapped[UUID | None] = mapped_column(ForeignKey("employee.id"))
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        sane_date("valid_from"),
        sane_date("valid_to"),
        CheckConstraint("valid_to >= valid_from", name="valid_order"),
        CheckConstraint("substitute_id <> employee_id", name="another"),
        max_length("reason", 200),
        Index(None, "employee_id"),
    )


class ReminderRoute(Identified, Versioned, Base):
    """Who gets an employee's reminders and notices and works his day, from and to a day or always."""

    __tablename__ = "reminder_route"

    employee_id: Mapped[UUID] = mapped_column(ForeignKey("employee.id"))
    receiver_id: Mapped[UUID] = mapped_column(ForeignKey("employee.id"))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    reason: Mapped[str] = mapped_column(server_default=text("''"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        sane_date("valid_from"),
        sane_date("valid_to"),
        CheckConstraint("valid_to >= valid_from", name="valid_order"),
        CheckConstraint("receiver_id <> employee_id", name="another"),
        max_length("reason", 200),
        Index(None, "employee_id"),
    )


class Legend(Versioned, Base):
    """What the office means by each of the six row colours; the colour itself belongs to the theme."""

    __tablename__ = "legend"

    highlight: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False)
    name: Mapped[str]

    __table_args__ = (
        CheckConstraint("highlight BETWEEN 1 AND 6", name="highlight_range"),
        max_length("name", 60),
        filled("name"),
    )
