"""What a selection says: its chips, the selection without one of them, and how it is kept as JSON."""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.counterparty_list import CounterpartyFilter, CounterpartyListRow
from altius_desktop.services.directories import Directories
from altius_desktop.ui import theme
from altius_desktop.ui.formats import short_day

NAMES_AT_MOST = 2

ID_FIELDS = (
    "business_line_ids",
    "region_ids",
    "group_ids",
    "category_ids",
    "ad_source_ids",
    "responsible_ids",
)

_LISTS = {
    "business_line_ids": "business_lines",
    "region_ids": "regions",
    "group_ids": "groups",
    "category_ids": "categories",
    "ad_source_ids": "ad_sources",
}


@dataclass(frozen=True)
class ChipText:
    """One part of a selection in words: `field` is the filter's field that it stands for."""

    field: str
    text: str
    tip: str = ""


def role_names() -> dict[str, str]:
    """The roles of a counterparty in the order in which they are offered."""
    return {
        "client": _("Client"),
        "supplier": _("Supplier"),
        "publisher": _("Publisher"),
        "agency": _("Agency"),
        "partner": _("Partner"),
    }


def flag_names() -> dict[str, str]:
    return {
        "overdue": _("Has an overdue plan"),
        "without_plan": _("Without a plan for the future"),
        "incomplete": _("Attributes are missing"),
        "archived": _("Archived"),
    }


def options_of(field: str, directories: Directories) -> tuple[tuple[Any, str], ...]:
    """What can be chosen for a field of several values: (value, text); archived values are not offered."""
    if field in _LISTS:
        values = getattr(directories, _LISTS[field])
        return tuple((row.id, row.name) for row in values if not row.archived)
    match field:
        case "responsible_ids":
            return tuple((row.id, row.full_name) for row in directories.employees)
        case "roles":
            return tuple(role_names().items())
        case "highlights":
            return tuple((key, name or theme.highlight_name(key)) for key, name in directories.legend)
    raise ValueError(f"no field of several values: {field}")


def chips_of(where: CounterpartyFilter, directories: Directories) -> tuple[ChipText, ...]:
    """The selection part by part; the search is not among it, it stands in its field."""
    chips = []
    for field in (*ID_FIELDS, "roles", "highlights"):
        chosen = getattr(where, field)
        if chosen:
            chips.append(_several(field, chosen, directories))
    if where.last_contact_before is not None:
        day = short_day(where.last_contact_before)
        chips.append(ChipText("last_contact_before", _("Contact before {day}").format(day=day)))
    if where.last_contact_after is not None:
        day = short_day(where.last_contact_after)
        chips.append(ChipText("last_contact_after", _("Contact after {day}").format(day=day)))
    chips += [ChipText(flag, name) for flag, name in flag_names().items() if getattr(where, flag)]
    if where.import_batch_id is not None:
        chips.append(ChipText("import_batch_id", _("From one import")))
    return tuple(chips)


def _several(field: str, chosen: Collection[Any], directories: Directories) -> ChipText:
    # What is archived by now is no longer offered, but still selects.
    named = (
        [(row.id, row.name) for row in getattr(directories, _LISTS[field])]
        if field in _LISTS
        else options_of(field, directories)
    )
    names = [text for value, text in named if value in chosen]
    if field == "responsible_ids":
        names = [with_initial(name) for name in names]
    names += ["…"] * (len(chosen) - len(names))
    shown = ", ".join(names[:NAMES_AT_MOST])
    if len(names) > NAMES_AT_MOST:
        shown = _("{names} and {count} more").format(names=shown, count=len(names) - NAMES_AT_MOST)
    return ChipText(field, shown, ", ".join(names))


def without(where: CounterpartyFilter, field: str) -> CounterpartyFilter:
    """The selection without this part of it."""
    return replace(where, **{field: getattr(CounterpartyFilter(), field)})


def state_of(where: CounterpartyFilter) -> dict[str, Any]:
    """The selection as JSON, without what is not chosen."""
    state: dict[str, Any] = {}
    for declared in fields(where):
        value = getattr(where, declared.name)
        if value == getattr(CounterpartyFilter(), declared.name):
            continue
        if isinstance(value, frozenset):
            state[declared.name] = sorted(item if isinstance(item, int) else str(item) for item in value)
        else:
            state[declared.name] = value.isoformat() if isinstance(value, date) else value
            if isinstance(value, UUID):
                state[declared.name] = str(value)
    return state


def filter_of(state: Any) -> CounterpartyFilter:
    """The selection that state_of() kept; what an older or newer program wrote otherwise is left out."""
    values: dict[str, Any] = {}
    if not isinstance(state, dict):
        return CounterpartyFilter()
    for declared in fields(CounterpartyFilter):
        name = declared.name
        if name in state:
            try:
                values[name] = _understood(name, state[name])
            except (ValueError, TypeError, AttributeError):
                continue
    return CounterpartyFilter(**values)


def _understood(name: str, value: Any) -> Any:
    if name in ID_FIELDS:
        return frozenset(UUID(item) for item in value)
    match name:
        case "roles":
            return frozenset(item for item in value if item in role_names())
        case "highlights":
            return frozenset(item for item in value if item in theme.HIGHLIGHT_NAMES)
        case "last_contact_before" | "last_contact_after":
            return date.fromisoformat(value)
        case "import_batch_id":
            return UUID(value)
        case "query":
            return str(value)[:200]
    return value is True


def by_value(
    where: CounterpartyFilter, row: CounterpartyListRow, key: str, directories: Directories
) -> CounterpartyFilter | None:
    """The selection narrowed to the value that `row` has in the column `key`; None where that says nothing."""
    match key:
        case "name" | "inn" | "phone" | "email" | "contact_person":
            text = str(getattr(row, key))
            return replace(where, query=text[:200]) if text else None
        case "roles":
            return replace(where, roles=frozenset(row.roles)) if row.roles else None
        case "last_contact_on":
            day = row.last_contact_on
            return replace(where, last_contact_before=day) if day is not None else None
        case "next_due_on":
            return replace(where, without_plan=True) if row.next_due_on is None else None
        case "tick":
            return replace(where, highlights=frozenset({row.highlight})) if row.highlight else None
    field = f"{key}_ids"
    if field not in ID_FIELDS:
        return None
    name = getattr(row, key)
    found = frozenset(value for value, text in options_of(field, directories) if text == name)
    narrowed: dict[str, Any] = {field: found}
    return replace(where, **narrowed) if name and found else None
