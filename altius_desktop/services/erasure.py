"""Erasing what is known of a contact person (152-ФЗ): for good, by the director, with a note that it was done."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.search_text import query_words, search_text
from altius_desktop.domain.texts import check_length, clean_line
from altius_desktop.i18n import N_, _
from altius_desktop.models import ContactPerson, Counterparty, Employee, Erasure
from altius_desktop.services.acts import Acted, begin_act

ERASED = "—"
"""What stands in place of a name or number that was erased."""

KIND_NAMES = {
    "name": N_("full name"),
    "position": N_("position"),
    "birthday": N_("birthday"),
    "note": N_("note"),
    "contact_points": N_("phones and e-mails"),
    "important_dates": N_("important dates"),
    "activity_phones": N_("phones in contacts"),
    "texts": N_("mentions in texts"),
}
REASON_LIMIT = 500


@dataclass(frozen=True)
class ErasureRow:
    """One erasure; `kinds` are in the user's words, `erased_at` is the office's time."""

    id: int
    erased_at: datetime
    erased_by_name: str
    counterparty_id: UUID
    counterparty_name: str
    kinds: tuple[str, ...]
    reason: str


def erase_person(session: Session, *, act_id: UUID, person_id: UUID, reason: str) -> Acted:
    """Erase a contact person's data everywhere, the history of changes included. There is no way back.

    A number that the firm or a colleague of his has as well stays theirs; in texts his full name, numbers and
    addresses give way to a dash. FieldError for a reason that is missing or names the person.
    """
    person = session.execute(
        sa.select(ContactPerson.counterparty_id, ContactPerson.full_name).where(ContactPerson.id == person_id)
    ).first()
    if person is None:
        raise UserError(_("This contact person is no longer there."))
    touched = frozenset({person.counterparty_id})
    reason = check_length("reason", clean_line(reason), REASON_LIMIT)
    if not reason:
        raise FieldError("reason", _("Enter why the data is erased."))
    told = set(query_words(search_text(reason)))
    if told.intersection(word for word in query_words(search_text(person.full_name)) if len(word) > 2):
        raise FieldError(
            "reason",
            _("The reason must not name the person: it is kept."),
            _("Name the letter or its number."),
        )
    if begin_act(session, act_id):
        session.execute(
            sa.select(sa.func.erase_person(sa.cast(person_id, sa.Uuid), sa.cast(reason, sa.Text)))
        )
    return Acted(frozenset(), None, touched)


def list_erasures(session: Session, *, limit: int = 500) -> tuple[ErasureRow, ...]:
    """What was erased, the newest first; the director's to read."""
    rows = session.execute(
        sa.select(
            Erasure.id,
            sa.func.timezone(sa.func.office_zone(), Erasure.at),
            sa.func.coalesce(Employee.full_name, Erasure.login),
            Erasure.counterparty_id,
            Counterparty.name,
            Erasure.kinds,
            Erasure.reason,
        )
        .join(Counterparty, Counterparty.id == Erasure.counterparty_id)
        .outerjoin(Employee, Employee.login == Erasure.login)
        .order_by(Erasure.id.desc())
        .limit(limit)
    )
    return tuple(
        ErasureRow(
            id=row[0],
            erased_at=row[1],
            erased_by_name=row[2],
            counterparty_id=row[3],
            counterparty_name=row[4],
            kinds=tuple(_(KIND_NAMES[kind]) for kind in row[5]),
            reason=row[6],
        )
        for row in rows
    )
