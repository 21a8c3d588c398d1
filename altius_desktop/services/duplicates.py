"""Whether a counterparty is there already: by INN, a phone in any form, an e-mail, the same or a near name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session

from altius_desktop.domain.inn import compact_number
from altius_desktop.domain.phones import parse_phones
from altius_desktop.domain.search_text import search_text, sort_key
from altius_desktop.domain.texts import clean_line
from altius_desktop.models import ContactPoint, Counterparty, CounterpartySearch

NEAR_NAME = 0.5
DUPLICATES_SHOWN = 7

_LEAST_DIGITS = 6
_LEAST_LETTERS = 3
_LOCAL = (7, 6)
_COMPARED = 5

Reason = Literal["inn", "phone", "email", "name", "near_name"]


@dataclass(frozen=True)
class Duplicate:
    """A counterparty that may be the same one; `found` is its phone or e-mail where that is the reason."""

    id: UUID
    name: str
    inn: str
    address: str
    archived: bool
    reason: Reason
    found: str = ""


def find_duplicates(
    session: Session,
    *,
    name: str = "",
    phones: str = "",
    emails: str = "",
    inn: str = "",
    but: UUID | None = None,
) -> tuple[Duplicate, ...]:
    """Whoever may be meant by what is typed, the surest first; `phones` and `emails` are fields of a form.

    Archived ones are among them: to take one out of the archive is better than to enter it twice.
    """
    found: dict[UUID, tuple[Reason, str]] = {}
    for reason, rows in (
        ("inn", _by_inn(session, inn)),
        ("phone", _by_phones(session, phones)),
        ("email", _by_emails(session, emails)),
        ("name", _by_name(session, name)),
        ("near_name", _by_near_name(session, name)),
    ):
        for counterparty_id, value in rows:
            if counterparty_id != but:
                found.setdefault(counterparty_id, (reason, value))  # type: ignore[arg-type]  # the literals above
    if not found:
        return ()
    wanted = list(found)[:DUPLICATES_SHOWN]
    known = {
        row.id: row
        for row in session.execute(
            sa.select(
                Counterparty.id,
                Counterparty.name,
                Counterparty.inn,
                Counterparty.address,
                Counterparty.archived,
            ).where(Counterparty.id.in_(wanted))
        )
    }
    return tuple(
        Duplicate(
            id=counterparty_id,
            name=known[counterparty_id].name,
            inn=known[counterparty_id].inn or "",
            address=known[counterparty_id].address or "",
            archived=known[counterparty_id].archived,
            reason=found[counterparty_id][0],
            found=found[counterparty_id][1],
        )
        for counterparty_id in wanted
        if counterparty_id in known
    )


Rows = Sequence[Any]


def _by_inn(session: Session, inn: str) -> Rows:
    number = compact_number(inn)
    if len(number) < 10:
        return ()
    return session.execute(
        sa.select(Counterparty.id, sa.literal(""))
        .where(Counterparty.inn == number)
        .order_by(Counterparty.archived, Counterparty.id)
        .limit(DUPLICATES_SHOWN)
    ).all()


def _by_phones(session: Session, phones: str) -> Rows:
    typed = (phone.digits for phone in parse_phones(phones) if len(phone.digits) >= _LEAST_DIGITS)
    digits = list(dict.fromkeys(typed))[:_COMPARED]
    if not digits:
        return ()
    same = []
    for number in digits:
        same.append(ContactPoint.digits.contains(number, autoescape=True))
        # The one there may have been entered without its code.
        same.extend(ContactPoint.digits == number[-length:] for length in _LOCAL if length < len(number))
    return _first_of_each(
        session,
        sa.select(ContactPoint.counterparty_id, ContactPoint.value, _rank(ContactPoint.digits, digits)).where(
            sa.or_(*same), ~ContactPoint.archived
        ),
    )


def _by_emails(session: Session, emails: str) -> Rows:
    typed = [part.lower() for part in clean_line(emails.replace(",", " ").replace(";", " ")).split()]
    typed = [part.replace("ё", "е") for part in typed if part.find("@") > 0 and len(part) > _LEAST_DIGITS]
    typed = typed[:_COMPARED]
    if not typed:
        return ()
    # The e-mails themselves have no index; the text that searches look into holds them after a « ~».
    near = sa.select(CounterpartySearch.counterparty_id).where(
        sa.or_(
            *(
                column.contains(f"~{part}", autoescape=True)
                for part in typed
                for column in (CounterpartySearch.words, CounterpartySearch.more)
            )
        )
    )
    begun = (sa.func.folded(ContactPoint.value).startswith(part, autoescape=True) for part in typed)
    return _first_of_each(
        session,
        sa.select(
            ContactPoint.counterparty_id,
            ContactPoint.value,
            _rank(sa.func.folded(ContactPoint.value), typed),
        )
        .join(asked := _apart(near, "near"), asked.c.counterparty_id == ContactPoint.counterparty_id)
        .where(ContactPoint.kind == "email", sa.or_(*begun), ~ContactPoint.archived),
    )


def _rank(column: Any, typed: Sequence[str]) -> Any:
    """0, 1, 2 … for what is the same as the first, second, third typed; the rest only holds one or is held."""
    same = {text: place for place, text in enumerate(typed)}
    return sa.case(same, value=column, else_=len(typed)).label("rank")


def _first_of_each(session: Session, points: Any) -> Rows:
    """The counterparties of these points, the nearest first, each with its value that matches best."""
    found = _apart(points, "points")
    nearest = aggregate_order_by(found.c.value, found.c.rank, found.c.value)
    return session.execute(
        sa.select(found.c.counterparty_id, sa.func.array_agg(nearest)[1])
        .group_by(found.c.counterparty_id)
        .order_by(sa.func.min(found.c.rank), found.c.counterparty_id)
        .limit(DUPLICATES_SHOWN)
    ).all()


def _apart(query: Any, name: str) -> Any:
    # Computed by itself: to get at the first few in order, the planner would walk a whole other index.
    return query.cte(name).prefix_with("MATERIALIZED")


def _by_name(session: Session, name: str) -> Rows:
    key = sort_key(name)
    if not key:
        return ()
    return session.execute(
        sa.select(Counterparty.id, sa.literal(""))
        .where(Counterparty.sort_key == key)
        .order_by(Counterparty.archived, Counterparty.id)
        .limit(DUPLICATES_SHOWN)
    ).all()


def _by_near_name(session: Session, name: str) -> Rows:
    words = search_text(clean_line(name)[:300])
    if len(words) < _LEAST_LETTERS:
        return ()
    session.execute(sa.select(sa.func.set_config("pg_trgm.word_similarity_threshold", str(NEAR_NAME), True)))
    # `sort_key` is the name alone; `search_text` has the full name and the INN too and leads there by its index.
    likeness = sa.func.similarity(Counterparty.sort_key, words)
    return session.execute(
        sa.select(Counterparty.id, sa.literal(""))
        .where(Counterparty.search_text.op("%>")(words), likeness > NEAR_NAME)
        .order_by(likeness.desc(), Counterparty.id)
        .limit(DUPLICATES_SHOWN)
    ).all()
