"""A form for a row that colleagues may be changing too: sent once, and asked about where both changed the same."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import Conflict, ConnectionLost, FieldConflict, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.ui.form import Field, FormDialog, money
from altius_desktop.ui.formats import clock, full_day
from altius_desktop.ui.messages import ask_choice
from altius_desktop.ui.workplace import Workplace

Send = Callable[[Any, UUID, dict[str, Any], dict[str, Any]], Acted]


class SharedForm(FormDialog):
    """Sends `send(session, act_id, mine, decided)` on the write lane and closes once it is saved.

    Of a Conflict it shows, field by field, what was there, what was typed here and what the colleague saved,
    and asks which of the two is to stay.
    """

    def __init__(
        self,
        workplace: Workplace,
        parent: QWidget,
        *,
        name: str,
        icon: str,
        title: str,
        fields: Sequence[Field],
        today: date,
        values: Mapping[str, Any],
        send: Send,
        done: Callable[[Acted], None],
    ) -> None:
        super().__init__(
            parent,
            name=name,
            icon=icon,
            title=title,
            fields=fields,
            today=today,
            on_save=self._on_save_asked,
            values=values,
        )
        self._workplace = workplace
        self._declared = tuple(fields)
        self._send_op = send
        self._done = done
        self._act_id = new_id()
        self._decided: dict[str, Any] = {}
        self.finished.connect(self.deleteLater)

    def _on_save_asked(self, mine: dict[str, Any]) -> None:
        self.set_busy(True)
        decided = dict(self._decided)
        self._workplace.act(
            lambda session, act: self._send_op(session, act, mine, decided),
            parent=self,
            act_id=self._act_id,
            done=self._on_saved,
            failed=self._on_failed,
        )

    def _on_saved(self, acted: Acted) -> None:
        self.close_saved()
        self._done(acted)

    def _on_failed(self, error: UserError) -> None:
        if not isinstance(error, ConnectionLost):
            # A new attempt is another act; only where the answer got lost may it be the same one.
            self._act_id = new_id()
        if isinstance(error, Conflict):
            self.set_busy(False)
            self._ask(error)
        else:
            self.show_error(error)

    def _ask(self, conflict: Conflict) -> None:
        """One question for each field; going back from any of them leaves the form as it was typed."""
        who = with_initial(conflict.theirs.changed_by_name) or _("colleague")
        kept = []
        for number, field in enumerate(conflict.fields, 1):
            title = _("A colleague changed the same")
            if len(conflict.fields) > 1:
                title = _("A colleague changed the same · {number} of {count}").format(
                    number=number, count=len(conflict.fields)
                )
            answer = ask_choice(
                self,
                title,
                f"{error_line(conflict)}\n\n{self._three(field, who)}",
                (("mine", _("Save mine")), ("theirs", _("Keep the colleague's"))),
                kind="warn",
            )
            if answer is None:
                return
            if answer == "theirs":
                kept.append(field)
        self._decided.update({field.field: field.theirs for field in conflict.fields})
        for field in kept:
            self.editor(field.field).set_value(field.theirs)
        self.save()

    def _three(self, field: FieldConflict, who: str) -> str:
        declared = next(one for one in self._declared if one.key == field.field)
        lines = (
            (_("It was"), field.original),
            (_("Mine"), field.mine),
            (who, field.theirs),
        )
        return "\n".join([declared.label, *(f"{head}: {_text(declared, value)}" for head, value in lines)])


def error_line(conflict: Conflict) -> str:
    """Who changed it and when."""
    theirs = conflict.theirs
    return _("{name}, {day} at {time}").format(
        name=with_initial(theirs.changed_by_name) or "—",
        day=full_day(theirs.changed_at.date()),
        time=clock(theirs.changed_at),
    )


def _text(field: Field, value: Any) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case Decimal():
            return money(value)
        case date():
            return full_day(value)
    return dict(field.choices).get(value, str(value or "—"))
