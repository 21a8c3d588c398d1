"""What leaves the page: files that the user names, and the printer."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

from PySide6.QtCore import QObject, QStandardPaths, Qt
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.counterparty_list import CounterpartyListRow
from altius_desktop.ui import messages, printing
from altius_desktop.ui.formats import number
from altius_desktop.ui.pages.counterparties.bars import ExportBar
from altius_desktop.ui.pages.counterparties.exports import Exporter, check_bulk, sheet_of
from altius_desktop.ui.pages.counterparties.filter_panel import count_text
from altius_desktop.ui.pages.counterparties.filters import chips_of
from altius_desktop.ui.pages.counterparties.listing import Listing
from altius_desktop.ui.pages.counterparties.ticks import Ticks
from altius_desktop.ui.table import DataTable
from altius_desktop.ui.workplace import Workplace


class Output(QObject):
    """Exports and prints the ticked rows, or all where none is ticked; `bar` shows how far a file has come."""

    def __init__(
        self, workplace: Workplace, page: QWidget, *, listing: Listing, table: DataTable, ticks: Ticks
    ) -> None:
        super().__init__(page)
        self._workplace = workplace
        self._page = page
        self._listing = listing
        self._table = table
        self._ticks = ticks
        self.exporter = Exporter(workplace, self)
        self.bar = ExportBar(self.exporter.stop)
        self.exporter.progressed.connect(self.bar.show_progress)
        self.exporter.finished.connect(self._on_written)
        self.exporter.failed.connect(self._on_failed)

    def make_menu(self) -> QMenu:
        """The formats to choose from."""
        menu = QMenu(self._page)
        menu.setObjectName("exportMenu")
        for text, keys, format in (
            (_("Excel (XLSX)…"), "Ctrl+E", "xlsx"),
            (_("CSV in UTF-8…"), "", "csv"),
            (_("CSV in Windows-1251…"), "", "csv-cp1251"),
        ):
            action = menu.addAction(f"{text}\t{keys}" if keys else text)
            action.triggered.connect(lambda _on=False, format=format: self.export(format))
        return menu

    def export(self, format: Any, path: Path | None = None) -> None:
        """Write the ticked ones, or all that is found, to a file that the user names."""
        ids = tuple(self._ticks)
        found = self._listing.found
        count = len(ids) or (found.value if found is not None else self._listing.shown)
        try:
            check_bulk(self._workplace.identity, count)
        except UserError as error:
            messages.show_error(self._page, error)
            return
        if path is not None:
            self._write(path, format, ids)
        else:
            self._ask_path(
                "xlsx" if format == "xlsx" else "csv", lambda chosen: self._write(chosen, format, ids)
            )

    def _write(self, path: Path, format: Any, ids: tuple[UUID, ...]) -> None:
        self.exporter.start(
            path,
            format,
            columns=self._table.shown_columns(),
            where=self._listing.where,
            order=self._listing.order,
            ids=ids,
        )

    def _ask_path(self, ending: str, chosen: Callable[[Path], object]) -> None:
        folder = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation)
        dialog = QFileDialog(self._page, _("Export"), folder, f"*.{ending}")
        dialog.setObjectName("exportFileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        # Qt's own words come in the language of the system, or in English.
        for part, words in (
            (QFileDialog.DialogLabel.LookIn, _("Folder:")),
            (QFileDialog.DialogLabel.FileName, _("File name:")),
            (QFileDialog.DialogLabel.FileType, _("File type:")),
            (QFileDialog.DialogLabel.Accept, _("Save")),
            (QFileDialog.DialogLabel.Reject, _("Cancel")),
        ):
            dialog.setLabelText(part, words)
        dialog.setDefaultSuffix(ending)
        dialog.selectFile(f"{_('Counterparties')}.{ending}")
        dialog.fileSelected.connect(lambda name: chosen(Path(name)))
        dialog.open()

    def _on_written(self, path: Path, count: int) -> None:
        self.bar.hide()
        told = ngettext("{count} row written to {file}", "{count} rows written to {file}", count)
        messages.show_toast(self._page, told.format(count=number(count), file=path.name))

    def _on_failed(self, error: UserError | None) -> None:
        self.bar.hide()
        if error is None:
            messages.show_toast(self._page, _("The export was stopped."), kind="info")
        else:
            messages.show_error(self._page, error)

    def print_rows(self) -> None:
        """Preview the ticked rows among those shown, or all that are shown, for the printer."""
        shown = self._table.rows_model.rows()
        rows = [row for row in shown if row.id in self._ticks] or list(shown)
        preview = printing.preview_sheet(self._page, self.sheet(rows))
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.open()

    def sheet(self, rows: list[CounterpartyListRow]) -> printing.Sheet:
        """The rows in the columns that are shown, with what was selected in words."""
        where = self._listing.where
        parts = [f"“{where.query}”"] if where.query else []
        parts += [chip.text for chip in chips_of(where, self._workplace.directories)]
        found = self._listing.found
        told = _("Found {count}").format(count=count_text(found)) if found is not None else ""
        return sheet_of(rows, self._table.shown_columns(), selection="; ".join(parts), found=told)
