"""From a file of any make to counterparties: read, mapped, saved in one transaction, every line accounted for."""

from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from altius_desktop.database.connection import Database
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.phones import Phone
from altius_desktop.domain.texts import clean_line
from altius_desktop.exchange.counterparty_columns import (
    ImportedCounterparty,
    RefusedRow,
    open_counterparties,
    read_counterparties,
)
from altius_desktop.i18n import _
from altius_desktop.services.import_entries import LOOKUPS, TEXTS, IncomingCounterparty, IncomingPoint
from altius_desktop.services.imports import import_counterparties


@dataclass(frozen=True)
class ImportReport:
    """What became of a file's rows: `rows` is the sum of the four counts; `batch` is None after a dry run."""

    rows: int
    new: int
    updated: int
    duplicates: int
    refused: int
    batch: UUID | None
    refused_rows: tuple[RefusedRow, ...]

    def counts(self) -> dict[str, int | str | None]:
        """The counts and the batch, ready for JSON."""
        return {
            "rows": self.rows,
            "new": self.new,
            "updated": self.updated,
            "duplicates": self.duplicates,
            "refused": self.refused,
            "batch": str(self.batch) if self.batch else None,
        }


def import_counterparties_file(
    database: Database, file: Path, *, mapping: str | None, dry_run: bool
) -> ImportReport:
    """Import the firms of a file; UserError if it is no table of firms. A dry run saves and takes all back."""
    table, columns = open_counterparties(file, mapping=mapping)
    if not table.row_count:
        raise UserError(
            _("The file “{name}” holds a header and no rows.").format(name=file.name),
            _("Choose the file with the data."),
        )
    rows: list[IncomingCounterparty] = []
    refused: list[RefusedRow] = []
    for found in read_counterparties(table, columns):
        if isinstance(found, RefusedRow):
            refused.append(found)
        else:
            rows.append(_incoming(found))
    batch_id = new_id()
    with database.transaction() as session:
        trial = session.begin_nested()
        imported = import_counterparties(
            session,
            rows,
            batch_id=batch_id,
            file_name=clean_line(file.name),
            act_id=new_id(),
            refused_lines=[row.line for row in refused],
        )
        if dry_run:
            trial.rollback()
    return ImportReport(
        rows=len(rows) + len(refused),
        new=imported.new,
        updated=imported.updated,
        duplicates=imported.duplicates,
        refused=len(refused),
        batch=None if dry_run else batch_id,
        refused_rows=tuple(refused),
    )


def _incoming(found: ImportedCounterparty) -> IncomingCounterparty:
    return IncomingCounterparty(
        line=found.line,
        name=found.name,
        texts={name: text for name in TEXTS if (text := getattr(found, name))},
        lookups={name: text for name in LOOKUPS if (text := getattr(found, name))},
        points=(
            *(_number("phone", phone) for phone in found.phones),
            *(_number("fax", fax) for fax in found.faxes),
            *(IncomingPoint("email", email) for email in found.emails),
        ),
        person=found.contact_person,
        position=found.position,
    )


def _number(kind: str, phone: Phone) -> IncomingPoint:
    return IncomingPoint(kind, phone.value, phone.e164, phone.digits or None, phone.extension)
