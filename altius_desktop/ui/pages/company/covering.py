"""The dialogs of who stands in for whom: an absence with its substitute, a reminder route, the director's referent."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from altius_desktop.domain.errors import ConnectionLost, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.company import set_referent
from altius_desktop.services.covers import AbsenceRow, end_absence, list_absences, save_absence, save_route
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.form import Field, FormDialog
from altius_desktop.ui.pages.company.forms import colleagues, person_item
from altius_desktop.ui.pages.company.people import absence_text
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_REASON = 200


class CoverForm(FormDialog):
    """A form whose fields are the arguments of `write`; pressed again after a lost answer it is done once."""

    changed = True

    def __init__(
        self,
        workplace: Workplace,
        parent: QWidget,
        *,
        name: str,
        icon: str,
        title: str,
        subtitle: str,
        fields: tuple[Field, ...],
        today: date,
        write: Any,
        values: dict[str, Any] | None = None,
    ) -> None:
        self._workplace = workplace
        self._write = write
        self._act_id = new_id()
        self._sent: dict[str, Any] = {}
        super().__init__(
            parent,
            name=name,
            icon=icon,
            title=title,
            subtitle=subtitle,
            fields=fields,
            today=today,
            on_save=self._on_values,
            values=values,
        )

    def _on_values(self, values: dict[str, Any]) -> None:
        # Something else than what may have arrived is another act upon the same row.
        if values != self._sent:
            self._act_id, self._sent = new_id(), values
        write = self._write
        self.set_busy(True)
        self._workplace.act(
            lambda session, act: write(session, act_id=act, **values),
            parent=self,
            act_id=self._act_id,
            done=lambda _acted: self.close_saved(),
            failed=self._on_failed,
        )

    def _on_failed(self, error: UserError) -> None:
        if not isinstance(error, ConnectionLost):
            self._act_id, self._sent = new_id(), {}
        self.show_error(error)


class AbsenceDialog(CoverForm):
    """Enters when an employee is away and who stands in; shows the absences that are not over, to be taken off."""

    def __init__(
        self,
        workplace: Workplace,
        parent: QWidget,
        *,
        employee_id: UUID,
        full_name: str,
        today: date,
        absences: tuple[AbsenceRow, ...],
    ) -> None:
        self._employee_id = employee_id
        super().__init__(
            workplace,
            parent,
            name="absenceDialog",
            icon="absence",
            title=_("Absence"),
            subtitle=full_name,
            fields=(
                Field("valid_from", _("First day"), "date", required=True),
                Field("valid_to", _("Last day"), "date", placeholder=_("the same day")),
                Field(
                    "substitute_id",
                    _("Who stands in"),
                    "lookup",
                    find=colleagues(workplace, but=employee_id),
                    placeholder=_("nobody"),
                ),
                Field("reason", _("Reason"), max_length=_REASON),
            ),
            today=today,
            write=partial(save_absence, absence_id=new_id(), employee_id=employee_id),
        )
        self._present = QVBoxLayout()
        self._present.setSpacing(4)
        self.body.insertLayout(self.body.count() - 1, self._present)
        self._show_present(absences)

    def _read(self) -> None:
        self._workplace.read(
            lambda session: list_absences(session, self._employee_id),
            parent=self,
            done=self._show_present,
            failed=self.show_error,
            key=(id(self), "absences"),
        )

    def _show_present(self, absences: tuple[AbsenceRow, ...]) -> None:
        while (item := self._present.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        if absences:
            self._present.addWidget(label(_("Entered already"), role=Font.CAPTION_STRONG, tone="text2"))
        for absence in absences:
            self._present.addWidget(absence_line(absence, partial(self._end, absence), self))

    def _end(self, absence: AbsenceRow) -> None:
        self._workplace.act(
            lambda session, act: end_absence(session, act_id=act, absence_id=absence.id),
            parent=self,
            done=lambda _acted: self._read(),
            failed=self.show_error,
        )


def absence_line(absence: AbsenceRow, end: Any, parent: QWidget, *, why: str = "") -> QWidget:
    """An absence in two lines with the button that takes it off; `why` says why it may not be pressed."""
    told = [absence_text(absence), absence.reason]
    substitute = (
        _("Stands in: {name}").format(name=absence.substitute_name)
        if absence.substitute_name
        else _("Nobody stands in")
    )
    first = " · ".join(filter(None, told))
    return ending_line(first, substitute, _("Take the absence off"), end, parent, why=why)


def ending_line(first: str, second: str, tip: str, end: Any, parent: QWidget, *, why: str = "") -> QWidget:
    """Two lines of text with a small button that ends what they say."""
    whole = QWidget(parent)
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(6)
    texts = QVBoxLayout()
    texts.setSpacing(0)
    texts.addWidget(label(first, role=Font.TABLE, wrap=True))
    if second:
        texts.addWidget(label(second, role=Font.CAPTION, tone="muted", wrap=True))
    row.addLayout(texts, 1)
    button = Button(icon="close", kind="flat", small=True, name="endButton", tip=tip, on_click=end)
    button.setAccessibleName(f"{tip}: {first}")
    button.setEnabled(not why)
    if why:
        button.setToolTip(why)
    row.addWidget(button)
    return whole


class RouteDialog(CoverForm):
    """Enters who gets an employee's reminders, always or on some days."""

    def __init__(
        self, workplace: Workplace, parent: QWidget, *, employee_id: UUID, full_name: str, today: date
    ) -> None:
        super().__init__(
            workplace,
            parent,
            name="routeDialog",
            icon="passes_on",
            title=_("Who gets the reminders"),
            subtitle=full_name,
            fields=(
                Field(
                    "receiver_id",
                    _("Who gets them"),
                    "lookup",
                    required=True,
                    find=colleagues(workplace, but=employee_id, at_workplace=True),
                ),
                Field("valid_from", _("From"), "date", placeholder=_("always")),
                Field("valid_to", _("Till"), "date", placeholder=_("always")),
                Field("reason", _("Reason"), max_length=_REASON),
            ),
            today=today,
            write=partial(save_route, route_id=new_id(), employee_id=employee_id),
        )


class ReferentDialog(CoverForm):
    """The director names who keeps his private activities; an empty field means nobody."""

    def __init__(self, workplace: Workplace, parent: QWidget, *, referent_id: UUID | None) -> None:
        me = workplace.identity
        super().__init__(
            workplace,
            parent,
            name="referentDialog",
            icon="manager",
            title=_("Referent"),
            subtitle=me.full_name,
            fields=(
                Field(
                    "employee_id",
                    _("Referent"),
                    "lookup",
                    find=colleagues(workplace, but=me.employee_id, at_workplace=True),
                    placeholder=_("nobody"),
                ),
            ),
            today=date.min,
            write=set_referent,
            values={"employee_id": person_item(workplace, referent_id)},
        )
        self.body.insertWidget(
            self.body.count() - 1,
            label(
                _("The referent reads and keeps your private activities as you do."), tone="text2", wrap=True
            ),
        )
