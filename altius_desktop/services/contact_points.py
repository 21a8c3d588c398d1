"""Phones, faxes and e-mails of a firm or person as a form has them: several in a field, one on a line.

What is not understood as a number is kept as it was typed. A line taken out of the field is archived.
"""

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.phones import Phone, parse_phones
from altius_desktop.domain.texts import check_length, clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.models import ContactPoint
from altius_desktop.services.acts import RestoreRow
from altius_desktop.services.counterparties import ContactPointRow

POINT_FIELDS: Mapping[str, str] = {"phones": "phone", "faxes": "fax", "emails": "email"}
"""The fields of a form, each with the kind of contact point that it holds."""

_VALUE_LIMIT = 300
_EXTENSION_LIMIT = 20
_LINES_LIMIT = 100
_BETWEEN_EMAILS = re.compile(r"[\s,;]+")


def cells_of(points: Sequence[ContactPointRow]) -> dict[str, str]:
    """The points as a form's fields show them: each as typed, one on a line."""
    return {
        field: "\n".join(point.value for point in points if point.kind == kind)
        for field, kind in POINT_FIELDS.items()
    }


def points_of_cell(field: str, text: str, known: Mapping[str, Phone] | None = None) -> tuple[Phone, ...]:
    """What a field holds, in order and each once; a line that is a value of `known` stays that point.

    FieldError for what no column takes.
    """
    text = clean_text(text)
    found: dict[tuple[str, str], Phone] = {}
    waiting: list[str] = []
    known = known or {}

    def take(point: Phone) -> None:
        key = (point.e164 or point.digits or point.value.lower(), point.extension or "")
        # Of one number in two forms the one that is there already stays.
        if key not in found or point.value in known:
            found[key] = point

    def read() -> None:
        # Lines that were typed together are read together: a code holds for the next number too.
        for point in _read(field, "\n".join(waiting)):
            take(point)
        waiting.clear()

    for line in filter(None, map(clean_line, text.split("\n"))):
        if line in known:
            read()
            take(known[line])
        else:
            waiting.append(line)
    read()
    if len(found) > _LINES_LIMIT:
        raise FieldError(field, _("At most {limit} lines fit here.").format(limit=_LINES_LIMIT))
    return tuple(found.values())


def _read(field: str, text: str) -> list[Phone]:
    if not text:
        return []
    if field == "emails":
        parts = [Phone(part, None, "", None) for part in _BETWEEN_EMAILS.split(text) if part]
    else:
        parts = list(parse_phones(text))
    for part in parts:
        check_length(field, part.value, _VALUE_LIMIT)
        if part.extension and len(part.extension) > _EXTENSION_LIMIT:
            raise FieldError(field, _("The extension is too long."))
    return [part for part in parts if part.value]


def save_points(
    session: Session,
    *,
    counterparty_id: UUID,
    person_id: UUID | None,
    cells: Mapping[str, str],
) -> list[RestoreRow]:
    """Make the points of these fields what their texts say; the steps back. Nothing is deleted."""
    steps: list[RestoreRow] = []
    for field, text in cells.items():
        kind = POINT_FIELDS[field]
        present = session.execute(
            sa.select(
                ContactPoint.id,
                ContactPoint.value,
                ContactPoint.e164,
                ContactPoint.digits,
                ContactPoint.extension,
            )
            .where(
                ContactPoint.counterparty_id == counterparty_id,
                ContactPoint.contact_person_id.is_not_distinct_from(person_id),
                ContactPoint.kind == kind,
                ~ContactPoint.archived,
            )
            .order_by(ContactPoint.is_main.desc(), ContactPoint.id)
        ).all()
        left = {row.value: row.id for row in reversed(present)}
        known = {row.value: Phone(row.value, row.e164, row.digits or "", row.extension) for row in present}
        wanted = points_of_cell(field, text, known)
        kept = {point.value for point in wanted} & left.keys()
        gone = [row.id for row in present if row.value not in kept or row.id != left[row.value]]
        has_main = bool(kept)
        for point in wanted:
            if point.value in left:
                continue
            point_id = new_id()
            session.execute(
                sa.insert(ContactPoint).values(
                    id=point_id,
                    counterparty_id=counterparty_id,
                    contact_person_id=person_id,
                    kind=kind,
                    value=point.value,
                    e164=point.e164,
                    digits=point.digits or None,
                    extension=point.extension,
                    is_main=not has_main,
                )
            )
            has_main = True
            steps.append(_archiving(counterparty_id, point_id, archived=False))
        if gone:
            session.execute(
                sa.update(ContactPoint)
                .where(ContactPoint.id.in_(gone))
                .values(archived=True)
                .execution_options(synchronize_session=False)
            )
            steps.extend(_archiving(counterparty_id, point_id, archived=True) for point_id in gone)
    return steps


def _archiving(counterparty_id: UUID, point_id: UUID, *, archived: bool) -> RestoreRow:
    """The way back of a point that was made (now not archived) or archived."""
    return RestoreRow(
        "contact_point",
        (("id", point_id),),
        counterparty_id,
        before=(("archived", not archived),),
        after=(("archived", archived),),
    )
