"""Directories: the lists of values that other tables choose from. Used values are archived, never deleted."""

from sqlalchemy import CheckConstraint, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from sqlalchemy.schema import SchemaItem

from altius_desktop.models.base import Base, Identified, Versioned, filled, max_length


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
