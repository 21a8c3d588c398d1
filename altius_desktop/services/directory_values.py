"""Acts on the values of any directory: added, changed, put in order and archived. A used value is never lost."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from altius_desktop.domain.errors import Conflict, FieldConflict, FieldError, UserError
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted, Inverse, begin_act
from altius_desktop.services.directory_rows import (
    DIRECTORIES,
    DirectoryRules,
    checked_name,
    gone,
    locked,
    refuse_fixed,
    refuse_needed,
)
from altius_desktop.services.directory_undo import (
    MoveBack,
    RestoreValue,
    lock_order,
    neighbours,
    put_before,
)


def add_value(
    session: Session, *, act_id: UUID, table: str, value_id: UUID, name: str, fields: Mapping[str, Any]
) -> Acted:
    """Add a value at the end of its directory; FieldError for a name that is there already, archived or not."""
    rules = DIRECTORIES[table]
    refuse_fixed(rules)
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    model = rules.model
    name = checked_name(session, rules, name, but=None)
    values = {"id": value_id, "name": name, **_known(rules, fields)}
    if rules.ordered:
        last = sa.select(sa.func.coalesce(sa.func.max(model.position) + 1, 0)).scalar_subquery()
        values["position"] = last
    added = insert(model).values(**values).on_conflict_do_nothing().returning(model.id)
    if session.execute(added).first() is None:
        # A colleague added the same name at the same moment: now it can be seen.
        checked_name(session, rules, name, but=value_id)
    step = RestoreValue(table, value_id, (("archived", True),), (("archived", False), ("name", name)))
    return Acted(frozenset(), Inverse((step,), _("new value “{name}”").format(name=name)))


def update_value(
    session: Session,
    *,
    act_id: UUID,
    table: str,
    value_id: UUID | int,
    seen: Mapping[str, Any],
    mine: Mapping[str, Any],
    decided: Mapping[str, Any] | None = None,
) -> Acted:
    """Save what a form changed (the name, and the directory's own fields) against what it was opened with.

    Conflict names the fields that a colleague made something else of; `decided` holds, for fields that
    the user was asked about, the colleague's value that he saw when he chose.
    """
    rules = DIRECTORIES[table]
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    theirs = locked(session, rules, value_id)
    changed = changed_fields(
        theirs, present=theirs.editable(), seen=seen, mine=_known(rules, mine, name=True), decided=decided
    )
    if "section" in changed:
        raise FieldError("section", _("A kind of contact stays in its table of the day."))
    if "name" in changed:
        changed["name"] = checked_name(session, rules, changed["name"], but=value_id)
    if changed:
        try:
            with session.begin_nested():
                session.execute(sa.update(rules.model).where(rules.key == value_id).values(**changed))
        except sa.exc.IntegrityError:
            # As in add_value; any other constraint is told by its own text.
            checked_name(session, rules, changed.get("name", theirs.name), but=value_id)
            raise
    if not changed:
        return Acted(frozenset(), None)
    before = tuple((name, theirs.editable()[name]) for name in changed)
    step = RestoreValue(table, value_id, before, tuple(changed.items()))
    return Acted(frozenset(), Inverse((step,), _("change of “{name}”").format(name=theirs.name)))


def changed_fields(
    theirs: Any,
    *,
    present: Mapping[str, Any],
    seen: Mapping[str, Any],
    mine: Mapping[str, Any],
    decided: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The fields to write; Conflict where a colleague changed the same ones. `theirs` says who and when."""
    decided = decided or {}
    changed: dict[str, Any] = {}
    conflicts = []
    for name, my_value in mine.items():
        original, their_value = seen[name], present[name]
        if my_value in (their_value, original):
            continue
        if their_value != decided.get(name, original):
            conflicts.append(FieldConflict(name, original, my_value, their_value))
        changed[name] = my_value
    if conflicts:
        raise Conflict(
            _("{name} changed this at {time:%H:%M}. Your text is kept; choose what to save.").format(
                name=theirs.changed_by_name or "—", time=theirs.changed_at
            ),
            theirs,
            tuple(conflicts),
        )
    return changed


def move_value(
    session: Session, *, act_id: UUID, table: str, value_id: UUID | int, before_id: UUID | int | None
) -> Acted:
    """Put a value before another one, or at the end (None); the others keep their order among themselves."""
    rules = DIRECTORIES[table]
    if not rules.ordered:
        raise UserError(_("This directory has an order of its own."))
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    places = lock_order(session, table)
    if value_id not in places or (before_id is not None and before_id not in places):
        raise gone()
    _left, successor = neighbours(list(places), value_id)
    if before_id in (value_id, successor):
        return Acted(frozenset(), None)
    order = put_before(session, table, places, value_id, before_id)
    step = MoveBack(table, value_id, successor, neighbours(order, value_id))
    return Acted(frozenset(), Inverse((step,), _("new place in the directory")))


def archive_value(session: Session, *, act_id: UUID, table: str, value_id: UUID | int) -> Acted:
    """Offer the value no longer; whatever uses it goes on showing it."""
    rules = DIRECTORIES[table]
    refuse_fixed(rules)
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    value = locked(session, rules, value_id)
    if value.archived:
        return Acted(frozenset(), None)
    refuse_needed(session, rules, value)
    session.execute(sa.update(rules.model).where(rules.key == value_id).values(archived=True))
    step = RestoreValue(table, value_id, (("archived", False),), (("archived", True),))
    return Acted(frozenset(), Inverse((step,), _("archiving of “{name}”").format(name=value.name)))


def restore_value(session: Session, *, act_id: UUID, table: str, value_id: UUID | int) -> Acted:
    """Take a value out of the archive: it is offered again."""
    rules = DIRECTORIES[table]
    refuse_fixed(rules)
    if not begin_act(session, act_id):
        return Acted(frozenset(), None)
    value = locked(session, rules, value_id)
    if not value.archived:
        return Acted(frozenset(), None)
    session.execute(sa.update(rules.model).where(rules.key == value_id).values(archived=False))
    step = RestoreValue(table, value_id, (("archived", True),), (("archived", False),))
    return Acted(frozenset(), Inverse((step,), _("return of “{name}”").format(name=value.name)))


def _known(rules: DirectoryRules, fields: Mapping[str, Any], *, name: bool = False) -> dict[str, Any]:
    allowed = {"name", *rules.fields} if name else set(rules.fields)
    if unknown := set(fields) - allowed:
        raise ValueError(f"no field of this directory: {unknown}")
    return dict(fields)
