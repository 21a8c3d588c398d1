"""The two questions that an answer to a notice may need: why not, and when again."""

from datetime import date, time
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.notices import REASON_LIMIT, answer_notice, snooze_to
from altius_desktop.ui.controls import label
from altius_desktop.ui.dialogs.day_edits import DayEdit, TimeEdit, likely_today
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.form.editors import NoteEdit
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

NOTHING_TOUCHED = Acted(frozenset(), None)


class CannotDialog(DialogFrame):
    """Tell the sender why one cannot; accepted once the answer is saved."""

    def __init__(self, workplace: Workplace, notice_id: UUID, told: str, parent: QWidget) -> None:
        """`told` is what the notice says."""
        super().__init__(
            parent,
            name="cannotDialog",
            icon="message",
            title=_("I cannot"),
            details=told,
            save_text=_("Send the answer"),
            scroll=False,
        )
        self._workplace = workplace
        self._notice_id = notice_id
        self._act_id = new_id()
        self._reason = NoteEdit(max_length=REASON_LIMIT, rows=3)
        self._reason.text.setObjectName("reasonEdit")
        self._reason.text.setAccessibleName(_("Reason"))
        self._reason.changed.connect(self._check)
        self._wrong = label(role=Font.CAPTION, tone="danger", wrap=True, name="reasonError")
        self.body.addWidget(label(_("Reason"), role=Font.STRONG))
        self.body.addWidget(self._reason)
        self.body.addWidget(self._wrong)
        self.resize(460, 260)
        self._reason.setFocus()

    def has_changes(self) -> bool:
        return not self._reason.is_blank()

    def _check(self) -> None:
        self._wrong.setText(self._reason.problem())
        self._reason.mark(bool(self._reason.problem()))

    def save(self) -> None:
        self._check()
        if self._reason.problem():
            return
        notice_id, reason = self._notice_id, self._reason.value()
        self.set_busy(True)
        self._workplace.act(
            lambda session, act: answer_notice(
                session, act_id=act, notice_id=notice_id, answer="cannot", reason=reason
            ),
            parent=self,
            act_id=self._act_id,
            done=lambda _acted: self.close_saved(),
            failed=lambda error: _tell(self, self._wrong, error),
        )


class SnoozeDialog(DialogFrame):
    """Put a notice off to a typed time; accepted once that is saved."""

    def __init__(self, workplace: Workplace, notice_id: UUID, told: str, parent: QWidget) -> None:
        super().__init__(
            parent,
            name="snoozeDialog",
            icon="clock",
            title=_("Snooze until"),
            details=told,
            save_text=_("Snooze"),
            scroll=False,
        )
        self._workplace = workplace
        self._notice_id = notice_id
        today = likely_today(workplace.identity)
        self._first = (today, None)
        self._day = DayEdit(name="snoozeDay", title=_("Day"), today=today, day=today)
        self._time = TimeEdit(name="snoozeTime", title=_("Time"))
        self._wrong = label(role=Font.CAPTION, tone="danger", wrap=True, name="snoozeError")
        self._wrong.setMinimumHeight(self._wrong.fontMetrics().height())
        row = QHBoxLayout()
        row.setSpacing(6)
        row.addWidget(self._day)
        row.addWidget(self._time)
        row.addStretch()
        self.body.addLayout(row)
        self.body.addWidget(self._wrong)
        self.body.addStretch()
        self.resize(420, 200)
        self._time.setFocus()

    def has_changes(self) -> bool:
        return self._values() != self._first

    def _values(self) -> tuple[date | None, time | None]:
        return self._day.value(), self._time.value()

    def save(self) -> None:
        day, moment = self._values()
        problem = self._day.problem() or self._time.problem()
        if problem or day is None or moment is None:
            self._wrong.setText(problem or _("Enter the day and the time"))
            self._day.mark(day is None)
            self._time.mark(moment is None)
            return
        self._wrong.setText("")
        notice_id = self._notice_id

        def write(session, _act) -> Acted:
            snooze_to(session, notice_id, day=day, moment=moment)
            return NOTHING_TOUCHED

        self.set_busy(True)
        self._workplace.act(
            write,
            parent=self,
            done=lambda _acted: self.close_saved(),
            failed=lambda error: _tell(self, self._wrong, error),
        )


def _tell(dialog: DialogFrame, beside: QLabel, error: UserError) -> None:
    """What is wrong with what was typed stands beside it, anything else above."""
    if isinstance(error, FieldError):
        dialog.set_busy(False)
        beside.setText(str(error))
    else:
        dialog.show_error(error)
