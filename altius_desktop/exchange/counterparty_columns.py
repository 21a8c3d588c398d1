"""From the columns of any list of firms to our fields; what has no field of its own goes into the note."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.inn import compact_number
from altius_desktop.domain.phones import Phone, parse_phones
from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.exchange.counterparty_headers import (
    FIELDS,
    field_of_header,
    header_key,
    is_known_header,
)
from altius_desktop.exchange.csv_reader import TextRow, TextTable, read_text_table
from altius_desktop.i18n import _

# As the database's checks of lengths.
_LIMITS = {
    "name": 300,
    "full_name": 500,
    "address": 500,
    "site": 200,
    "contact_person": 200,
    "position": 200,
    "business_line": 200,
    "region": 200,
    "group": 200,
    "category": 200,
    "ad_source": 200,
}
_NOTE_LIMIT = 20_000
_POINT_LIMIT = 300
_EXTENSION_LIMIT = 20
_POINTS_LIMIT = 50
_INN = re.compile(r"\d{10}|\d{12}")
_KPP = re.compile(r"[0-9]{4}[0-9A-Z]{2}[0-9]{3}")
_EMAIL = re.compile(r"[^\s@,;<>()\"]+@[^\s@,;<>()\"]+")
_EMAIL_BREAK = re.compile(r"[,;\s]+")
_SEVERAL = ("phones", "faxes", "emails", "address", "note")
# Of a person's own card the head is somebody else.
_HEADS = ("руководитель", "директор")
_FAX_ONLY = re.compile(r"(?<![^\W\d_])(?:факс|fax|ф\.)", re.IGNORECASE)
_PHONE_TOO = re.compile(r"(?<![^\W\d_])(?:тел|т\s*[./]|tel)", re.IGNORECASE)


@dataclass(frozen=True)
class ImportedCounterparty:
    """One firm of a file, ready to be saved; the lookups are names in their directories, to be found or made."""

    line: int
    name: str
    full_name: str | None
    inn: str | None
    kpp: str | None
    address: str | None
    site: str | None
    note: str | None
    phones: tuple[Phone, ...]
    faxes: tuple[Phone, ...]
    emails: tuple[str, ...]
    contact_person: str | None
    position: str | None
    business_line: str | None
    region: str | None
    group: str | None
    category: str | None
    ad_source: str | None


@dataclass(frozen=True)
class RefusedRow:
    """A row that cannot become a counterparty, why, and what it held."""

    line: int
    reason: str
    raw: tuple[str, ...]


@dataclass(frozen=True)
class ColumnMap:
    """For each column of a file its header and the field that it fills (None: the note)."""

    headers: tuple[str, ...]
    fields: tuple[str | None, ...]


def parse_mapping(text: str) -> dict[str, tuple[str, ...]]:
    """Fields and their columns from `name=Фирма;phones=Тел. 1;phones=3` or from a JSON file of the same.

    A column is named by its header or its number from 1. In JSON: {"name": "Фирма", "phones": ["Тел. 1", 3]}.
    """
    pairs = _pairs_of_file(Path(text)) if text.lower().endswith(".json") else _pairs_of_text(text)
    mapping: dict[str, tuple[str, ...]] = {}
    for name, column in pairs:
        if name not in FIELDS:
            raise UserError(
                _("The mapping names an unknown field “{field}”.").format(field=name),
                _("The fields are: {fields}.").format(fields=", ".join(FIELDS)),
            )
        mapping[name] = (*mapping.get(name, ()), column)
    return mapping


def map_columns(table: TextTable, mapping: Mapping[str, tuple[str, ...]] | None = None) -> ColumnMap:
    """Which column fills which field: as `mapping` says, the rest by its header; UserError without any name."""
    fields: list[str | None] = [field_of_header(h) if table.has_header else None for h in table.header]
    for name, columns in (mapping or {}).items():
        fields = [None if known == name else known for known in fields]
        for column in columns:
            fields[_column_index(table, column)] = name
    _tell_firms_from_persons(table.header, fields)
    taken: set[str] = set()
    for i, known in enumerate(fields):
        if known in taken and known not in _SEVERAL:
            fields[i] = None
        elif known is not None:
            taken.add(known)
    if not taken & {"name", "full_name", "contact_person", "last_name", "first_name"}:
        raise UserError(
            _("No column of the file holds the name of the organisation."),
            _("Say which one does with --mapping “name=…”. The columns are: {columns}.").format(
                columns=_some(table.header)
            ),
        )
    return ColumnMap(table.header, tuple(fields))


def _tell_firms_from_persons(headers: tuple[str, ...], fields: list[str | None]) -> None:
    """An address book's "Name" is the person's where another column names the company."""
    firms = [i for i, name in enumerate(fields) if name == "name"]
    bare = next((i for i in firms if header_key(headers[i]) == "name"), None)
    if bare is not None and len(firms) > 1:
        fields[bare] = None if "contact_person" in fields else "contact_person"
    if "last_name" in fields or "first_name" in fields:
        for i, header in enumerate(headers):
            if fields[i] == "contact_person" and header_key(header) in _HEADS:
                fields[i] = None


def _some(headers: tuple[str, ...]) -> str:
    return ", ".join(headers[:20]) + (", …" if len(headers) > 20 else "")


def read_counterparties(table: TextTable, columns: ColumnMap) -> Iterator[ImportedCounterparty | RefusedRow]:
    """Every row of the table, as a counterparty or refused with the reason."""
    for row in table.rows():
        yield read_counterparty(row, columns)


def open_counterparties(
    path: Path, *, mapping: str | None = None, encoding: str | None = None
) -> tuple[TextTable, ColumnMap]:
    """Find out a file's form and its columns; UserError if it is no table or holds no names."""
    wanted = parse_mapping(mapping) if mapping else None
    table = read_text_table(path, encoding=encoding, is_known_header=is_known_header)
    return table, map_columns(table, wanted)


