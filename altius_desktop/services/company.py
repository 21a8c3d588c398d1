"""Our own company: its requisites, how far ahead people are reminded, and the director's referent."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.inn import compact_number, is_valid_inn, is_valid_kpp
from altius_desktop.domain.texts import check_length, clean_line
from altius_desktop.i18n import _
from altius_desktop.models import Company, Employee
from altius_desktop.services.acts import Acted, Inverse, RestoreRow, begin_act
from altius_desktop.services.covers import (
    AbsenceRow,
    CoverRow,
    RouteRow,
    list_absences,
    list_covers,
    list_routes,
)
from altius_desktop.services.directory_values import changed_fields
from altius_desktop.services.employees import StaffRow, list_staff
from altius_desktop.services.identity import get_today

TEXT_LIMITS = {
    "name": 200,
    "business": 200,
    "inn": 20,
    "kpp": 20,
    "ogrn": 30,
    "address": 500,
    "phone": 100,
    "email": 200,
    "time_zone": 60,
}
REMIND_DAYS, REMIND_MINUTES = (0, 365), (0, 1440)
_OGRN = re.compile(r"[0-9]{13}|[0-9]{15}")


@dataclass(frozen=True)
class CompanyFields:
    """What the forms of the company edit; "" where nothing is known."""

    name: str
    business: str
    inn: str
    kpp: str
    ogrn: str
    address: str
    phone: str
    email: str
    time_zone: str
    remind_days: int | None
    remind_minutes: int | None


@dataclass(frozen=True)
class CompanyRow:
    """The company as it is now; `changed_at` is the office's time, `referent_of_id` the director of the referent."""

    fields: CompanyFields
    referent_id: UUID | None
    referent_name: str
    referent_of_id: UUID | None
    row_version: int
    changed_at: datetime
    changed_by_name: str


@dataclass(frozen=True)
class CompanyCard:
    """What the company's page shows, as of the office's `today`; absences and routes that are over are left out."""

    company: CompanyRow
    staff: tuple[StaffRow, ...]
    absences: tuple[AbsenceRow, ...]
    routes: tuple[RouteRow, ...]
    covers: tuple[CoverRow, ...]
    today: date


def get_company_card(session: Session) -> CompanyCard:
    """The company with everybody in it, and who stands in for whom today."""
    return CompanyCard(
        company=get_company(session),
        staff=list_staff(session),
        absences=list_absences(session),
        routes=list_routes(session),
        covers=list_covers(session),
        today=get_today(session),
    )


def get_company(session: Session) -> CompanyRow:
    """The one row about ourselves."""
    changer, referent = sa.alias(Employee.__table__), sa.alias(Employee.__table__)
    row = session.execute(
        sa.select(
            *(getattr(Company, name) for name in CompanyFields.__annotations__),
            Company.referent_id,
            sa.func.coalesce(referent.c.full_name, "").label("referent_name"),
            Company.referent_of_id,
            Company.row_version,
            sa.func.timezone(sa.func.office_zone(), Company.changed_at).label("changed_at"),
            sa.func.coalesce(changer.c.full_name, "").label("changed_by_name"),
        )
        .outerjoin(changer, changer.c.id == Company.changed_by)
        .outerjoin(referent, referent.c.id == Company.referent_id)
    ).first()
    if row is None:
        raise UserError(_("The company has no card yet."))
    stored = {name: getattr(row, name) for name in CompanyFields.__annotations__}
    known: dict[str, Any] = {name: "" if value is None else value for name, value in stored.items()}
    return CompanyRow(
        fields=CompanyFields(**known),
        referent_id=row.referent_id,
        referent_name=row.referent_name,
        referent_of_id=row.referent_of_id,
        row_version=row.row_version,
        changed_at=row.changed_at,
        changed_by_name=row.changed_by_name,
    )


def update_company(
    session: Session,
    *,
    act_id: UUID,
    seen: CompanyFields,
    mine: CompanyFields,
    decided: Mapping[str, Any] | None = None,
) -> Acted:
    """Save what a form changed against what it was opened with; FieldError for what cannot be.

    Conflict names the fields that a colleague made something else of; `decided` holds, for fields that the
    user was asked about, the colleague's value that he saw when he chose.
    """
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    session.execute(sa.select(Company.id).with_for_update())
    theirs = get_company(session)
    changed = changed_fields(
        theirs, present=asdict(theirs.fields), seen=asdict(seen), mine=asdict(mine), decided=decided
    )
    values = {name: _checked(session, name, value) for name, value in changed.items()}
    if not values:
        return Acted(frozenset(), None)
    columns = sa.select(*(getattr(Company, name) for name in values))
    before = dict(session.execute(columns).mappings().one())
    session.execute(sa.update(Company).values(**values).execution_options(synchronize_session=False))
    step = RestoreRow("company", (("id", 1),), None, tuple(before.items()), tuple(values.items()))
    return Acted(frozenset(), Inverse((step,), _("change of the company's card")))


def set_referent(session: Session, *, act_id: UUID, employee_id: UUID | None) -> Acted:
    """Name who keeps the logged-in director's private activities, or nobody; only a director may."""
    if begin_act(session, act_id):
        session.execute(sa.text("SELECT set_referent(:employee_id)"), {"employee_id": employee_id})
    return Acted(frozenset(), None)


def _checked(session: Session, name: str, value: Any) -> Any:
    """The value as its column takes it; FieldError for what does not fit."""
    if name in ("remind_days", "remind_minutes"):
        return _checked_number(name, value)
    text = check_length(name, clean_line(value), TEXT_LIMITS[name])
    if name == "name" and not text:
        raise FieldError("name", _("Enter the name."))
    if name == "time_zone":
        known = sa.text("SELECT EXISTS (SELECT FROM pg_timezone_names WHERE name = :zone)")
        if not session.scalar(known, {"zone": text}):
            raise FieldError("time_zone", _("The server does not know this time zone."))
        return text
    if name == "business":
        return text
    if name in ("inn", "kpp", "ogrn"):
        text = compact_number(text).upper()
        if problem := requisite_problem(name, text):
            raise FieldError(name, problem)
    return text or None


def requisite_problem(name: str, text: str) -> str:
    """What is wrong with an ИНН, КПП or ОГРН; "" if nothing is, or there is none."""
    number = compact_number(text).upper()
    if not number:
        return ""
    if name == "inn" and not is_valid_inn(number):
        return _("The check digits of the INN are wrong")
    if name == "kpp" and not is_valid_kpp(number):
        return _("A KPP has nine characters, such as 770401001")
    if name == "ogrn" and not _OGRN.fullmatch(number):
        return _("An OGRN has 13 digits, that of an entrepreneur 15")
    return ""


def _checked_number(name: str, value: int | None) -> int:
    lowest, highest = REMIND_DAYS if name == "remind_days" else REMIND_MINUTES
    if value is None or not lowest <= value <= highest:
        raise FieldError(
            name, _("Enter a number from {lowest} to {highest}.").format(lowest=lowest, highest=highest)
        )
    return value
