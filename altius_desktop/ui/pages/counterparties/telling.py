"""What the Counterparties page says of its rows: which are in sight, how many are found, why none are, what is wrong."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from altius_desktop.domain.errors import ConnectionLost, UserError
from altius_desktop.i18n import _
from altius_desktop.services.counterparty_list import CounterpartyFilter
from altius_desktop.ui import messages
from altius_desktop.ui.connection_banner import ConnectionBanner
from altius_desktop.ui.controls import label
from altius_desktop.ui.formats import number
from altius_desktop.ui.pages.counterparties.bars import FoundLine
from altius_desktop.ui.pages.counterparties.filter_panel import count_text
from altius_desktop.ui.pages.counterparties.listing import ROWS_AT_MOST, Listing
from altius_desktop.ui.pages.counterparties.ticks import Ticks
from altius_desktop.ui.table import DataTable, EmptyAction
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_NAME_SHOWN = 40


class Telling(QObject):
    """`found_line`, the banners and `foot` are placed by the page; `counts_changed` brings the status bar's text."""

    counts_changed = Signal(str)
    reload_asked = Signal()
    refused = Signal()  # what was asked cannot be answered so; it has been said why

    def __init__(
        self, workplace: Workplace, page: QWidget, *, listing: Listing, table: DataTable, ticks: Ticks
    ) -> None:
        super().__init__(page)
        self._workplace = workplace
        self._page = page
        self._listing = listing
        self._table = table
        self._ticks = ticks
        self.found_line = FoundLine()
        self.banner = ConnectionBanner(workplace, detail=_what_is_seen, reload=self.reload_asked.emit)
        self.slow_banner = messages.Banner("warn", icon="hourglass", name="slowBanner")
        self.slow_banner.add_button(_("Cancel"), self._cancel_slow, name="cancelQueryButton")
        self.rows_told = label(role=Font.CAPTION, tone="muted", name="rowsLabel")
        self.hint = label(role=Font.CAPTION, tone="warn", name="narrowHint")
        self.foot = QHBoxLayout()
        self.foot.addWidget(self.rows_told)
        self.foot.addStretch()
        self.foot.addWidget(self.hint)
        listing.counted.connect(self.tell_counts)
        listing.counted.connect(self.tell_rows)
        listing.failed.connect(self.tell_failure)
        listing.slow.connect(self._on_slow)

    def tell_loaded(self) -> None:
        """The rows of a question are here."""
        self.slow_banner.hide()
        if self._workplace.live.connected:
            self.banner.hide()

    def tell_rows(self) -> None:
        """Which of the rows are in sight, and whether there are more than are ever shown."""
        table, shown = self._table, self._listing.shown
        first = table.rowAt(0)
        last = table.rowAt(table.viewport().height() - 1)
        told = ""
        if shown and first >= 0:
            ends = {"first": number(first + 1), "last": number((last if last >= 0 else shown - 1) + 1)}
            found = self._listing.found
            if found is None:
                told = _("Rows {first}–{last}").format(**ends)
            else:
                told = _("Rows {first}–{last} of {count}").format(**ends, count=count_text(found))
        self.rows_told.setText(told)
        self.hint.setText(
            _("The first {count} are shown: narrow the selection").format(count=number(ROWS_AT_MOST))
            if self._listing.capped
            else ""
        )

    def tell_counts(self) -> None:
        """How many are found, of how many, and how many are ticked."""
        listing = self._listing
        self.found_line.show_counts(listing.found, listing.total, at_least=listing.shown)
        parts = []
        if listing.found is not None:
            parts.append(_("Found {count}").format(count=count_text(listing.found)))
        if listing.total is not None:
            parts.append(_("Total {count}").format(count=count_text(listing.total)))
        if len(self._ticks):
            parts.append(_("Ticked {count}").format(count=number(len(self._ticks))))
        self.counts_changed.emit("   ·   ".join(parts))

    def tell_why_empty(
        self,
        where: CounterpartyFilter,
        *,
        create: Callable[[str], object],
        take_last_away: Callable[[], object],
        reset: Callable[[], object],
    ) -> None:
        """What stands in place of the rows where there are none, and the ways out."""
        if where == CounterpartyFilter():
            add = EmptyAction(_("New counterparty"), lambda: create(""), icon="add", name="emptyAddButton")
            self._table.show_when_empty("counterparties", _("No counterparties yet"), "", (add,))
            return
        actions = [
            EmptyAction(_("Take the last condition away"), take_last_away, name="removeLastButton"),
            EmptyAction(_("Reset"), reset, name="emptyResetButton"),
        ]
        if name := where.query:
            shown = name if len(name) <= _NAME_SHOWN else f"{name[: _NAME_SHOWN - 1].rstrip()}…"
            text = _("Enter “{name}”").format(name=shown)
            actions.append(EmptyAction(text, lambda: create(name), icon="add", name="createTypedButton"))
        self._table.show_when_empty("nothing_found", _("Nothing found"), "", tuple(actions))

    def tell_failure(self, error: UserError) -> None:
        """Why what was asked has not come."""
        self.slow_banner.hide()
        if isinstance(error, ConnectionLost):
            self.banner.tell_lost(error)
            return
        messages.show_toast(self._page, str(error), kind="warn")
        self.refused.emit()

    def _on_slow(self) -> None:
        self.slow_banner.show_text(
            _("The answer takes longer than usual."), _("Wait, or cancel and narrow the selection.")
        )

    def _cancel_slow(self) -> None:
        self._listing.cancel()
        self.slow_banner.hide()


def _what_is_seen() -> str:
    return _("You see what was read before; the program keeps trying to connect.")