def read_counterparty(row: TextRow, columns: ColumnMap) -> ImportedCounterparty | RefusedRow:
    """One row as a counterparty; a person without a firm is taken as one himself."""
    draft = _Draft()
    for header, name, cell in zip(columns.headers, columns.fields, row.cells, strict=False):
        draft.take(header, name, cell)
    person = draft.person()
    name = draft.one("name") or draft.one("full_name") or person
    if not name:
        return RefusedRow(row.line, _("The name of the organisation is missing."), row.cells)
    if len(name) > _LIMITS["name"]:
        return RefusedRow(
            row.line,
            _("The name is too long: {count} characters, at most {limit} fit.").format(
                count=len(name), limit=_LIMITS["name"]
            ),
            row.cells,
        )
    found = ImportedCounterparty(
        line=row.line,
        name=name,
        full_name=draft.short("full_name"),
        inn=draft.number("inn", _INN),
        kpp=draft.number("kpp", _KPP),
        address=draft.address(),
        site=draft.short("site"),
        phones=tuple(draft.phones),
        faxes=tuple(draft.faxes),
        emails=tuple(draft.emails),
        contact_person=draft.limited("contact_person", person),
        position=draft.short("position"),
        business_line=draft.short("business_line"),
        region=draft.short("region"),
        group=draft.short("group"),
        category=draft.short("category"),
        ad_source=draft.short("ad_source"),
        note=draft.note(),
    )
    if found.note is not None and len(found.note) > _NOTE_LIMIT:
        return RefusedRow(
            row.line,
            _(
                "The texts of the row are too long for a note: {count} characters, at most {limit} fit."
            ).format(count=len(found.note), limit=_NOTE_LIMIT),
            row.cells,
        )
    return found


