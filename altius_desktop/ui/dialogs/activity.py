"""One activity for reading and editing; what a colleague changed meanwhile is merged, never overwritten."""

from dataclasses import fields as fields_of_class
from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import Conflict, ConnectionLost, FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.activities import ActivityFields, fields_of, update_activity
from altius_desktop.services.acts import Acted
from altius_desktop.services.audit import ChangedPlace
from altius_desktop.services.day import ActivityRow, list_showings
from altius_desktop.services.identity import get_today
from altius_desktop.ui import icons
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.dialogs.activity_form import ActivityForm, field_labels
from altius_desktop.ui.dialogs.changes import ChangesDialog
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.dialogs.day_edits import likely_today
from altius_desktop.ui.dialogs.history_rows import shown_days
from altius_desktop.ui.dialogs.live_row import LiveRow
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.formats import clock, for_whom, full_day
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.presence import PresenceLabel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace


class ActivityDialog(DialogFrame):
    """Edit an activity; accepted once it is saved. Where it may not be changed it is shown for reading.

    Saved is what was changed here against the row that the dialog was opened with. A field that a colleague
    changed differently is asked about; a field that only he changed keeps his value.
    """

    def __init__(self, workplace: Workplace, row: ActivityRow, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            name="activityDialog",
            icon=icons.known(row.kind_icon, "daily" if row.section == "daily" else "events"),
            title=row.kind_name or _("Daily task"),
            subtitle=row.counterparty_name or row.topic,
            details=_status(row),
        )
        self._workplace = workplace
        self._row = row
        self._seen = fields_of(row)
        self._told_version = row.row_version
        self._act_id = new_id()
        self._sent: ActivityFields | None = None
        self._decided: dict[str, Any] = {}
        self._form = ActivityForm(workplace, row, likely_today(workplace.identity))
        self._form.changed.connect(self._on_form_changed)
        self.body.addWidget(self._form)
        for text in _facts(row):
            self.body.addWidget(label(text, role=Font.TABLE, tone="muted", wrap=True))
        if row.section == "daily":
            self._tell_showings()
        self.body.addStretch()
        changes = Button(
            _("Who changed what"),
            icon="history",
            hint="Ctrl+Shift+H",
            name="changesButton",
            on_click=self.show_changes,
        )
        self.footer.insertWidget(1, changes)
        shortcut(self, "Ctrl+Shift+H", self.show_changes)
        self._live = LiveRow(workplace, row.id, self)
        self._live.read.connect(self._on_row_read)
        workplace.read(
            get_today, parent=self, done=self._form.set_today, failed=self._on_read_failed, key="today"
        )
        if workplace.why_not_change(row):
            self._only_show()
        presence = PresenceLabel(workplace, "activity")
        self.add_to_head(presence)
        presence.stand_for(row.id)
        self.resize(740, 660)
        self._form.focus_first()

    def _tell_showings(self) -> None:
        """Tell on which days the task was shown and not done."""
        told = label(role=Font.TABLE, tone="muted", wrap=True, name="shownDays")
        self.body.addWidget(told)
        activity_id = self._row.id
        self._workplace.read(
            lambda session: list_showings(session, activity_id),
            parent=self,
            done=lambda days: told.setText(shown_days(days)),
            failed=self._on_read_failed,
        )

    def _only_show(self) -> None:
        self._form.set_read_only()
        self.save_nothing()
        self.banner.show_kind("info", "lock")
        self.banner.show_text(_("For reading only"), _may_change_words(self._row))

    def show_changes(self) -> None:
        """Show who changed what of this activity, and its attempts."""
        place = ChangedPlace.of_activity(self._row.id)
        name = self._row.counterparty_name or self._row.topic
        dialog = ChangesDialog(self._workplace, place, name, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def has_changes(self) -> bool:
        return self.save_button.isEnabled() and self._form.has_changes()

    def _on_form_changed(self) -> None:
        if self._decided:
            # What was decided holds for what was then typed.
            self._decided = {}

    def save(self) -> None:
        if not self._form.check():
            return
        self._send(self._form.values())

    def _send(self, mine: ActivityFields) -> None:
        activity_id, seen, decided = self._row.id, self._seen, dict(self._decided)
        self._sent = self._sent or mine
        self.set_busy(True)
        self._workplace.act(
            lambda session, act: update_activity(
                session, act_id=act, activity_id=activity_id, seen=seen, mine=mine, decided=decided
            ),
            parent=self,
            act_id=self._act_id,
            done=lambda acted: self._on_saved(acted, mine),
            failed=lambda error: self._on_failed(error, mine),
        )

    def _on_saved(self, acted: Acted, mine: ActivityFields) -> None:
        if acted.inverse is None and self._sent is not None and self._sent != mine:
            # The press whose answer was lost had got through; what was changed since is saved on top of it.
            self._seen, self._act_id, self._sent = self._sent, new_id(), None
            self._send(mine)
            return
        self.close_saved()

    def _on_failed(self, error: UserError, mine: ActivityFields) -> None:
        self.set_busy(False)
        if not isinstance(error, ConnectionLost):
            self._sent = None
        if isinstance(error, Conflict):
            self._ask(error, mine)
        elif isinstance(error, FieldError) and self._form.show_field_error(error.field, str(error)):
            return
        else:
            self.banner.show_kind("danger")
            self.show_error(error)

    def conflict_dialog(self, conflict: Conflict) -> ConflictDialog:
        """The question about what both sides changed, in the words of this form."""
        return ConflictDialog(
            self,
            conflict,
            labels=field_labels(),
            text_of=lambda field, value: self._form.text_of(field, value, conflict.theirs),
            subtitle=self._row.counterparty_name or self._row.topic,
        )

    def _ask(self, conflict: Conflict, mine: ActivityFields) -> None:
        dialog = self.conflict_dialog(conflict)

        def decide() -> None:
            theirs = {field.field: field.theirs for field in conflict.fields}
            keeps = dialog.keeps_mine
            taken = {field: value for field, value in theirs.items() if not keeps[field]}
            self._form.take_theirs(taken, conflict.theirs)
            self._decided = {field: value for field, value in theirs.items() if keeps[field]}
            self._send(replace(mine, **taken))

        dialog.accepted.connect(decide)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _on_row_read(self, row: ActivityRow) -> None:
        if self.busy or row.row_version <= self._told_version:
            return
        self._told_version = row.row_version
        self.set_header(details=_status(row))
        theirs = fields_of(row)
        changed = [
            field_labels()[field.name]
            for field in fields_of_class(ActivityFields)
            if getattr(theirs, field.name) != getattr(self._seen, field.name)
        ]
        if row.concealed:
            # Its texts are not gone, as they would seem here: they are no longer for this employee.
            changed = [field_labels()["is_private"]]
        if changed and self.save_button.isEnabled():
            self.banner.show_kind("info")
            self.banner.show_text(
                _("{name} changed this at {time:%H:%M}: {fields}.").format(
                    name=with_initial(row.changed_by_name) or "—",
                    time=row.changed_at,
                    fields=", ".join(dict.fromkeys(changed)).lower(),
                ),
                _("What you change is merged with it when you save."),
            )

    def _on_read_failed(self, _error: UserError) -> None:
        """The window's banner tells of a lost line; saving tells of it here."""


def _status(row: ActivityRow) -> str:
    """Where the activity stands, in a line."""
    if row.status == "cancelled":
        return _("cancelled")
    if row.status == "done":
        when = row.finished_at
        moment = f"{full_day(when.date())} {clock(when)}" if when is not None else ""
        who = with_initial(row.finished_by_name)
        if row.assignee_name and row.assignee_name != row.finished_by_name:
            who += " " + for_whom(row.assignee_name)
        return ", ".join(part for part in (row.result_kind_name or _("done"), moment, who) if part)
    return _("open")


def _facts(row: ActivityRow) -> list[str]:
    facts = [
        _("Planned {day}, {name}").format(day=full_day(row.planned_on), name=with_initial(row.author_name))
    ]
    if row.result_text:
        facts.append(_("Result: {text}").format(text=row.result_text))
    return facts


def _may_change_words(row: ActivityRow) -> str:
    names: list[str] = []
    for name in (row.assignee_name, row.author_name):
        short = with_initial(name)
        if short and short not in names:
            names.append(short)
    if row.department_name:
        names.append(_("everybody in the department “{name}”").format(name=row.department_name))
    return _("It may be changed by: {names}, and the director.").format(names=", ".join(names))
