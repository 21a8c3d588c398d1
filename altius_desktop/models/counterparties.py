"""Whom the company works with: firms and persons, their contact persons and contact points."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from altius_desktop.models.base import Base, Identified, Versioned, filled, max_length, sane_date

ROLES = ("client", "supplier", "publisher", "agency", "partner")


class Counterparty(Identified, Versioned, Base):
    """`search_text` and `sort_key` come from domain/search_text.py: lower case, ё as е, no legal forms."""

    __tablename__ = "counterparty"

    name: Mapped[str]
    full_name: Mapped[str | None]
    inn: Mapped[str | None]
    kpp: Mapped[str | None]
    address: Mapped[str | None]
    site: Mapped[str | None]
    business_line_id: Mapped[UUID | None] = mapped_column(ForeignKey("business_line.id"))
    region_id: Mapped[UUID | None] = mapped_column(ForeignKey("region.id"))
    group_id: Mapped[UUID | None] = mapped_column(ForeignKey("counterparty_group.id"))
    category_id: Mapped[UUID | None] = mapped_column(ForeignKey("category.id"))
    ad_source_id: Mapped[UUID | None] = mapped_column(ForeignKey("ad_source.id"))
    responsible_id: Mapped[UUID | None] = mapped_column(ForeignKey("employee.id"))
    applied_on: Mapped[date | None]
    highlight: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str | None]
    search_text: Mapped[str]
    sort_key: Mapped[str]
    archived: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        max_length("name", 300),
        filled("name"),
        max_length("full_name", 500),
        max_length("inn", 12),
        max_length("kpp", 9),
        max_length("address", 500),
        max_length("site", 200),
        max_length("note", 20000),
        CheckConstraint("highlight BETWEEN 1 AND 6", name="highlight_range"),
        sane_date("applied_on"),
        Index(
            "ix_counterparty_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        Index("ix_counterparty_sort_key", "sort_key", "id"),
        Index(None, "inn"),
    )


class CounterpartyRole(Base):
    """What the counterparty is to us; a role given up is archived."""

    __tablename__ = "counterparty_role"

    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    archived: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role_known"),
    )


class ContactPerson(Identified, Versioned, Base):
    __tablename__ = "contact_person"

    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"))
    full_name: Mapped[str]
    position: Mapped[str | None]
    birthday: Mapped[date | None]
    is_main: Mapped[bool] = mapped_column(server_default=text("false"))
    note: Mapped[str | None]
    archived: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        max_length("full_name", 200),
        filled("full_name"),
        max_length("position", 200),
        max_length("note", 5000),
        sane_date("birthday"),
        Index(None, "counterparty_id"),
    )


class ContactPoint(Identified, Versioned, Base):
    """A phone, fax or e-mail of a firm, or of one of its persons.

    `value` is kept as typed; `digits` is the national number that a search looks into,
    `e164` is empty where the number was not understood.
    """

    __tablename__ = "contact_point"

    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"))
    contact_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact_person.id"))
    kind: Mapped[str]
    value: Mapped[str]
    e164: Mapped[str | None]
    digits: Mapped[str | None]
    extension: Mapped[str | None]
    is_main: Mapped[bool] = mapped_column(server_default=text("false"))
    archived: Mapped[bool] = mapped_column(server_default=text("false"))

    __table_args__ = (
        CheckConstraint("kind IN ('phone', 'fax', 'email')", name="kind_known"),
        max_length("value", 300),
        filled("value"),
        max_length("extension", 20),
        Index(None, "counterparty_id"),
        Index(None, "contact_person_id", postgresql_where=text("contact_person_id IS NOT NULL")),
        Index(
            "ix_contact_point_digits",
            "digits",
            postgresql_using="gin",
            postgresql_ops={"digits": "gin_trgm_ops"},
            postgresql_where=text("digits IS NOT NULL"),
        ),
    )
