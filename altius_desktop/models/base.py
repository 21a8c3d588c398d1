"""What all tables share: names of constraints, ids, versions, and checks of lengths and dates."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Integer, MetaData, Text, Uuid, text
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar = {
        str: Text,
        UUID: Uuid,
        datetime: DateTime(timezone=True),
        date: Date,
    }


class Identified:
    """A row with an id made by the client (domain/ids.py)."""

    id: Mapped[UUID] = mapped_column(primary_key=True)


class Versioned:
    """A row that people edit: a trigger counts its versions and notes when and by whom it changed."""

    row_version: Mapped[int] = mapped_column(Integer, server_default=text("1"))
    changed_at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    @declared_attr
    def changed_by(cls) -> Mapped[UUID | None]:
        return mapped_column(ForeignKey("employee.id", use_alter=True))


def max_length(column: str, letters: int) -> CheckConstraint:
    """Nobody stores a longer text, whatever program he uses; the name carries the column to the error text."""
    return CheckConstraint(f"char_length({column}) <= {letters}", name=f"{column}_length")


def filled(column: str) -> CheckConstraint:
    return CheckConstraint(f"btrim({column}) <> ''", name=f"{column}_filled")


def sane_date(column: str) -> CheckConstraint:
    """1900 to 2200: a date past 9999 stored by someone breaks every list that fetches it."""
    return CheckConstraint(
        f"{column} BETWEEN DATE '1900-01-01' AND DATE '2200-12-31'", name=f"{column}_range"
    )
