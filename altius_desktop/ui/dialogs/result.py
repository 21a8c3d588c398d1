"""The Result dialog: what a call, an event or a task brought; follow-up, attempts, and who was first."""

from collections.abc import Callable
from datetime import date, time
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QSizePolicy, QVBoxLayout, QWidget

from altius_desktop.domain.errors import AlreadyFinished, ConnectionLost, FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.names import with_initial
from altius_desktop.domain.texts import check_length, clean_text
from altius_desktop.i18n import _
from altius_desktop.services.activities import record_result
from altius_desktop.services.acts import Acted
from altius_desktop.services.attempts import record_attempt, withdraw_last_attempt
from altius_desktop.services.day import ActivityRow
from altius_desktop.services.identity import get_today
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import Button, ElidedLabel, card, label, set_tone, style_label
from altius_desktop.ui.dialogs.day_edits import DayEdit, TimeEdit, likely_today, next_working_day, quick_days
from altius_desktop.ui.dialogs.live_row import LiveRow, finished_words
from altius_desktop.ui.dialogs.result_parts import TILES, AttemptStepper, ResultTiles
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.formats import clock, full_day
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.messages import Banner
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

TEXT_LIMIT = 5000


class ResultDialog(DialogFrame):
    """Enter the result of an activity; accepted once it is saved.

    `plan_requested` says that the user wants to plan next. A press of save after a lost connection is the
    same act again, so that it is done once whatever became of the first.
    """

    def __init__(self, workplace: Workplace, row: ActivityRow, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            name="resultDialog",
            title=_title_of(row),
            icon=icons.known(row.kind_icon, "daily" if row.section == "daily" else "events"),
            scroll=False,
        )
        self.plan_requested = False
        self._workplace = workplace
        self._row = row
        self._seen_version = row.row_version
        self._act_id = new_id()
        self._follow_up_id = new_id()
        self._sent: tuple[object, ...] | None = None
        self._in_doubt = False
        self._over = False
        self._today = likely_today(workplace.identity)
        self._show_subject()
        self._build()
        self._live = LiveRow(workplace, row.id, self)
        self._live.read.connect(self._on_row_read)
        workplace.directories_changed.connect(
            lambda: self._tiles.show_kinds(workplace.directories.result_kinds)
        )
        self._live.read_now()
        workplace.read(get_today, parent=self, done=self._on_today, failed=lambda _error: None, key="today")
        self._show_postponed()
        if row.status != "planned":
            self._show_finished(row)
        self._tiles.focus_first()
        self.resize(780, 598)

    def _show_subject(self) -> None:
        row = self._row
        moment = ", ".join(part for part in (full_day(row.due_on), clock(row.due_time)) if part)
        details = (
            row.contact_person_name,
            row.phone if row.section == "call" else "",
            _("plan: {day}").format(day=moment),
        )
        subject = row.counterparty_name or row.topic
        self.set_header(subtitle=subject, details=" · ".join(part for part in details if part))

    def _build(self) -> None:
        self._finished = Banner("warn", name="finishedBanner")
        self._finished.add_button(_("Copy my text"), self._copy_text, icon="copy", name="copyTextButton")
        self._tiles = ResultTiles(self._workplace.directories.result_kinds)
        self._tiles.chosen.connect(self._on_chosen)
        self._tiles_error = label(role=Font.CAPTION, tone="danger", name="resultKindError")
        keys = label(f"Alt+1 … Alt+{TILES}", role=Font.CAPTION, tone="muted")
        self._text = QPlainTextEdit()
        self._text.setObjectName("resultText")
        self._text.setAccessibleName(_("What was decided"))
        self._text.setTabChangesFocus(True)
        self._text.setMinimumHeight(theme.metrics(Font.BASE).lineSpacing() * 3 + 20)
        self._text.textChanged.connect(self._on_text_changed)
        self._text_error = label(role=Font.CAPTION, tone="danger", name="resultTextError")
        self.body.addWidget(self._finished)
        self.body.addWidget(self._topic_strip())
        self.body.addLayout(_caption(_("Kind of result"), keys, self._tiles_error))
        self.body.addWidget(self._tiles)
        self._postponed = self._postponed_line()
        self.body.addWidget(self._postponed)
        self.body.addLayout(_caption(_("What was decided"), self._text_error))
        self.body.addWidget(self._text, 1)
        self._steppers: dict[str, AttemptStepper] = {}
        if self._row.section == "call":
            self._add_steppers()
        self.body.addSpacing(2)
        self._plan_button = self.add_footer_button(
            Button(
                _("Save and plan…"),
                icon="plan",
                hint="Ctrl+Shift+Enter",
                name="saveAndPlanButton",
                on_click=self.save_and_plan,
            )
        )
        for place in range(TILES):
            shortcut(self, f"Alt+{place + 1}", partial(self._tiles.choose_place, place))
        for enter in ("Return", "Enter"):
            shortcut(self, f"Ctrl+Shift+{enter}", self._plan_button.click)

    def _topic_strip(self) -> QWidget:
        row = self._row
        strip = card("quiet")
        line = QHBoxLayout(strip)
        line.setContentsMargins(12, 7, 12, 7)
        line.setSpacing(8)
        if row.topic:
            topic = style_label(ElidedLabel(row.topic), role=Font.TABLE_STRONG)
            topic.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
            line.addWidget(topic)
        if row.description:
            description = " ".join(row.description.split())
            line.addWidget(style_label(ElidedLabel(description), role=Font.TABLE, tone="text2"), 3)
        else:
            line.addStretch(1)
        planned = _("planned {day}, {name}").format(
            day=full_day(row.planned_on), name=with_initial(row.author_name)
        )
        line.addWidget(label(planned, role=Font.TABLE, tone="muted"))
        return strip

    def _postponed_line(self) -> QWidget:
        block = QWidget()
        self._day = DayEdit(
            name="postponedDay",
            title=_("Postponed to"),
            today=self._today,
            day=next_working_day(self._today),
        )
        self._time = TimeEdit(name="postponedTime", title=_("Time"), moment=self._row.due_time)
        self._day_error = label(role=Font.CAPTION, tone="danger", name="postponedError")
        self._day.changed.connect(lambda: self._tell_day(""))
        self._time.changed.connect(lambda: self._tell_day(""))
        line = QHBoxLayout()
        line.setSpacing(6)
        line.addWidget(label(_("Postponed to"), role=Font.STRONG))
        line.addWidget(self._day)
        line.addWidget(self._time)
        line.addSpacing(4)
        for name, text, day in quick_days(lambda: self._today):
            if name != "dayAfterTomorrowButton":
                choose = partial(self._choose_day, day)
                line.addWidget(Button(text, small=True, name=name, on_click=choose))
        line.addStretch(1)
        whole = QVBoxLayout(block)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        whole.addLayout(line)
        whole.addWidget(self._day_error)
        self._day_error.hide()
        return block

    def _choose_day(self, day: Callable[[], date]) -> None:
        self._day.set_value(day())

    def _add_steppers(self) -> None:
        said = label(_("saved at once"), role=Font.CAPTION, tone="muted")
        self.body.addLayout(_caption(_("Attempts today"), said))
        line = QHBoxLayout()
        line.setSpacing(10)
        for outcome, text, role in (
            ("no_answer", _("No answer"), "warn"),
            ("not_reached", _("Could not talk"), "text2"),
            ("talked", _("Talked"), "ok"),
        ):
            stepper = AttemptStepper(outcome, text, role=role)
            stepper.stepped.connect(self._step_attempt)
            line.addWidget(stepper, 1)
            self._steppers[outcome] = stepper
        self.body.addLayout(line)
        self._show_counts(self._row)

    def _show_counts(self, row: ActivityRow) -> None:
        for outcome, stepper in self._steppers.items():
            stepper.show_count(getattr(row, outcome))

    def _step_attempt(self, outcome: str, step: int) -> None:
        activity_id, attempt_id = self._row.id, new_id()

        def op(session: Any, act: UUID) -> Acted:
            if step > 0:
                return record_attempt(
                    session,
                    act_id=act,
                    attempt_id=attempt_id,
                    activity_id=activity_id,
                    outcome=outcome,
                )
            return withdraw_last_attempt(
                session,
                act_id=act,
                activity_id=activity_id,
                outcome=outcome,
            )

        self.banner.hide()
        self._workplace.act(op, parent=self, failed=self.show_error)

    def _on_today(self, today: date) -> None:
        if today != self._today:
            untouched = self._day.value() == next_working_day(self._today)
            self._today = today
            self._day.set_today(today)
            if untouched:
                self._day.set_value(next_working_day(today))

    def _on_row_read(self, row: ActivityRow) -> None:
        self._show_counts(row)
        if self._over or self.busy or self._in_doubt:
            # Whether it was I who finished it, the save says.
            return
        self._row = row
        if row.status != "planned":
            self._show_finished(row)
        else:
            self._seen_version = row.row_version
            self._show_subject()

    def _on_chosen(self) -> None:
        self._tell_kind("")
        self._show_postponed()

    def _show_postponed(self) -> None:
        kind = self._tiles.kind
        self._postponed.setVisible(kind is not None and kind.postpones)

    def _on_text_changed(self) -> None:
        count = len(self._text.toPlainText())
        too_long = count > TEXT_LIMIT and len(clean_text(self._text.toPlainText())) > TEXT_LIMIT
        self._tell_text(
            _("Too long: {count} characters, at most {limit} fit.").format(count=count, limit=TEXT_LIMIT)
            if too_long
            else ""
        )

    def _tell_kind(self, text: str) -> None:
        self._tiles_error.setText(text)
        self._tiles.set_wrong(bool(text))

    def _tell_text(self, text: str) -> None:
        self._text_error.setText(text)
        set_tone(self._text, "wrong", bool(text))

    def _tell_day(self, text: str) -> None:
        self._day_error.setText(text)
        self._day_error.setVisible(bool(text))

    def has_changes(self) -> bool:
        return self._tiles.kind is not None or bool(self._text.toPlainText().strip())

    def save(self) -> None:
        self._save(plan=False)

    def save_and_plan(self) -> None:
        """Save, close, and ask the page to plan next."""
        self._save(plan=True)

    def _save(self, *, plan: bool) -> None:
        if self.busy or self._over:
            return
        kind = self._tiles.kind
        if kind is None:
            self._tell_kind(_("Choose the kind of result"))
            self._tiles.focus_first()
            return
        postponed_to = self._wanted_day() if kind.postpones else None
        if kind.postpones and postponed_to is None:
            return
        try:
            text = check_length("result_text", clean_text(self._text.toPlainText()), TEXT_LIMIT)
        except FieldError:
            self._text.setFocus()
            return
        self.banner.hide()
        self.plan_requested = plan
        self._send(kind.id, text, postponed_to)

    def _send(self, kind_id: UUID, text: str, postponed_to: tuple[date, time | None] | None) -> None:
        activity_id, seen, follow_up_id = self._row.id, self._seen_version, self._follow_up_id
        first = self._sent
        sent = (kind_id, text, postponed_to)
        self._sent = sent if first is None else first
        self.set_busy(True)
        self._workplace.act(
            lambda session, act: record_result(
                session,
                act_id=act,
                activity_id=activity_id,
                seen_version=seen,
                kind_id=kind_id,
                text=text,
                follow_up_id=follow_up_id,
                postponed_to=postponed_to,
            ),
            parent=self,
            act_id=self._act_id,
            done=lambda acted: self._on_saved(acted, unchanged=first in (None, sent)),
            failed=self._on_failed,
        )

    def _wanted_day(self) -> tuple[date, time | None] | None:
        """The day and time to postpone to; None after having said what is wrong with them."""
        day = self._day.value()
        told = _("Enter the day to postpone to") if self._day.is_blank() else self._day.problem()
        if day is not None and day < self._today:
            told = _("This day is past")
        if day is None or told:
            self._day.setFocus()
            self._day.mark(True)
            self._tell_day(told)
            return None
        if told := self._time.problem():
            self._time.setFocus()
            self._time.mark(True)
            self._tell_day(told)
            return None
        return day, self._time.value()

    def _on_saved(self, acted: Acted, *, unchanged: bool) -> None:
        self.set_busy(False)
        if acted.inverse is None and not unchanged:
            # The press whose answer was lost had got through; what was changed since did not.
            self._in_doubt = False
            self._lock(
                _("Already saved"),
                _(
                    "The first press had reached the server: what you had entered then is saved. "
                    "What you changed afterwards is not; copy it if you need it."
                ),
            )
            return
        self.close_saved()

    def _on_failed(self, error: UserError) -> None:
        self.plan_requested = False
        if isinstance(error, ConnectionLost):
            self._in_doubt = True
        elif not self._in_doubt or isinstance(error, AlreadyFinished | FieldError):
            # The server took nothing: what is sent next may be something else.
            self._in_doubt = False
            self._sent = None
        self.show_error(error)
        if isinstance(error, AlreadyFinished):
            self._row = error.theirs
            self._seen_version = error.theirs.row_version
            self._show_subject()
            if error.theirs.status != "planned":
                self._show_finished(error.theirs)

    def set_busy(self, busy: bool) -> None:
        super().set_busy(busy)
        self._text.setReadOnly(busy)

    def _show_finished(self, row: ActivityRow) -> None:
        kept = _("A result is not overwritten. Your text stays here to be copied.")
        self._lock(_("Already finished"), f"{finished_words(row)} {kept}")

    def _lock(self, title: str, detail: str) -> None:
        self._over = True
        self.banner.hide()
        self._finished.show_text(title, detail)
        for widget in (self.save_button, self._plan_button, self._tiles, self._postponed):
            widget.setEnabled(False)
        for stepper in self._steppers.values():
            stepper.setEnabled(False)
        # A text that wraps needs height that the minimum of the layout does not know.
        layout = self.layout()
        if layout is not None:
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalMinimumHeightForWidth(self.width())))

    def _copy_text(self) -> None:
        QGuiApplication.clipboard().setText(self._text.toPlainText())


def _title_of(row: ActivityRow) -> str:
    if row.section == "call":
        return _("Result of the call")
    if row.section == "daily":
        return _("Result of the task")
    return _("Result: {kind}").format(kind=row.kind_name)


def _caption(text: str, *beside: QWidget) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(8)
    line.addWidget(label(text, role=Font.STRONG), 0, Qt.AlignmentFlag.AlignBaseline)
    for widget in beside:
        line.addWidget(widget, 0, Qt.AlignmentFlag.AlignBaseline)
    line.addStretch(1)
    return line