@dataclass
class _Draft:
    """What is gathered of one row; a value that fits no field ends as a line of the note under its header."""

    values: dict[str, str] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    addresses: list[str] = field(default_factory=list)
    phones: list[Phone] = field(default_factory=list)
    faxes: list[Phone] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    extra: list[str] = field(default_factory=list)

    def take(self, header: str, name: str | None, cell: str) -> None:
        text = clean_text(cell)
        if not text:
            return
        if name == "note":
            self.notes.append(text)
        elif name in ("phones", "faxes"):
            self._take_phones(header, text, fax=name == "faxes")
        elif name == "emails":
            self._take_emails(header, text)
        elif name == "address":
            if clean_line(text) not in self.addresses:
                self.addresses.append(clean_line(text))
        elif name is None:
            self.extra.append(f"{clean_line(header)}: {text}")
        else:
            self.values[name] = clean_line(text)
            self.headers[name] = clean_line(header)

    def one(self, name: str) -> str | None:
        return self.values.get(name)

    def short(self, name: str) -> str | None:
        return self.limited(name, self.values.get(name))

    def limited(self, name: str, value: str | None) -> str | None:
        if value is None or len(value) <= _LIMITS[name]:
            return value
        self.extra.append(f"{self.headers.get(name, '')}: {value}".removeprefix(": "))
        return None

    def number(self, name: str, form: re.Pattern[str]) -> str | None:
        """An ИНН or КПП of the right form (its check digit is the card's business); any other is only noted."""
        if (typed := self.values.get(name)) is None:
            return None
        compact = compact_number(typed).upper()
        if form.fullmatch(compact):
            return compact
        self.extra.append(f"{self.headers[name]}: {typed}")
        return None

    def person(self) -> str | None:
        last, first, middle = (self.values.get(part) for part in ("last_name", "first_name", "middle_name"))
        latin = not re.search("[\u0400-\u04ff]", f"{last}{first}")
        parts = (first, middle, last) if latin else (last, first, middle)
        composed = " ".join(part for part in parts if part)
        whole = self.values.get("contact_person")
        if whole and not set(composed.split()) <= set(whole.split()):
            self.extra.append(_("Person: {name}").format(name=composed))
        return whole or composed or None

    def address(self) -> str | None:
        place = [self.values[part] for part in ("postcode", "city") if part in self.values]
        whole = ", ".join(place + self.addresses[:1])
        for other in self.addresses[1:]:
            self.extra.append(_("Another address: {address}").format(address=other))
        if len(whole) > _LIMITS["address"]:
            self.extra.append(_("Address: {address}").format(address=whole))
            return None
        return whole or None

    def note(self) -> str | None:
        return "\n".join(dict.fromkeys(self.notes + self.extra)) or None

    def _take_phones(self, header: str, text: str, *, fax: bool) -> None:
        for phone in parse_phones(text):
            is_fax = fax or (
                _FAX_ONLY.search(phone.value) is not None and _PHONE_TOO.search(phone.value) is None
            )
            kept = self.faxes if is_fax else self.phones
            too_long = len(phone.value) > _POINT_LIMIT or len(phone.extension or "") > _EXTENSION_LIMIT
            if too_long or len(kept) >= _POINTS_LIMIT:
                self.extra.append(f"{clean_line(header)}: {phone.value}")
            elif not any(_same(phone, other) for other in kept):
                kept.append(phone)

    def _take_emails(self, header: str, text: str) -> None:
        found = _EMAIL.findall(text)
        for email in found:
            if len(email) > _POINT_LIMIT or len(self.emails) >= _POINTS_LIMIT:
                self.extra.append(f"{clean_line(header)}: {email}")
            elif email.lower() not in (known.lower() for known in self.emails):
                self.emails.append(email)
        if _EMAIL_BREAK.sub("", _EMAIL.sub("", text)):
            self.extra.append(f"{clean_line(header)}: {text}")


def _same(one: Phone, other: Phone) -> bool:
    if one.value == other.value:
        return True
    return one.e164 is not None and (one.e164, one.extension) == (other.e164, other.extension)


def _pairs_of_text(text: str) -> Iterator[tuple[str, str]]:
    for pair in filter(str.strip, text.split(";")):
        name, equals, column = pair.partition("=")
        if not equals or not column.strip():
            raise UserError(
                _("“{pair}” in the mapping is not understood.").format(pair=pair.strip()),
                _("Write it as field=Column, several of them divided by semicolons."),
            )
        yield name.strip(), column.strip()


def _pairs_of_file(path: Path) -> Iterator[tuple[str, str]]:
    try:
        content = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        raise UserError(
            _("The mapping file “{name}” cannot be read.").format(name=path),
            _('It must be a JSON file such as {"name": "Company", "phones": ["Phone 1", "Phone 2"]}.'),
        ) from error
    if not isinstance(content, dict):
        content = {"": content}
    for name, columns in content.items():
        for column in columns if isinstance(columns, list) else [columns]:
            if not isinstance(column, str | int):
                raise UserError(
                    _("“{pair}” in the mapping is not understood.").format(pair=f"{name}: {column}")
                )
            yield name, str(column)


def _column_index(table: TextTable, column: str) -> int:
    if column in table.header:
        return table.header.index(column)
    keys = [header_key(header) for header in table.header]
    if (key := header_key(column)) and key in keys:
        return keys.index(key)
    if column.isdecimal() and 1 <= int(column[:6]) <= len(table.header):
        return int(column) - 1
    raise UserError(
        _("The file has no column “{column}”.").format(column=column),
        _("The columns are: {columns}.").format(columns=_some(table.header)),
    )
