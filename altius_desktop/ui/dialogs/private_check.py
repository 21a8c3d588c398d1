"""The check that makes an activity private, with what it means or why it is not offered."""

from typing import Any
from uuid import UUID

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from altius_desktop.i18n import _
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui.controls import label
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import TickBox


class PrivateCheck(QWidget):
    """Offered to the assignee and the author while an employee, not a department, is to do it."""

    changed = Signal()

    def __init__(self, row: ActivityRow, me: UUID) -> None:
        super().__init__()
        self._ones_own = row.is_private or me in (row.assignee_id, row.author_id)
        self._box = TickBox(_("Private"))
        self._box.setObjectName("privateEdit")
        self._box.setChecked(row.is_private)
        self._box.toggled.connect(lambda _on: self.changed.emit())
        self._words = label(role=Font.CAPTION, tone="muted", wrap=True, name="privateWords")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(12)
        line.addWidget(self._box)
        line.addWidget(self._words, 1)

    def value(self) -> bool:
        return self._box.isChecked()

    def set_value(self, private: bool) -> None:
        self._box.setChecked(private)

    def problem(self, assignee: Any) -> str:
        """What stands in the way of saving it for `assignee`, a pair of "employee" or "department" and an id."""
        if self.value() and assignee is not None and assignee[0] == "department":
            return _("A private activity needs an employee to do it, not a department.")
        return ""

    def offer(self, assignee: Any) -> None:
        """Follow the form's assignee."""
        if assignee is not None and assignee[0] == "department":
            why = _("A private activity needs an employee to do it, not a department.")
        elif not self._ones_own:
            why = _("Only its assignee and whoever planned it may make it private.")
        else:
            why = ""
        # What is ticked can always be taken back.
        self._box.setEnabled(not why or self.value())
        self._box.setToolTip(why)
        self._words.setText(why or _("Others see only that this time is taken."))
