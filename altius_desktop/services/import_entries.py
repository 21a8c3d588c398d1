"""A line of a file and the counterparty that it is added to: what the line brings, what is known already."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from altius_desktop.domain.ids import new_id
from altius_desktop.domain.search_text import search_text
from altius_desktop.i18n import N_, _
from altius_desktop.models import AdSource, BusinessLine, Category, CounterpartyGroup, Region
from altius_desktop.services.import_matching import Marks, marks_of

TEXTS = ("full_name", "inn", "kpp", "address", "site", "note")
LOOKUPS: dict[str, tuple[type[Any], str]] = {
    "business_line": (BusinessLine, N_("Business line")),
    "region": (Region, N_("Region")),
    "group": (CounterpartyGroup, N_("Group")),
    "category": (Category, N_("Category")),
    "ad_source": (AdSource, N_("Ad source")),
}
_NOTE_LIMIT = 20_000


@dataclass(frozen=True)
class IncomingPoint:
    """A phone, fax or e-mail as it will be stored."""

    kind: str
    value: str
    e164: str | None = None
    digits: str | None = None
    extension: str | None = None

    @property
    def number(self) -> str:
        """What makes two points one line, whatever extension is behind it."""
        return number_key(self.value, self.e164, self.digits)

    @property
    def key(self) -> tuple[str, str]:
        return self.number, self.extension or ""


@dataclass(frozen=True)
class IncomingCounterparty:
    """One line of a file: `texts` by TEXTS, `lookups` the names of directory values by LOOKUPS."""

    line: int
    name: str
    texts: Mapping[str, str]
    lookups: Mapping[str, str]
    points: tuple[IncomingPoint, ...]
    person: str | None = None
    position: str | None = None


@dataclass
class Entry:
    """A counterparty as it is and, in `filled` and the new points and persons, what the file adds to it."""

    id: UUID
    name: str
    version: int = 0
    archived: bool = False
    texts: dict[str, str] = field(default_factory=dict)
    lookups: dict[str, UUID] = field(default_factory=dict)
    points: set[tuple[str, str]] = field(default_factory=set)
    kinds: set[str] = field(default_factory=set)
    persons: set[str] = field(default_factory=set)
    filled: dict[str, Any] = field(default_factory=dict)
    new_points: list[dict[str, Any]] = field(default_factory=list)
    new_persons: list[dict[str, Any]] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.version == 0

    @property
    def marks(self) -> Marks:
        return marks_of(
            name=self.name,
            inn=self.texts.get("inn"),
            kpp=self.texts.get("kpp"),
            address=self.texts.get("address"),
            note=self.texts.get("note"),
            points=(number for number, _extension in self.points),
        )

    def take(self, row: IncomingCounterparty, values: Mapping[tuple[str, str], UUID]) -> bool:
        """Add what the row knows and the counterparty lacks; False if that is nothing."""
        if self.archived:
            return False
        size = self._size()
        lines = self._other_words(row) if self.is_new else []
        for name, text in row.texts.items():
            if name != "note" and not self.texts.get(name):
                self.texts[name] = self.filled[name] = text
        for name, text in row.lookups.items():
            if (value := values.get((name, text.lower()))) is None:
                lines.append(f"{_(LOOKUPS[name][1])}: {text}")
            elif name not in self.lookups:
                self.lookups[name] = self.filled[name] = value
        known, added = set(self.points), set[tuple[str, tuple[str, str]]]()
        for point in row.points:
            # A number that the row gives both as a phone and as a fax is kept as both.
            if point.key not in known and (point.kind, point.key) not in added:
                added.add((point.kind, point.key))
                self._add_point(point)
        if row.person:
            self._add_person(row.person, row.position)
        elif row.position:
            lines.append(_("Position: {text}").format(text=row.position))
        self._add_to_note([row.texts.get("note", ""), *lines])
        return self._size() != size

    def _size(self) -> tuple[int, int, int, int]:
        return len(self.filled), len(self.new_points), len(self.new_persons), len(self.filled.get("note", ""))

    def _other_words(self, row: IncomingCounterparty) -> list[str]:
        """What a further line of the file says differently of a counterparty that the file itself has made."""
        pairs = [(self.name, row.name)] + [(self.texts.get(name), row.texts.get(name)) for name in TEXTS[:-1]]
        return [
            _("Also: {text}").format(text=theirs)
            for ours, theirs in pairs
            if ours and theirs and search_text(ours) != search_text(theirs)
        ]

    def _add_to_note(self, texts: list[str]) -> None:
        """A new counterparty's note takes in every text that fits; one that people wrote is left as it is."""
        note = self.texts.get("note", "")
        if note and not (self.is_new or "note" in self.filled):
            return
        for text in texts:
            longer = f"{note}\n{text}".strip()
            if f"\n{text}\n" not in f"\n{note}\n" and len(longer) <= _NOTE_LIMIT:
                note = self.texts["note"] = self.filled["note"] = longer

    def _add_point(self, point: IncomingPoint) -> None:
        self.points.add(point.key)
        self.new_points.append(
            {
                "counterparty_id": self.id,
                "kind": point.kind,
                "value": point.value,
                "e164": point.e164,
                "digits": point.digits,
                "extension": point.extension,
                "is_main": point.kind not in self.kinds,
            }
        )
        self.kinds.add(point.kind)

    def _add_person(self, full_name: str, position: str | None) -> None:
        key = person_key(full_name)
        if key not in self.persons:
            self.new_persons.append(
                {
                    "id": new_id(),
                    "counterparty_id": self.id,
                    "full_name": full_name,
                    "position": position,
                    "is_main": not self.persons,
                }
            )
            self.persons.add(key)


def number_key(value: str, e164: str | None, digits: str | None) -> str:
    return e164 or digits or value.lower()


def person_key(full_name: str) -> str:
    return " ".join(full_name.lower().replace("ё", "е").replace(".", ". ").split())


def marks_of_row(row: IncomingCounterparty) -> Marks:
    return marks_of(
        name=row.name,
        inn=row.texts.get("inn"),
        kpp=row.texts.get("kpp"),
        address=row.texts.get("address"),
        note=row.texts.get("note"),
        points=(point.number for point in row.points),
    )
