"""The forms of what belongs to a counterparty: a person, an important date, a wish or complaint, an agreed term.

Each is saved at once by itself; what a colleague changed meanwhile is merged, never overwritten.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import Conflict, ConnectionLost, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.card_parts import (
    AgreedTermRow,
    DateFields,
    FeedbackFields,
    FeedbackRow,
    ImportantDateRow,
    PartFields,
    PersonFields,
    PersonRow,
    TermFields,
    save_part,
)
from altius_desktop.services.contact_points import POINT_FIELDS
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.form import Field, FormDialog
from altius_desktop.ui.formats import full_day
from altius_desktop.ui.workplace import Workplace

PartRow = PersonRow | ImportantDateRow | FeedbackRow | AgreedTermRow


@dataclass(frozen=True)
class PartForm:
    """How one kind of part is edited: its icon, the titles of a new and of a present one, its fields."""

    name: str
    icon: str
    new: str
    present: str
    fields: tuple[Field, ...]
    blank: PartFields


def person_form() -> PartForm:
    several = _("one on a line; an extension as “ext. 123”")
    return PartForm(
        "personDialog",
        "contact",
        _("New contact person"),
        _("Contact person"),
        (
            Field("full_name", _("Full name"), required=True, max_length=200),
            Field("position", _("Position"), max_length=200),
            Field("phones", _("Phones"), "note", rows=2, placeholder=several),
            Field("faxes", _("Fax"), "note", rows=1),
            Field("emails", _("E-mail"), "note", rows=1),
            Field("birthday", _("Birthday"), "date"),
            Field("is_main", _("Main contact person"), "check"),
            Field("note", _("Note"), "note", rows=3, max_length=5000),
        ),
        PersonFields(),
    )


def date_form(persons: Sequence[PersonRow]) -> PartForm:
    return PartForm(
        "importantDateDialog",
        "birthday",
        _("New important date"),
        _("Important date"),
        (
            Field("title", _("What it is"), required=True, max_length=200),
            Field("falls_on", _("Day"), "date", required=True),
            Field("yearly", _("Every year"), "check"),
            Field("remind_days", _("Remind, days before"), "number", bounds=(0, 365)),
            Field(
                "contact_person_id",
                _("Contact person"),
                "choice",
                choices=tuple((person.id, person.fields.full_name) for person in persons),
            ),
        ),
        DateFields(),
    )


def feedback_form() -> PartForm:
    return PartForm(
        "feedbackDialog",
        "message",
        _("New wish or complaint"),
        _("Wish or complaint"),
        (
            Field("kind", _("Kind"), "choice", choices=tuple(feedback_kinds().items()), required=True),
            Field("said_on", _("Day"), "date"),
            Field("text", _("Text"), "note", required=True, max_length=5000, rows=4),
            Field("answer", _("Answer"), "note", max_length=5000, rows=3),
            Field("closed_on", _("Closed on"), "date"),
        ),
        FeedbackFields(),
    )


def term_form() -> PartForm:
    return PartForm(
        "termDialog",
        "document",
        _("New agreed term"),
        _("Agreed term"),
        (
            Field("text", _("Term or discount"), "note", required=True, max_length=2000, rows=3),
            Field("valid_from", _("Valid from"), "date"),
            Field("valid_to", _("Valid to"), "date"),
        ),
        TermFields(),
    )


def feedback_kinds() -> dict[str, str]:
    return {"wish": _("Wish"), "complaint": _("Complaint")}


class PartDialog(FormDialog):
    """Edits one part of a counterparty, or adds one (`row` is None); accepted once it is saved."""

    def __init__(
        self,
        workplace: Workplace,
        parent: QWidget,
        *,
        form: PartForm,
        counterparty_id: UUID,
        counterparty_name: str,
        row: PartRow | None,
        today: date,
    ) -> None:
        self._workplace = workplace
        self._form = form
        self._counterparty_id = counterparty_id
        self._row_id = row.id if row is not None else new_id()
        self._seen: PartFields | None = row.fields if row is not None else None
        self._act_id = new_id()
        self._sent: PartFields | None = None
        self._decided: dict[str, Any] = {}
        super().__init__(
            parent,
            name=form.name,
            icon=form.icon,
            title=form.present if row is not None else form.new,
            subtitle=counterparty_name,
            fields=form.fields,
            today=today,
            on_save=self._on_values,
            values=asdict(self._seen or form.blank),
        )

    def _on_values(self, values: dict[str, Any]) -> None:
        self._send(self._fields_of(values))

    def _fields_of(self, values: dict[str, Any]) -> PartFields:
        """What was entered; a text that only cleaning changes counts as it was."""
        seen = self._seen or self._form.blank
        taken: dict[str, Any] = {}
        for field in fields(seen):
            value, before = values[field.name], getattr(seen, field.name)
            if field.name in POINT_FIELDS:
                value = "\n".join(filter(None, map(clean_line, clean_text(value).split("\n"))))
            if isinstance(value, str) and isinstance(before, str) and value != before:
                value = before if value in (clean_line(before), clean_text(before)) else value
            taken[field.name] = value
        return replace(seen, **taken)

    def _send(self, mine: PartFields) -> None:
        seen, decided = self._seen, dict(self._decided)
        firm, row_id = self._counterparty_id, self._row_id
        self._sent = self._sent or mine
        self.set_busy(True)
        self._workplace.act(
            lambda session, act: save_part(
                session,
                act_id=act,
                counterparty_id=firm,
                row_id=row_id,
                seen=seen,
                mine=mine,
                decided=decided,
            ),
            parent=self,
            act_id=self._act_id,
            done=lambda acted: self._on_saved(acted, mine),
            failed=lambda error: self._on_failed(error, mine),
        )

    def _on_saved(self, acted: Acted, mine: PartFields) -> None:
        if acted.inverse is None and self._sent is not None and self._sent != mine:
            # The press whose answer was lost had got through; what was changed since is saved on top of it.
            self._seen, self._act_id, self._sent = self._sent, new_id(), None
            self._send(mine)
            return
        self.close_saved()

    def _on_failed(self, error: UserError, mine: PartFields) -> None:
        self.set_busy(False)
        if not isinstance(error, ConnectionLost):
            self._sent = None
        if isinstance(error, Conflict):
            self._ask(error, mine)
        else:
            self.show_error(error)

    def _ask(self, conflict: Conflict, mine: PartFields) -> None:
        dialog = ConflictDialog(
            self,
            conflict,
            labels={field.key: field.label for field in self._form.fields},
            text_of=self._text_of,
            subtitle=self._form.present,
        )

        def decide() -> None:
            theirs = {field.field: field.theirs for field in conflict.fields}
            keeps = dialog.keeps_mine
            taken = {name: value for name, value in theirs.items() if not keeps[name]}
            self._decided = {name: value for name, value in theirs.items() if keeps[name]}
            for name, value in taken.items():
                self.editor(name).set_value(value)
            self._send(replace(mine, **taken))

        dialog.accepted.connect(decide)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _text_of(self, name: str, value: Any) -> str:
        if value is None:
            return ""
        field = next(field for field in self._form.fields if field.key == name)
        if field.kind == "choice":
            return dict(field.choices).get(value, "—")
        if field.kind == "check":
            return _("yes") if value else _("no")
        return full_day(value) if isinstance(value, date) else str(value)
