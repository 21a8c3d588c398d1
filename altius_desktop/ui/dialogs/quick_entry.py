"""A new counterparty with only what is known at the telephone; whoever may be there already is pointed out."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLayout, QVBoxLayout, QWidget

from altius_desktop.domain.errors import ConnectionLost, FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.inn import is_valid_inn
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.contact_points import POINT_FIELDS, points_of_cell
from altius_desktop.services.counterparty_edits import QuickEntry, create_counterparty
from altius_desktop.services.duplicates import Duplicate, find_duplicates
from altius_desktop.ui.controls import Button, ElidedLabel, IconLabel, card, label, style_label
from altius_desktop.ui.dialogs.counterparty_card import open_card
from altius_desktop.ui.dialogs.counterparty_card.editors import notice_of, role_names
from altius_desktop.ui.dialogs.counterparty_card.employee_lookup import find_employee
from altius_desktop.ui.form import Field, FormDialog, LookupItem
from altius_desktop.ui.form.frame import MARGIN
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_LOOK_AFTER_MS = 250


class QuickEntryDialog(FormDialog):
    """Enters a counterparty; accepted once it is saved, with its id in `created_id`. Doubles never block."""

    def __init__(self, workplace: Workplace, parent: QWidget | None = None, name: str = "") -> None:
        self.created_id: UUID | None = None
        self._workplace = workplace
        self._id = new_id()
        self._act_id = new_id()
        self._asked: tuple[str, ...] = ()
        super().__init__(
            parent,
            name="quickEntryDialog",
            icon="counterparties",
            title=_("New counterparty"),
            details=_("Only the name is needed; the rest can be added at any time"),
            fields=(
                Field("name", _("Name"), required=True, max_length=300),
                Field("person", _("Main contact person"), max_length=200),
                Field("phones", _("Phone"), placeholder=_("several are parted by a comma")),
                Field("faxes", _("Fax")),
                Field("emails", _("E-mail")),
                Field("inn", _("INN")),
                Field("responsible_id", _("Manager"), "lookup", find=partial(find_employee, workplace)),
                Field("role", _("Role"), "choice", choices=tuple(role_names().items())),
            ),
            today=date.min,
            on_save=self._on_values,
            values={"role": "client", "responsible_id": _own_manager(workplace)},
        )
        self._hint = label(role=Font.CAPTION, tone="warn", name="quickEntryHint", wrap=True)
        self._hint.hide()
        self._doubles = card("warn")
        self._doubles.setObjectName("duplicatesList")
        self._doubles.setAccessibleName(_("Perhaps it is entered already"))
        self._doubles.hide()
        self._lines = QVBoxLayout(self._doubles)
        self._lines.setContentsMargins(12, 9, 8, 9)
        self._lines.setSpacing(4)
        self.body.insertWidget(self.body.count() - 1, self._hint)
        # Above the footer, not in the part that scrolls: it must not come about unseen.
        place = QVBoxLayout()
        place.setContentsMargins(MARGIN, 0, MARGIN, 12)
        place.addWidget(self._doubles)
        whole = self.layout()
        assert isinstance(whole, QVBoxLayout)
        whole.insertLayout(whole.count() - 2, place)
        self._timer = QTimer(self, singleShot=True, interval=_LOOK_AFTER_MS)
        self._timer.timeout.connect(self._look)
        for key in ("name", "phones", "faxes", "emails", "inn"):
            self.editor(key).changed.connect(self._timer.start)
        if name:
            # What was typed elsewhere is a beginning, not a state that could be thrown away unasked.
            self.editor("name").set_value(name)
        self.setMinimumHeight(640)

    def _look(self) -> None:
        values = self.values()
        inn = values["inn"]
        hints = [
            f"{self.editor(key).inner.accessibleName()}: {notice}"
            for key in POINT_FIELDS
            if (notice := notice_of(key, values[key]))
        ]
        if inn and not is_valid_inn(inn):
            hints.append(_("The check digits of the INN are wrong"))
        self._hint.setText("\n".join(hints))
        self._hint.setVisible(bool(hints))
        phones = "\n".join(filter(None, (values["phones"], values["faxes"])))
        asked = (values["name"], phones, values["emails"], inn)
        if asked == self._asked:
            return
        self._asked = asked
        self._workplace.read(
            lambda session: find_duplicates(
                session, name=asked[0], phones=asked[1], emails=asked[2], inn=asked[3]
            ),
            parent=self,
            done=self._show_doubles,
            failed=self._not_now,
            key="duplicates",
        )

    def _not_now(self, _error: UserError) -> None:
        """Without the server nothing can be compared; saving tells of it."""
        self._asked = ()

    def _show_doubles(self, found: tuple[Duplicate, ...]) -> None:
        _clear(self._lines)
        self._doubles.setVisible(bool(found))
        if not found:
            return
        self._lines.addWidget(label(_("Perhaps it is entered already"), role=Font.STRONG))
        for number, double in enumerate(found):
            self._lines.addWidget(self._line(number, double))

    def _line(self, number: int, double: Duplicate) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel("counterparties", role="warn"))
        words = f"{double.name} — {_reason(double)}"
        if double.archived:
            words += f" ({_('in the archive')})"
        told = style_label(ElidedLabel(words), role=Font.TABLE, name=f"duplicate{number}")
        row.addWidget(told, 1)
        open_button = Button(
            _("Open"),
            icon="external",
            small=True,
            name=f"openDuplicate{number}",
            on_click=lambda: open_card(self._workplace, double.id, self),
        )
        open_button.setAccessibleName(_("Open “{name}”").format(name=double.name))
        row.addWidget(open_button)
        return line

    def _on_values(self, values: dict[str, Any]) -> None:
        for key in ("phones", "faxes", "emails"):
            try:
                points_of_cell(key, values[key])
            except FieldError as error:
                self.show_error(error)
                return
        quick = QuickEntry(**{**values, "role": values["role"] or ""})
        new = self._id
        self.set_busy(True)
        self._workplace.act(
            lambda session, act: create_counterparty(session, act_id=act, counterparty_id=new, quick=quick),
            parent=self,
            act_id=self._act_id,
            done=self._on_saved,
            failed=self._on_failed,
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter goes on to the next field and on the last one saves."""
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        fields = [self.editor(key).inner for key in self.values()]
        focused = self.focusWidget()
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter) or not plain or focused not in fields:
            super().keyPressEvent(event)
        elif focused is fields[-1]:
            self.save_button.click()
        else:
            fields[fields.index(focused) + 1].setFocus(Qt.FocusReason.TabFocusReason)

    def _on_saved(self, _acted: Acted) -> None:
        self.created_id = self._id
        self.close_saved()

    def _on_failed(self, error: UserError) -> None:
        self.set_busy(False)
        if not isinstance(error, ConnectionLost):
            self._act_id = new_id()
        self.show_error(error)


def _own_manager(workplace: Workplace) -> LookupItem | None:
    """Who answers for what he enters himself: a manager; what others enter is nobody's until it is given."""
    me = workplace.identity
    return LookupItem(me.employee_id, me.full_name) if me.is_employee and "manager" in me.groups else None


def _reason(double: Duplicate) -> str:
    if double.reason == "inn":
        return _("the same INN {inn}").format(inn=double.inn)
    if double.reason == "phone":
        return _("the same phone {phone}").format(phone=double.found)
    if double.reason == "email":
        return _("the same e-mail {email}").format(email=double.found)
    told = _("the same name") if double.reason == "name" else _("a similar name")
    return ", ".join(filter(None, (told, double.address)))


def _clear(layout: QLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
