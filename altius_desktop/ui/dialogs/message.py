"""«Сообщить…»: a text to several colleagues or departments, with or without a counterparty."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import ConnectionLost, FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.acts import Acted
from altius_desktop.services.day import ActivityRow
from altius_desktop.services.notices import TEXT_LIMIT, send_message
from altius_desktop.ui.controls import label
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.form.editors import NoteEdit
from altius_desktop.ui.formats import full_day
from altius_desktop.ui.messages import show_toast
from altius_desktop.ui.multi_choice import MultiChoice
from altius_desktop.ui.picker import CounterpartyPicker
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace


@dataclass(frozen=True)
class MessageSeed:
    """What a message begins with: whom it goes to and what it is about."""

    employee_ids: tuple[UUID, ...] = ()
    counterparty_id: UUID | None = None
    counterparty_name: str = ""
    activity_id: UUID | None = None
    activity_words: str = ""


def seed_of_activity(row: ActivityRow | None, me: UUID) -> MessageSeed:
    """A message about this activity to its colleague; a private one is nobody's business."""
    if row is None or row.is_private or row.concealed:
        return MessageSeed()
    colleague = next((one for one in (row.assignee_id, row.author_id) if one not in (None, me)), None)
    return MessageSeed(
        employee_ids=(colleague,) if colleague is not None else (),
        counterparty_id=row.counterparty_id,
        counterparty_name=row.counterparty_name,
        activity_id=row.id,
        activity_words=", ".join(part for part in (row.kind_name, row.topic, full_day(row.due_on)) if part),
    )


class SendMessageDialog(DialogFrame):
    """Accepted once the message is sent; `sent` says to how many. Pressed again after an error it sends once."""

    sent = Signal(int)

    def __init__(self, workplace: Workplace, seed: MessageSeed, parent: QWidget | None = None) -> None:
        super().__init__(
            parent,
            name="messageDialog",
            icon="message",
            title=_("Tell colleagues"),
            details=seed.activity_words,
            save_text=_("Send"),
            scroll=False,
        )
        self._workplace = workplace
        self._seed = seed
        self._message_id = new_id()
        self._act_id = new_id()
        # Text and counterparty of the press before, and of the first whose answer was lost.
        self._told: tuple[str, UUID | None] | None = None
        self._in_doubt: tuple[str, UUID | None] | None = None
        self._recipients = MultiChoice(
            title=_("Who gets it"), blank=_("Choose colleagues"), name="recipients"
        )
        self._recipients.set_chosen([("employee", one) for one in seed.employee_ids])
        self._recipients.changed.connect(self._clear)
        self._text = NoteEdit(max_length=TEXT_LIMIT, rows=6)
        self._text.text.setObjectName("messageText")
        self._text.text.setAccessibleName(_("Text"))
        self._text.changed.connect(self._on_typed)
        self._firm = CounterpartyPicker(workplace, name="messageCounterparty", title=_("Counterparty"))
        if seed.counterparty_id is not None:
            self._firm.set_counterparty(seed.counterparty_id, seed.counterparty_name)
        self._wrong = label(role=Font.CAPTION, tone="danger", wrap=True, name="messageError")
        self._wrong.setMinimumHeight(self._wrong.fontMetrics().height())
        for title, widget in (
            (_("Who gets it"), self._recipients),
            (_("Text"), self._text),
            (_("Counterparty, if it is about one"), self._firm),
        ):
            self.body.addWidget(label(title, role=Font.STRONG))
            self.body.addWidget(widget)
        self.body.addWidget(self._wrong)
        self.resize(560, 430)
        self._offer()
        workplace.directories_changed.connect(self._offer)
        (self._text if seed.employee_ids else self._recipients).setFocus()

    def _offer(self) -> None:
        directories, me = self._workplace.directories, self._workplace.identity.employee_id
        people = [
            (("employee", one.id), ", ".join(filter(None, (with_initial(one.full_name), one.position))))
            for one in directories.employees
            if one.id != me
        ]
        rooms = [
            (("department", one.id), _("The whole department: {name}").format(name=one.name))
            for one in directories.departments
        ]
        self._recipients.set_options([*people, *rooms])

    def has_changes(self) -> bool:
        return not self._text.is_blank()

    def _clear(self) -> None:
        self._wrong.setText("")

    def _on_typed(self) -> None:
        self._wrong.setText(self._text.problem())
        self._text.mark(bool(self._text.problem()))

    def save(self) -> None:
        self._on_typed()
        if self._text.problem():
            self._text.setFocus()
            return
        chosen = self._recipients.chosen()
        firm = self._firm.hit
        about = firm.id if firm is not None else None
        text, activity_id = self._text.value(), self._activity_of(about)
        if self._in_doubt not in (None, (text, about)):
            # The answer to the first press was lost: under its id this text would count as sent.
            self._message_id, self._act_id = new_id(), new_id()
        self._told = (text, about)
        employees = frozenset(one for kind, one in chosen if kind == "employee")
        departments = frozenset(one for kind, one in chosen if kind == "department")
        message_id = self._message_id
        counts: list[int] = []

        def write(session: Any, act: UUID) -> Acted:
            counts.append(
                send_message(
                    session,
                    act_id=act,
                    message_id=message_id,
                    employee_ids=employees,
                    department_ids=departments,
                    text=text,
                    counterparty_id=about,
                    activity_id=activity_id,
                )
            )
            return Acted(frozenset(), None)

        def done(_acted: Acted) -> None:
            self.close_saved()
            self.sent.emit(counts[-1])

        self.set_busy(True)
        self._workplace.act(write, parent=self, act_id=self._act_id, done=done, failed=self._on_failed)

    def _activity_of(self, counterparty_id: UUID | None) -> UUID | None:
        """The activity, unless another counterparty was chosen than the one it is with."""
        return self._seed.activity_id if counterparty_id == self._seed.counterparty_id else None

    def _on_failed(self, error: UserError) -> None:
        if isinstance(error, ConnectionLost):
            self._in_doubt = self._in_doubt or self._told
        if isinstance(error, FieldError):
            self.set_busy(False)
            self._wrong.setText(str(error))
            (self._text if error.field == "text" else self._recipients).setFocus()
        else:
            self.show_error(error)


def tell_colleagues(workplace: Workplace, seed: MessageSeed, parent: QWidget) -> SendMessageDialog:
    """Open the dialog over the window of `parent`, which is told when the message is sent."""
    window = parent.window()
    dialog = SendMessageDialog(workplace, seed, window)

    def sent(count: int) -> None:
        told = ngettext("Sent to {count} colleague", "Sent to {count} colleagues", count).format(count=count)
        show_toast(window, told)

    dialog.sent.connect(sent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
