"""Saving the organisations of a file: each once, nothing that people typed overwritten, every line accounted for.

Which line means which counterparty: services/import_matching.py. What a line adds: services/import_entries.py.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.search_text import search_text, sort_key
from altius_desktop.i18n import _
from altius_desktop.models import ContactPerson, ContactPoint, Counterparty, ImportBatch, ImportRow
from altius_desktop.services.acts import begin_act
from altius_desktop.services.import_entries import (
    LOOKUPS,
    TEXTS,
    Entry,
    IncomingCounterparty,
    marks_of_row,
    number_key,
    person_key,
)
from altius_desktop.services.import_matching import CODES, group_lines, match_groups

_ASKED_AT_ONCE = 5000
_SAVED_AT_ONCE = 1000


@dataclass(frozen=True)
class Imported:
    """How many lines made a counterparty, added to one, or brought nothing new."""

    new: int
    updated: int
    duplicates: int


def import_counterparties(
    session: Session,
    rows: Sequence[IncomingCounterparty],
    *,
    batch_id: UUID,
    file_name: str,
    act_id: UUID,
    refused_lines: Iterable[int] = (),
) -> Imported:
    """Save the lines of a file; only empty fields are filled and only new phones, e-mails and persons added.

    What was archived counts as known and comes back through no import. Nobody gets a role. A directory value that
    is not there is made where the employee may do that, and otherwise noted. Two imports at a time are refused:
    each would make what the other makes.
    """
    if not begin_act(session, act_id):
        return _saved_before(session, batch_id)
    if not session.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(sa.func.hashtext("altius import")))):
        raise UserError(_("A colleague is importing a file right now."), _("Try again when that is done."))
    session.execute(
        sa.insert(ImportBatch).values(id=batch_id, kind="counterparties", file_name=file_name[:500] or "—")
    )
    values = _resolve_lookups(session, rows)
    groups = group_lines([marks_of_row(row) for row in rows])
    known = _load_known(session, rows)
    matches = match_groups([group.marks for group in groups], [entry.marks for entry in known])
    outcomes: dict[int, tuple[UUID | None, str]] = dict.fromkeys(refused_lines, (None, "refused"))
    entries = []
    for number, group in enumerate(groups):
        first = rows[group.members[0]]
        entry = known[matches[number]] if number in matches else Entry(new_id(), first.name)
        for place in group.members:
            outcome = "new" if entry.is_new and place == group.members[0] else "duplicate"
            if entry.take(rows[place], values) and outcome == "duplicate":
                outcome = "updated"
            outcomes[rows[place].line] = (entry.id, outcome)
        entries.append(entry)
    _save(session, entries)
    _insert(
        session,
        ImportRow,
        [
            {"batch_id": batch_id, "line": line, "counterparty_id": id_, "outcome": outcome}
            for line, (id_, outcome) in outcomes.items()
        ],
    )
    return _counted(Counter(outcome for _id, outcome in outcomes.values()))


def _saved_before(session: Session, batch_id: UUID) -> Imported:
    counts = session.execute(
        sa.select(ImportRow.outcome, sa.func.count())
        .where(ImportRow.batch_id == batch_id)
        .group_by(ImportRow.outcome)
    )
    return _counted({row[0]: row[1] for row in counts})


def _counted(counts: Mapping[str, int]) -> Imported:
    return Imported(counts.get("new", 0), counts.get("updated", 0), counts.get("duplicate", 0))


# Reads all notes, for no index knows the codes; asked only for files that have such columns.
_HAS_CODE = sa.text(
    "EXISTS (SELECT FROM regexp_matches(counterparty.note, :pattern, 'gi') AS m (found) "
    "WHERE upper(m.found[1]) = ANY (CAST(:codes AS text[])))"
).bindparams(pattern=rf"(?:^|\n)(?:{'|'.join(CODES)}): *(\S+)")


def _load_known(session: Session, rows: Sequence[IncomingCounterparty]) -> list[Entry]:
    """Every counterparty that a row may mean: by name, INN or code; those in use before archived ones."""
    found: dict[UUID, Entry] = {}
    for keys in _portions({sort_key(row.name) for row in rows}):
        _load(session, found, Counterparty.sort_key == _any_of(keys))
    for keys in _portions({row.texts["inn"] for row in rows if "inn" in row.texts}):
        _load(session, found, Counterparty.inn == _any_of(keys))
    for keys in _portions({value for row in rows for _kind, value in marks_of_row(row).codes}):
        _load(session, found, _HAS_CODE.bindparams(codes=keys))
    for ids in _portions(found):
        points = session.execute(
            sa.select(
                ContactPoint.counterparty_id,
                ContactPoint.kind,
                ContactPoint.value,
                ContactPoint.e164,
                ContactPoint.digits,
                ContactPoint.extension,
            ).where(ContactPoint.counterparty_id.in_(ids))
        )
        for id_, kind, value, e164, digits, extension in points:
            found[id_].points.add((number_key(value, e164, digits), extension or ""))
            found[id_].kinds.add(kind)
        persons = sa.select(ContactPerson.counterparty_id, ContactPerson.full_name)
        for id_, full_name in session.execute(persons.where(ContactPerson.counterparty_id.in_(ids))):
            found[id_].persons.add(person_key(full_name))
    return sorted(found.values(), key=lambda entry: (entry.archived, entry.id))


def _load(session: Session, found: dict[UUID, Entry], condition: Any) -> None:
    columns: list[Any] = [Counterparty.id, Counterparty.name, Counterparty.row_version, Counterparty.archived]
    texts = [getattr(Counterparty, name) for name in TEXTS]
    lookups = [getattr(Counterparty, f"{name}_id") for name in LOOKUPS]
    for row in session.execute(sa.select(*columns, *texts, *lookups).where(condition)):
        id_, name, version, archived, *rest = row
        found[id_] = Entry(
            id_,
            name,
            version,
            archived,
            texts={name: text for name, text in zip(TEXTS, rest, strict=False) if text},
            lookups={name: value for name, value in zip(LOOKUPS, rest[len(TEXTS) :], strict=True) if value},
        )


def _resolve_lookups(session: Session, rows: Sequence[IncomingCounterparty]) -> dict[tuple[str, str], UUID]:
    """The ids of the directory values that the file names, by directory and name in lower case."""
    found: dict[tuple[str, str], UUID] = {}
    for name, (directory, _label) in LOOKUPS.items():
        wanted: dict[str, str] = {}
        for text in (row.lookups[name] for row in rows if name in row.lookups):
            wanted.setdefault(text.lower(), text)
        if not wanted:
            continue
        there = _directory_values(session, directory)
        missing = [text for key, text in wanted.items() if key not in there]
        may_add = sa.select(sa.func.has_table_privilege(directory.__tablename__, "INSERT"))
        if missing and session.scalar(may_add):
            session.execute(
                insert(directory).on_conflict_do_nothing(),
                [{"id": new_id(), "name": text} for text in missing],
            )
            there = _directory_values(session, directory)
        found.update({(name, key): there[key] for key in wanted if key in there})
    return found


def _directory_values(session: Session, directory: type[Any]) -> dict[str, UUID]:
    return {name.lower(): id_ for name, id_ in session.execute(sa.select(directory.name, directory.id))}


# Fills what is still empty: a colleague may have typed something since the rows were read.
_LOOKUP_COLUMNS = tuple(f"{name}_id" for name in LOOKUPS)
_FILL = sa.text(
    "UPDATE counterparty AS c SET "
    + "".join(f"{name} = coalesce(nullif(c.{name}, ''), n.{name}), " for name in TEXTS)
    + "".join(f"{name} = coalesce(c.{name}, n.{name}), " for name in _LOOKUP_COLUMNS)
    + "search_text = CASE WHEN c.row_version = n.row_version THEN n.search_text ELSE c.search_text END "
    "FROM unnest(CAST(:id AS uuid[]), CAST(:row_version AS integer[]), CAST(:search_text AS text[]), "
    + ", ".join(f"CAST(:{name} AS text[])" for name in TEXTS)
    + "".join(f", CAST(:{name} AS uuid[])" for name in _LOOKUP_COLUMNS)
    + f") AS n (id, row_version, search_text, {', '.join(TEXTS + _LOOKUP_COLUMNS)}) WHERE c.id = n.id"
)


def _save(session: Session, entries: Sequence[Entry]) -> None:
    _insert(session, Counterparty, [_new_row(entry) for entry in entries if entry.is_new])
    for portion in _portions(
        [entry for entry in entries if entry.filled and not entry.is_new], _SAVED_AT_ONCE
    ):
        filled = {name: [entry.filled.get(name) for entry in portion] for name in TEXTS}
        chosen = {
            f"{name}_id": [str(id_) if (id_ := entry.filled.get(name)) else None for entry in portion]
            for name in LOOKUPS
        }
        session.execute(
            _FILL,
            {
                "id": [str(entry.id) for entry in portion],
                "row_version": [entry.version for entry in portion],
                "search_text": [_search_text(entry) for entry in portion],
                **filled,
                **chosen,
            },
        )
    _insert(session, ContactPerson, [person for entry in entries for person in entry.new_persons])
    _insert(session, ContactPoint, [point for entry in entries for point in _with_ids(entry.new_points)])


def _new_row(entry: Entry) -> dict[str, Any]:
    return {
        "id": entry.id,
        "name": entry.name,
        "search_text": _search_text(entry),
        "sort_key": sort_key(entry.name),
        **{name: entry.texts.get(name) for name in TEXTS},
        **{f"{name}_id": entry.lookups.get(name) for name in LOOKUPS},
    }


def _search_text(entry: Entry) -> str:
    return search_text(entry.name, entry.texts.get("full_name"), entry.texts.get("inn"))


def _with_ids(points: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    # Lists fall back on the id where nothing else orders them: rising ones keep the phones as the file has them.
    for id_, point in zip(sorted(new_id() for _point in points), points, strict=True):
        yield {"id": id_, **point}


def _insert(session: Session, table: Any, rows: list[dict[str, Any]]) -> None:
    for portion in _portions(rows, _SAVED_AT_ONCE):
        session.execute(sa.insert(table), portion)


def _portions(items: Iterable[Any], size: int = _ASKED_AT_ONCE) -> Iterator[list[Any]]:
    whole = list(items)
    for start in range(0, len(whole), size):
        yield whole[start : start + size]


def _any_of(texts: list[str]) -> Any:
    return sa.any_(sa.cast(texts, ARRAY(sa.Text)))
