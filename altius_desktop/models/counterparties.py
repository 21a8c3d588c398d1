"""Whom the company works with: firms and persons, how to reach them, what they wish and what was agreed."""

from datetime import date
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, SmallInteger, literal_column
from sqlalchemy import text as sql
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
    delivery_days: Mapped[int | None] = mapped_column(SmallInteger)
    highlight: Mapped[int | None] = mapped_column(SmallInteger)
    note: Mapped[str | None]
    search_text: Mapped[str]
    sort_key: Mapped[str]
    archived: Mapped[bool] = mapped_column(server_default=sql("false"))

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
        CheckConstraint("delivery_days BETWEEN 0 AND 1000", name="delivery_days_range"),
        Index(
            "ix_counterparty_search_text",
            "search_text",
            postgresql_using="gin",
            postgresql_ops={"search_text": "gin_trgm_ops"},
        ),
        Index("ix_counterparty_sort_key", "sort_key", "id"),
        Index("ix_counterparty_inn", "inn", "id"),
        Index("ix_counterparty_applied_on", "applied_on", "id"),
        *(
            Index(f"ix_counterparty_{column}", column, "sort_key", "id")
            for column in (
                "business_line_id",
                "region_id",
                "group_id",
                "category_id",
                "ad_source_id",
                "responsible_id",
            )
        ),
        Index(
            "ix_counterparty_highlight",
            "highlight",
            "sort_key",
            "id",
            postgresql_where=sql("highlight IS NOT NULL"),
        ),
    )


class CounterpartyRole(Base):
    """What the counterparty is to us; a role given up is archived."""

    __tablename__ = "counterparty_role"

    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    archived: Mapped[bool] = mapped_column(server_default=sql("false"))

    __table_args__ = (
        CheckConstraint(f"role IN ({', '.join(repr(role) for role in ROLES)})", name="role_known"),
        Index("ix_counterparty_role_role", "role", "counterparty_id"),
    )


class CounterpartySearch(Base):
    """What a search looks into, kept by triggers alone: the firm, its persons, phones and e-mails in one text.

    Each word stands after a space, an e-mail after « ~», an extension after its phone's digits and #.
    `words` holds what an index can carry; where the text is longer, `more` holds all of it.
    """

    __tablename__ = "counterparty_search"

    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"), primary_key=True)
    sort_key: Mapped[str]
    archived: Mapped[bool]
    words: Mapped[str]
    more: Mapped[str | None]

    __table_args__ = (
        Index(
            "ix_counterparty_search_order",
            "sort_key",
            "counterparty_id",
            postgresql_include=["words"],
            postgresql_where=sql("NOT archived"),
        ),
        Index(
            "ix_counterparty_search_words",
            "words",
            postgresql_using="gin",
            postgresql_ops={"words": "gin_trgm_ops"},
        ),
        Index(
            "ix_counterparty_search_more",
            "more",
            postgresql_using="gin",
            postgresql_ops={"more": "gin_trgm_ops"},
            postgresql_where=sql("more IS NOT NULL"),
        ),
    )


class ContactPerson(Identified, Versioned, Base):
    __tablename__ = "contact_person"

    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"))
    full_name: Mapped[str]
    position: Mapped[str | None]
    birthday: Mapped[date | None]
    is_main: Mapped[bool] = mapped_column(server_default=sql("false"))
    note: Mapped[str | None]
    archived: Mapped[bool] = mapped_column(server_default=sql("false"))

    __table_args__ = (
        max_length("full_name", 200),
        filled("full_name"),
        max_length("position", 200),
        max_length("note", 5000),
        sane_date("birthday"),
        Index(None, "counterparty_id"),
        Index(
            "ix_contact_person_full_name",
            literal_column("folded(full_name)").label("folded"),
            postgresql_using="gin",
            postgresql_ops={"folded": "gin_trgm_ops"},
        ),
        Index(
            "ix_contact_person_birthday",
            sql("month_day(birthday)"),
            postgresql_where=sql("birthday IS NOT NULL AND NOT archived"),
        ),
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
    is_main: Mapped[bool] = mapped_column(server_default=sql("false"))
    archived: Mapped[bool] = mapped_column(server_default=sql("false"))

    __table_args__ = (
        CheckConstraint("kind IN ('phone', 'fax', 'email')", name="kind_known"),
        max_length("value", 300),
        filled("value"),
        max_length("extension", 20),
        Index(None, "counterparty_id"),
        Index(None, "contact_person_id", postgresql_where=sql("contact_person_id IS NOT NULL")),
        Index(
            "ix_contact_point_digits",
            "digits",
            postgresql_using="gin",
            postgresql_ops={"digits": "gin_trgm_ops"},
            postgresql_where=sql("digits IS NOT NULL"),
        ),
    )


class ImportantDate(Identified, Versioned, Base):
    """A day of the firm or of one of its persons that is worth a congratulation or a call."""

    __tablename__ = "important_date"

    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"))
    contact_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("contact_person.id"))
    title: Mapped[str]
    falls_on: Mapped[date]
    yearly: Mapped[bool] = mapped_column(server_default=sql("true"))
    remind_days: Mapped[int | None] = mapped_column(SmallInteger)
    archived: Mapped[bool] = mapped_column(server_default=sql("false"))

    __table_args__ = (
        max_length("title", 200),
        filled("title"),
        sane_date("falls_on"),
        CheckConstraint("remind_days BETWEEN 0 AND 365", name="remind_days_range"),
        Index(None, "counterparty_id"),
        Index(
            "ix_important_date_yearly",
            sql("month_day(falls_on)"),
            postgresql_where=sql("yearly AND NOT archived"),
        ),
        Index("ix_important_date_once", "falls_on", postgresql_where=sql("NOT yearly AND NOT archived")),
        Index(
            "ix_important_date_remind_days",
            "remind_days",
            postgresql_where=sql("remind_days IS NOT NULL AND NOT archived"),
        ),
    )


class Feedback(Identified, Versioned, Base):
    """A wish or complaint: who wrote it down when, what was answered, and whether the matter is closed."""

    __tablename__ = "feedback"

    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"))
    kind: Mapped[str]
    author_id: Mapped[UUID] = mapped_column(
        ForeignKey("employee.id"), server_default=sql("current_employee_id()")
    )
    said_on: Mapped[date] = mapped_column(server_default=sql("office_today()"))
    text: Mapped[str]
    answer: Mapped[str] = mapped_column(server_default=sql("''"))
    closed_on: Mapped[date | None]
    archived: Mapped[bool] = mapped_column(server_default=sql("false"))

    __table_args__ = (
        CheckConstraint("kind IN ('wish', 'complaint')", name="kind_known"),
        max_length("text", 5000),
        filled("text"),
        max_length("answer", 5000),
        sane_date("said_on"),
        sane_date("closed_on"),
        CheckConstraint("closed_on >= said_on", name="closed_order"),
        Index(None, "counterparty_id"),
    )


class AgreedTerm(Identified, Versioned, Base):
    """Terms or a discount agreed with the counterparty; without an end they hold until taken back."""

    __tablename__ = "agreed_term"

    counterparty_id: Mapped[UUID] = mapped_column(ForeignKey("counterparty.id"))
    text: Mapped[str]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    archived: Mapped[bool] = mapped_column(server_default=sql("false"))

    __table_args__ = (
        max_length("text", 2000),
        filled("text"),
        sane_date("valid_from"),
        sane_date("valid_to"),
        CheckConstraint("valid_to >= valid_from", name="valid_order"),
        Index(None, "counterparty_id"),
    )
