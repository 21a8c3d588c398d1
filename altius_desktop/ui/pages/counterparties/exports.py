"""Files and paper of what the page has found: written on the read lane, row by row, while the window stays free."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.rights import why_not_bulk_export
from altius_desktop.exchange.table_files import Cell, FileColumn, FileRow, Format, write_table
from altius_desktop.i18n import _
from altius_desktop.services.counterparty_list import (
    CounterpartyFilter,
    CounterpartyListRow,
    ListOrder,
    PageKey,
    list_counterparties,
    list_counterparties_of_ids,
)
from altius_desktop.services.identity import Identity
from altius_desktop.ui import theme
from altius_desktop.ui.printing import PrintColumn, PrintRow, Sheet
from altius_desktop.ui.table import Column, Mark
from altius_desktop.ui.workplace import Workplace

# More than the table ever shows is a bulk export, which is the secretary's and the director's.
FREE_ROWS = 10_000
PRINTED_ROWS = 2_000
_PAGE_ROWS = 1_000
_DAYS = ("last_contact_on", "next_due_on", "applied_on")


def check_bulk(identity: Identity, count: int) -> None:
    """UserError if so many rows are more than this employee takes out of the house."""
    why = why_not_bulk_export(identity.groups, free_rows=FREE_ROWS)
    if count > FREE_ROWS and why:
        raise UserError(why, _("Narrow the selection, or ask them."))


class Exporter(QObject):
    """Writes one file at a time."""

    progressed = Signal(int)  # rows written so far
    finished = Signal(object, int)  # the file, its rows
    failed = Signal(object)  # UserError; None if it was stopped

    def __init__(self, workplace: Workplace, parent: QObject) -> None:
        super().__init__(parent)
        self._workplace = workplace
        self._written = 0
        self._stopped = False
        self.running = False
        self._timer = QTimer(self, interval=250)
        self._timer.timeout.connect(lambda: self.progressed.emit(self._written))
        workplace.leaving.connect(self.stop)

    def stop(self) -> None:
        """Give the file up; nothing of it stays."""
        self._stopped = True

    def start(
        self,
        path: Path,
        format: Format,
        *,
        columns: Sequence[Column],
        where: CounterpartyFilter,
        order: ListOrder,
        ids: tuple[UUID, ...] = (),
    ) -> None:
        """Write all that `where` finds, or only the rows with these ids, in the columns that are shown."""
        if self.running:
            return
        self.running, self._stopped, self._written = True, False, 0
        kept = [column for column in columns if column.kind != "tick"]
        heads = [
            FileColumn(
                column.title, "date" if column.key in _DAYS else "text", max(10, column.width_chars + 4)
            )
            for column in kept
        ]
        rows = self._rows_of_ids(where, ids) if ids else self._rows(where, order)

        def write() -> int:
            return write_table(
                path,
                title=_("Counterparties"),
                columns=heads,
                rows=(_file_row(row, kept) for row in rows),
                format=format,
            )

        def done(count: int) -> None:
            self._end()
            self.finished.emit(path, count)

        def fail(error: UserError) -> None:
            self._end()
            self.failed.emit(None if isinstance(error, _StoppedError) else error)

        self._workplace.worker.run(write, parent=self, done=done, failed=fail)
        self._timer.start()

    def _end(self) -> None:
        self.running = False
        self._timer.stop()

    # On the read lane's thread

    def _rows(self, where: CounterpartyFilter, order: ListOrder) -> Iterator[CounterpartyListRow]:
        after: PageKey | None = None
        while True:
            with self._workplace.database.transaction() as session:
                page = list_counterparties(session, where=where, order=order, after=after, limit=_PAGE_ROWS)
            yield from self._counted(page.rows)
            after = page.next
            if after is None:
                return

    def _rows_of_ids(self, where: CounterpartyFilter, ids: tuple[UUID, ...]) -> Iterator[CounterpartyListRow]:
        whole = CounterpartyFilter(archived=where.archived)
        for at in range(0, len(ids), _PAGE_ROWS):
            with self._workplace.database.transaction() as session:
                rows = list_counterparties_of_ids(session, where=whole, ids=ids[at : at + _PAGE_ROWS])
            yield from self._counted(rows)

    def _counted(self, rows: Sequence[CounterpartyListRow]) -> Iterator[CounterpartyListRow]:
        for row in rows:
            if self._stopped:
                raise _StoppedError(_("The export was stopped."))
            self._written += 1
            yield row


class _StoppedError(UserError):
    """The user gave the export up."""


def _file_row(row: CounterpartyListRow, columns: Sequence[Column]) -> FileRow:
    fill = theme.LIGHT.tint(row.highlight) or ""
    return FileRow(tuple(_cell(row, column) for column in columns), fill)


def _cell(row: CounterpartyListRow, column: Column) -> Cell:
    if column.key in _DAYS:
        day: date | None = getattr(row, column.key)
        return day
    if column.key == "responsible":
        return row.responsible
    return _text(row, column)


def _text(row: CounterpartyListRow, column: Column) -> str:
    value = column.value(row)
    return value.text if isinstance(value, Mark) else str(value or "")


def sheet_of(
    rows: Sequence[CounterpartyListRow], columns: Sequence[Column], *, selection: str, found: str
) -> Sheet:
    """The rows for the printer, with what was selected under the title."""
    kept = [column for column in columns if column.kind != "tick"]
    shown = rows[:PRINTED_ROWS]
    parts = [found, selection]
    if len(shown) < len(rows):
        parts.append(_("the first {count} are printed").format(count=len(shown)))
    return Sheet(
        title=_("Counterparties"),
        subtitle=" · ".join(part for part in parts if part),
        columns=tuple(PrintColumn(column.title, max(6, column.width_chars)) for column in kept),
        rows=[PrintRow(tuple(_text(row, column) for column in kept), row.highlight) for row in shown],
    )
