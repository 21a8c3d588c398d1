"""The forms of what belongs to a counterparty: a person, an important date, a wish or complaint, an agreed term.

Each is saved at once by itself; what a colleague changed meanwhile is merged, never overwritten.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from altius_desktop.domain.ids import new_id
from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.services.card_part_edits import save_part
from altius_desktop.services.card_parts import (
    DateFields,
    FeedbackFields,
    ImportantDateRow,
    PartFields,
    PartRow,
    PersonFields,
    PersonRow,
    TermFields,
)
from altius_desktop.services.contact_points import POINT_FIELDS
from altius_desktop.ui.dialogs.merged_form import MergedForm
from altius_desktop.ui.form import Field
from altius_desktop.ui.workplace import Workplace


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


def date_form(persons: Sequence[PersonRow], row: ImportantDateRow | None = None) -> PartForm:
    """`row` is the date that is opened: its person stays to choose, on the card or not."""
    known = {person.id: person.fields.full_name for person in persons}
    if row is not None and row.fields.contact_person_id is not None:
        known.setdefault(row.fields.contact_person_id, row.person_name)
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
                choices=tuple(known.items()),
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


class PartDialog(MergedForm):
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
        row_id = row.id if row is not None else new_id()
        super().__init__(
            workplace,
            parent,
            name=form.name,
            icon=form.icon,
            title=form.present if row is not None else form.new,
            subtitle=counterparty_name,
            fields=form.fields,
            today=today,
            seen=row.fields if row is not None else None,
            blank=form.blank,
            write=partial(save_part, counterparty_id=counterparty_id, row_id=row_id),
        )

    def fields_of(self, values: dict[str, Any]) -> Any:
        """What was entered, each of the points on a line of its own without blanks."""
        points = {
            name: "\n".join(filter(None, map(clean_line, clean_text(values[name]).split("\n"))))
            for name in POINT_FIELDS
            if name in values
        }
        return super().fields_of({**values, **points})
