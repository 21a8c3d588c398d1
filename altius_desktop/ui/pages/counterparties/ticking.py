"""How rows are ticked: one by one, or all that is found, after a question where it is much."""

from uuid import UUID

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.services.counterparty_list import collect_ids
from altius_desktop.ui import messages
from altius_desktop.ui.formats import number
from altius_desktop.ui.pages.counterparties.columns import TICK
from altius_desktop.ui.pages.counterparties.filter_panel import count_text
from altius_desktop.ui.pages.counterparties.listing import Listing
from altius_desktop.ui.pages.counterparties.ticks import Ticks
from altius_desktop.ui.table import DataTable, PagedTableModel
from altius_desktop.ui.workplace import Workplace

TICKED_AT_MOST = 20_000
_UNASKED = 1_000


class Ticking(QObject):
    """Keeps the boxes of the table and of its head true to the ticks."""

    failed = Signal(object)  # UserError

    def __init__(
        self, workplace: Workplace, page: QWidget, *, listing: Listing, table: DataTable, ticks: Ticks
    ) -> None:
        super().__init__(page)
        self._workplace = workplace
        self._page = page
        self._listing = listing
        self._table = table
        self._ticks = ticks
        ticks.changed.connect(self._on_changed)
        table.cell_clicked.connect(lambda row, _key, _modifiers: ticks.toggle(row.id))
        table.all_ticks_asked.connect(self._on_head)
        table.bind_key("Space", self._tick_current)
        table.bind_key("Ctrl+A", self.tick_all)

    def tick_all(self) -> None:
        """Tick all that is found; above a thousand after a question."""
        found = self._listing.found
        if found is not None and found.value > _UNASKED and not self._sure_of(count_text(found)):
            return
        asked = found is not None
        where = self._listing.where

        def done(ids: tuple[UUID, ...]) -> None:
            if asked or len(ids) <= _UNASKED or self._sure_of(number(len(ids))):
                self._ticks.add(ids)
                if len(ids) >= TICKED_AT_MOST:
                    told = _("The first {count} are ticked").format(count=number(TICKED_AT_MOST))
                    messages.show_toast(self._page, told, kind="info")

        self._workplace.read(
            lambda session: collect_ids(session, where=where, limit=TICKED_AT_MOST),
            parent=self,
            done=done,
            failed=self._on_failed,
            key="ids",
        )

    def show_head(self) -> None:
        """Draw the box over the ticks: all, some or none of the rows that are shown."""
        shown = self._listing.shown
        rows = self._table.rows_model.rows() if len(self._ticks) else ()
        ticked = sum(row.id in self._ticks for row in rows)
        self._table.header_ticked = None if 0 < ticked < shown else bool(ticked)
        self._table.horizontalHeader().viewport().update()

    def _on_changed(self, ids: tuple[UUID, ...]) -> None:
        model = self._table.rows_model
        assert isinstance(model, PagedTableModel)
        model.tell_column(TICK, ids if len(ids) < self._listing.shown else None)
        self.show_head()

    def _on_head(self) -> None:
        if self._table.header_ticked is True:
            self._ticks.clear()
        else:
            self.tick_all()

    def _tick_current(self) -> None:
        row = self._table.current_row()
        if row is not None:
            self._ticks.toggle(row.id)

    def _on_failed(self, error: UserError) -> None:
        self.failed.emit(error)

    def _sure_of(self, count: str) -> bool:
        return messages.confirm(
            self._page,
            _("Tick all {count} found?").format(count=count),
            _("What you then do is done to all of them."),
            _("Tick all"),
            _("Cancel"),
        )
