"""Directories: the lists of values that other tables choose from. Used values are archived, never deleted."""

from datetime import date
from decimal import Decimal
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, Numeric, SmallInteger, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from altius_desktop.models.base import Base, Identified, Versioned, filled, max_length, sane_date


class Directory(Identified, Versioned):
    """A named value with its place in the list."""

    name: Mapped[str]
    position: Mapped[int] = mapped_column(SmallInteger, server_default=text("0"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))

    checks: tuple[SchemaItem, ...] = ()

    @declared_attr.directive
    def __table_args__(cls) -> tuple[SchemaItem, ...]:
        unique = Index(f"uq_{cls.__tablename__}_name", text("lower(name)"), unique=True)  # type: ignore[attr-defined]  # each subclass names its table
        return (max_length("name", 200), filled("name"), unique, *cls.checks)


class BusinessLine(Directory, Base):
    __tablename__ = "business_line"


class Region(Directory, Base):
    __tablename__ = "region"


class CounterpartyGroup(Directory, Base):
    __tablename__ = "counterparty_group"


class Category(Directory, Base):
    __tablename__ = "category"


class AdSource(Directory, Base):
    __tablename__ = "ad_source"


class ActivityKind(Directory, Base):
    """Call, meeting, e-mail …; `section` says which table of the document shows it."""

    __tablename__ = "activity_kind"
    checks = (CheckConstraint("section IN ('call', 'event')", name="section_known"),)

    section: Mapped[str]
    icon: Mapped[str]


class ResultKind(Directory, Base):
    """What a contact brought; `postpones` asks for a new date and makes the follow-up."""

    __tablename__ = "result_kind"

    icon: Mapped[str]
    successful: Mapped[bool] = mapped_column(server_default=text("false"))
    interested: Mapped[bool] = mapped_column(server_default=text("false"))
    postpones: Mapped[bool] = mapped_column(server_default=text("false"))


class AdExpense(Identified, Versioned, Base):
    """What an ad source cost in a period, in roubles."""

    __tablename__ = "ad_expense"

    ad_source_id: Mapped[UUID] = mapped_column(ForeignKey("ad_source.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    amount: Mapped[Decimal] = mapped_column(Numeric(14, 2))
    note: Mapped[str] = mapped_column(server_default=text("''"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        sane_date("starts_on"),
        sane_date("ends_on"),
        CheckConstraint("ends_on >= starts_on", name="period_order"),
        CheckConstraint("amount BETWEEN 0 AND 999999999999.99", name="amount_range"),
        max_length("note", 500),
        Index(None, "ad_source_id", "starts_on"),
    )
