"""Erasing a contact person's data: the director says why, and is told what goes and what stays."""

from typing import Any

from PySide6.QtWidgets import QWidget

from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.card_parts import PersonRow
from altius_desktop.services.erasure import REASON_LIMIT, erase_person
from altius_desktop.ui.controls import label, set_tone
from altius_desktop.ui.dialogs.day_edits import likely_today
from altius_desktop.ui.form import Field, FormDialog
from altius_desktop.ui.messages import confirm
from altius_desktop.ui.workplace import Workplace


class ErasingDialog(FormDialog):
    """Accepted once the data is erased."""

    def __init__(
        self, workplace: Workplace, person: PersonRow, counterparty_name: str, parent: QWidget | None
    ) -> None:
        self._workplace = workplace
        self._person = person
        super().__init__(
            parent,
            name="erasingDialog",
            icon="delete",
            title=_("Erase personal data"),
            subtitle=person.fields.full_name,
            details=counterparty_name,
            save_text=_("Erase"),
            fields=(
                Field(
                    "reason",
                    _("Why"),
                    required=True,
                    max_length=REASON_LIMIT,
                    placeholder=_("A request of such a date and number"),
                ),
            ),
            today=likely_today(workplace.identity),
            on_save=self._on_values,
        )
        set_tone(self.save_button, "kind", "danger")
        for text in (
            _("Name, position, birthday, phones, e-mails, dates and notes are erased from the card, from "
              "the texts of contacts and from the history of changes."),
            _("The contacts themselves stay, and so does the note of who erased what, when and why. "
              "Backups made before still hold the data."),
        ):  # fmt: skip
            self.body.insertWidget(self.body.count() - 1, label(text, tone="text2", wrap=True))

    def _on_values(self, values: dict[str, Any]) -> None:
        name, person_id, reason = self._person.fields.full_name, self._person.id, values["reason"]
        if not confirm(
            self,
            _("Erase the data of {name}?").format(name=name),
            _("This cannot be taken back."),
            _("Erase"),
            _("Cancel"),
            danger=True,
        ):
            return

        def erased(_acted: Acted) -> None:
            self.close_saved()

        self.set_busy(True)
        self._workplace.act(
            lambda session, act: erase_person(session, act_id=act, person_id=person_id, reason=reason),
            parent=self,
            done=erased,
            failed=self.show_error,
        )
