"""Old results by what was written: the newest first, whatever the words, without reading all that hold them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from altius_desktop.domain.search_queries import TRIGRAM
from altius_desktop.models import Activity, ActivityPrivate, Company, Counterparty, Employee

# Texts of results: words that one in so many of the newest texts holds are sought among up to so many of the newest,
# others by trigrams, of which up to so many are sorted.
_COMMON, _NEWEST, _SORTED = 200, 3_000, 1_000
_OF_PRIVATE = 300
_NEWEST_OF_EACH, _TRIED_OF_EACH, _TRIED_EMPLOYEES = 60, 5, 40

Words = Sequence[str]


@dataclass(frozen=True)
class ResultText:
    """What came of a contact, with whom ("" for nobody) and on which day of the office."""

    activity_id: UUID
    counterparty_id: UUID | None
    text: str
    counterparty_name: str
    finished_on: date


def find_result_texts(session: Session, words: Words, *, limit: int) -> list[ResultText]:
    """Texts that hold all words, the newest first; of words that very many hold some older ones may be missed."""
    if not any(len(word) > TRIGRAM for word in words):
        return []
    newest: list[UUID] = []
    read, having = _tried_on_newest(session, words)
    if having * _COMMON >= max(1, read):
        # So many hold them that the newest texts of all are soon read through; trigrams find in no order.
        enough = min(_NEWEST, 3 * limit * read // having)
        newest = list(session.scalars(_ids_of_newest(session, words, limit, enough)))
    found = newest
    if len(newest) < limit:
        some = sa.select(Activity.id).where(_is_result(Activity), *_holds(Activity.result_text, words))
        found = [*newest, *session.scalars(some.limit(_SORTED))]
    found = [*found, *session.scalars(_private_results(words))]
    zone = sa.select(sa.func.office_zone()).scalar_subquery()
    firm_id = sa.func.coalesce(ActivityPrivate.counterparty_id, Activity.counterparty_id)
    rows = session.execute(
        sa.select(
            Activity.id,
            firm_id,
            sa.func.coalesce(ActivityPrivate.result_text, Activity.result_text),
            sa.func.coalesce(Counterparty.name, ""),
            sa.cast(sa.func.timezone(zone, Activity.finished_at), sa.Date),
        )
        .outerjoin(ActivityPrivate, sa.and_(Activity.is_private, ActivityPrivate.activity_id == Activity.id))
        .outerjoin(Counterparty, Counterparty.id == firm_id)
        .where(Activity.id == sa.any_(sa.bindparam("ids", found, type_=ARRAY(sa.Uuid))))
        .order_by(Activity.finished_at.desc(), Activity.id)
        .limit(limit)
    )
    return [ResultText(*row) for row in rows]


def _private_results(words: Words) -> sa.Select[UUID]:
    """Private ones, one's own and of the director's where one is his referent: no index holds private texts."""
    me = sa.select(sa.func.current_employee_id()).scalar_subquery()
    director = sa.select(Company.referent_of_id).where(Company.referent_id == me).scalar_subquery()
    return (
        sa.select(Activity.id)
        .join(ActivityPrivate, ActivityPrivate.activity_id == Activity.id)
        .where(
            Activity.is_private,
            sa.or_(Activity.assignee_id == me, Activity.author_id == me, Activity.assignee_id == director),
            Activity.status == "done",
            *_holds(ActivityPrivate.result_text, words),
        )
        .order_by(Activity.finished_at.desc())
        .limit(_OF_PRIVATE)
    )


def _latest_of_each(number: int, *columns: Any, employees: int | None = None) -> sa.Select[Any]:
    """The newest finished activities of each employee: no index holds those of all in order of time."""
    who = sa.select(Employee.id).limit(employees).subquery("who")
    each = (
        sa.select(*columns)
        .where(Activity.assignee_id == who.c.id, Activity.status == "done")
        .order_by(Activity.finished_at.desc())
        .limit(number)
        .lateral("each")
    )
    return sa.select(*each.c).select_from(who).join(each, sa.true())


def _tried_on_newest(session: Session, words: Words) -> tuple[int, int]:
    """How many of some of the newest texts there are, and how many of them hold the words."""
    tried = _latest_of_each(_TRIED_OF_EACH, Activity.result_text, employees=_TRIED_EMPLOYEES).subquery(
        "tried"
    )
    having = sa.func.count().filter(*_holds(tried.c.result_text, words))
    read, held = session.execute(sa.select(sa.func.count(), having)).one()
    return read, held


def _ids_of_newest(session: Session, words: Words, limit: int, enough: int) -> sa.Select[UUID]:
    """Those with the words among some `enough` of the newest results."""
    times = _latest_of_each(_NEWEST_OF_EACH, Activity.finished_at).subquery("times")
    newest = (
        sa.select(times.c.finished_at).order_by(times.c.finished_at.desc()).limit(enough).subquery("newest")
    )
    since = session.execute(sa.select(sa.func.min(newest.c.finished_at))).scalar_one()
    everybody = sa.func.array(sa.select(Employee.id).scalar_subquery())
    near = (
        sa.select(Activity.id, Activity.result_text, Activity.finished_at)
        .where(
            _is_result(Activity), Activity.assignee_id == sa.any_(everybody), Activity.finished_at >= since
        )
        .limit(2 * enough)
        .cte("near")
        .prefix_with("MATERIALIZED")
    )
    return (
        sa.select(near.c.id)
        .where(*_holds(near.c.result_text, words))
        .order_by(near.c.finished_at.desc(), near.c.id)
        .limit(limit)
    )


def _is_result(entity: Any) -> sa.ColumnElement[bool]:
    return sa.and_(entity.result_text != "", entity.status == "done")


def _holds(text: Any, words: Words) -> list[sa.ColumnElement[bool]]:
    return [sa.func.folded(text).contains(word, autoescape=True) for word in words]
