"""The history of contacts inside the card: a table and its period."""

from dataclasses import replace
from datetime import date
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.history import HISTORY_LIMIT, HistoryRow
from altius_desktop.ui.controls import label
from altius_desktop.ui.dialogs.history_period import HistoryPeriod
from altius_desktop.ui.dialogs.history_rows import history_columns, history_style
from altius_desktop.ui.formats import full_day, number
from altius_desktop.ui.table import Column, DataTable, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

NOBODY = UUID(int=0)


class HistoryPart(QWidget):
    """Contacts of the last quarter, or of the period that is chosen; what is still planned stands in the plan."""

    row_opened = Signal(object)  # HistoryRow

    def __init__(self, workplace: Workplace, today: date) -> None:
        super().__init__()
        self._model = RowTableModel(_columns(), style=history_style, parent=self)
        self._model.set_legend(dict(workplace.directories.legend))
        self.table = DataTable(self._model, name="historyTable", title=_("History of contacts"))
        self.table.activated_row.connect(self.row_opened)
        self.period = HistoryPeriod(workplace, NOBODY, today=today, chosen="quarter")
        self.period.asked.connect(self.reload)
        self._counts = label(role=Font.CAPTION, tone="muted", name="historyCounts")
        head = QHBoxLayout()
        head.setSpacing(6)
        head.addWidget(label(_("History"), role=Font.SECTION))
        head.addSpacing(2)
        head.addWidget(self._counts)
        head.addWidget(self.period.problem)
        head.addStretch()
        head.addWidget(self.period)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(6)
        whole.addLayout(head)
        whole.addWidget(self.table, 1)

    def stand_for(self, counterparty_id: UUID) -> None:
        """Show the contacts of this counterparty from the next reading on."""
        self.period.stand_for(counterparty_id)

    @property
    def ids(self) -> frozenset[UUID]:
        """The contacts that are shown."""
        return frozenset(row.id for row in self._model.rows())

    def reload(self) -> None:
        """Read the period anew; without effect while its days are wrong."""
        self.period.read(parent=self, done=self._on_read, failed=self._not_now)

    def take_over(self, former: "HistoryPart") -> None:
        """Show the period that the former one showed."""
        self.period.take_over(former.period)
        self.reload()

    def _not_now(self, _error: UserError) -> None:
        """The window's banner tells of a lost line; the period is read again at its return."""

    def _on_read(self, rows: tuple[HistoryRow, ...]) -> None:
        self.period.say_when_empty(self.table)
        full = len(rows) == HISTORY_LIMIT
        rows = tuple(row for row in rows if row.status != "planned")
        self._model.set_rows(rows)
        text = number(len(rows))
        if full:
            text = _("the latest {count} are shown").format(count=number(HISTORY_LIMIT))
        self._counts.setText(text)


def _columns() -> tuple[Column, ...]:
    """The history's columns in the width of the card: the contact person instead of the time and the attempts."""
    known = {column.key: column for column in history_columns()}
    moment = known["when"].value
    person = Column("person", _("Contact person"), 13, lambda row: with_initial(row.contact_person_name))
    return (
        replace(known["when"], width_chars=11, value=lambda row: full_day(row.day), tooltip=moment),
        replace(known["kind"], yields=0.85),
        person,
        replace(known["topic"], width_chars=20, yields=0.4),
        replace(known["result"], width_chars=22, yields=0.5),
        known["text"],
        replace(known["who"], yields=0.75),
    )
