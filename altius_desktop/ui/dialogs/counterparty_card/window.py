"""The card's window: reads the counterparty, saves what was changed field by field, follows the news of it."""

from typing import Any
from uuid import UUID

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from altius_desktop.domain.errors import Conflict, ConnectionLost, FieldError, UserError
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.counterparty_card import Card, CardFields, get_card
from altius_desktop.services.counterparty_edits import update_counterparty
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.counterparty_card.acts import CardActs
from altius_desktop.ui.dialogs.counterparty_card.content import CardContent, make_content
from altius_desktop.ui.dialogs.counterparty_card.history_part import NOBODY
from altius_desktop.ui.dialogs.counterparty_card.labels import told_fields
from altius_desktop.ui.dialogs.counterparty_news import CounterpartyNews
from altius_desktop.ui.dialogs.saving import MergedSave
from altius_desktop.ui.formats import clock, short_day
from altius_desktop.ui.keys import shortcut
from altius_desktop.ui.workplace import Workplace


class CounterpartyCard(QWidget):
    """One counterparty in a window of its own. Ctrl+S saves, Ctrl+W and Esc close; with changes they ask."""

    loaded = Signal()  # the card stands on the screen, the first time and after each reading
    saved = Signal()
    card_asked = Signal(object)  # the id of another counterparty that is to be opened

    def __init__(
        self,
        workplace: Workplace,
        counterparty_id: UUID | None = None,
        parent: QWidget | None = None,
    ) -> None:
        """Without a counterparty it is a window that `stand_for` fills."""
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("counterpartyCard")
        self.setAccessibleName(_("Counterparty"))
        self.setWindowTitle(_("Counterparty") + "[*]")
        self.setMinimumSize(1180, 600)
        self.resize(QSize(1400, 860).boundedTo(self.screen().availableSize()))
        self._workplace = workplace
        self.counterparty_id = NOBODY
        self.card: Card | None = None
        self._busy = self._sure = False
        self._close_after = self._rebuild_after = False
        self._saving = MergedSave(
            workplace,
            self,
            edited=lambda: self.form,
            write=self._write,
            title=lambda mine: mine.name,
            busy=self._set_busy,
            done=self._on_saved,
            failed=self._on_failed,
        )
        self.acts = CardActs(
            workplace,
            self,
            card=lambda: self.card,
            person=lambda: self.parts.chosen_person(),
            text_of=lambda name, value: self.form.text_of(name, value),
        )
        self.acts.done.connect(self.reload)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        self._take(make_content(workplace))
        whole.addWidget(self._content)
        self.form.setEnabled(False)
        # Not a field: what is typed in passing must change nothing.
        self.parts.persons.setFocus()
        self._wire()
        self._update_buttons()
        if counterparty_id is not None:
            self.stand_for(counterparty_id)

    @property
    def is_of_now(self) -> bool:
        """Whether it would be built the same today and in the present language."""
        return self._content.is_of_now

    def stand_for(self, counterparty_id: UUID) -> None:
        """Show this counterparty from now on."""
        self.counterparty_id = counterparty_id
        self._content.stand_for(counterparty_id)
        news = CounterpartyNews(self._workplace, counterparty_id, self, shown=lambda: self.parts.activity_ids)
        news.changed.connect(self.reload)
        self._content.presence.stand_for(counterparty_id)
        self.reload()

    def _write(self, session: Any, **what: Any) -> Acted:
        return update_counterparty(session, counterparty_id=self.counterparty_id, **what)

    def _take(self, content: CardContent) -> None:
        """Hold this content and do what is asked in it."""
        self._content = content
        self.form, self.parts = content.form, content.parts
        self.banner, self.double_banner = content.banner, content.double_banner
        self.save_button, self.changes_button = content.save_button, content.changes_button
        self.form.changed.connect(self._on_form_changed)
        self.parts.saved.connect(self.reload)
        self.parts.plan_asked.connect(self.acts.plan)
        self.double_banner.card_asked.connect(self.card_asked)
        for button, act in (
            (content.plan_button, self.acts.plan),
            (content.letter_button, self._write_letter),
            (content.print_button, self.acts.print_card),
            (content.message_button, self.acts.tell_colleagues),
            (content.changes_button, self.acts.show_changes),
            (content.save_button, self.save),
        ):
            button.clicked.connect(lambda _on=False, act=act: act())
        content.colour_button.setMenu(self.acts.colour_menu)

    def _wire(self) -> None:
        for keys, action in (
            ("Ctrl+S", self.save),
            ("Ctrl+L", self.acts.plan),
            ("Ctrl+P", self.acts.print_card),
            ("Ctrl+M", self.acts.tell_colleagues),
            ("Ctrl+Shift+H", self.acts.show_changes),
            ("F5", self.reload),
            ("Esc", self.close),
            ("Ctrl+W", self.close),
            *((f"Alt+{key}", lambda key=key: self.acts.set_colour(key or None)) for key in range(7)),
        ):
            shortcut(self, keys, action)

    def rebuild(self) -> None:
        """Stand in the language of now, with all that was typed; an open dialog or a save is waited for."""
        dialogs = [dialog for dialog in self.findChildren(QDialog) if dialog.isVisible()]
        self._rebuild_after = self._busy or bool(dialogs)
        if self._rebuild_after:
            for dialog in dialogs:
                dialog.finished.connect(self._rebuild_soon)
            return
        # What they offer belongs to the tables that go; the act can still be taken back by its key.
        for toast in messages.standing_toasts(self):
            toast.dismiss()
        focus = self.focusWidget()
        form, parts, content = self.form, self.parts, self._content
        self._take(make_content(self._workplace))
        self._content.stand_for(self.counterparty_id)
        self.setAccessibleName(_("Counterparty"))
        self.form.take_over(form)
        if self.card is not None:
            self._show(self.card)
            self.double_banner.look_for(self.form.values().inn)
        self.parts.take_over(parts)
        layout = self.layout()
        assert layout is not None
        layout.replaceWidget(content, self._content)
        self._content.presence.stand_for(self.counterparty_id)
        content.hide()
        content.setParent(None)
        content.deleteLater()
        again = (
            self.findChild(QWidget, focus.objectName()) if focus is not None and focus.objectName() else None
        )
        if again is not None:
            again.setFocus()
        self._update_buttons()

    def _rebuild_soon(self) -> None:
        QTimer.singleShot(0, self, self._rebuild_if_due)

    def _rebuild_if_due(self) -> None:
        if self._rebuild_after:
            self.rebuild()

    # Reading

    def reload(self) -> None:
        """Read the card anew; what is being edited stays as it was typed."""
        counterparty_id = self.counterparty_id
        self._workplace.read(
            lambda session: get_card(session, counterparty_id),
            parent=self,
            done=self._on_read,
            failed=self._on_read_failed,
            key="card",
        )
        self.parts.history.reload()

    def _on_read(self, card: Card) -> None:
        first = self.card is None
        self.card = card
        if not self._saving.unanswered:
            changed = self.form.take_news(card)
            self._tell_changes(card, changed)
        if first:
            self.form.setEnabled(True)
            self.double_banner.look_for(card.fields.inn)
        self._show(card)
        self.loaded.emit()

    def _show(self, card: Card) -> None:
        self._content.name.setText(card.fields.name)
        # The mark of what is not saved; one that is in the name itself is doubled to be shown.
        self.setWindowTitle(f"{card.fields.name.replace('[*]', '[*][*]')}[*] — Altius")
        self.setAccessibleName(card.fields.name)
        self._content.archived.setVisible(card.archived)
        words = _("changed {day} at {time}").format(
            day=short_day(card.changed_at.date(), card.today), time=clock(card.changed_at)
        )
        if card.changed_by_name:
            words = f"{words}, {with_initial(card.changed_by_name)}"
        self._content.changed.setText(words)
        self._content.changed.setAccessibleName(words)
        self.parts.show_card(card)
        self._update_buttons()

    def _tell_changes(self, card: Card, changed: tuple[str, ...]) -> None:
        """A quiet word about what a colleague changed, while something is being edited here."""
        if not changed or not self.form.has_changes():
            if not self.form.has_changes():
                self.banner.hide()
            return
        self.banner.show_kind("info")
        self.banner.show_text(
            _("{name} changed this at {time:%H:%M}: {fields}.").format(
                name=with_initial(card.changed_by_name) or "—",
                time=card.changed_at,
                fields=told_fields(changed),
            ),
            _("What you change is merged with it when you save."),
        )

    def _on_read_failed(self, error: UserError) -> None:
        if self.card is None or not isinstance(error, ConnectionLost):
            self.banner.show_kind("danger")
            self.banner.show_text(error.text, error.hint)

    # Saving

    def has_changes(self) -> bool:
        """Whether something typed here is not saved."""
        return self.form.has_changes()

    def save(self) -> None:
        """Save what was changed, merged with what colleagues saved meanwhile."""
        if self._busy or self.form.seen is None:
            return
        if not self.form.has_changes():
            self._finish_closing()
            return
        if not self.form.check():
            self._close_after = False
            return
        self._saving.send(self.form.values())

    def _on_saved(self, mine: CardFields) -> None:
        counterparty_id = self.counterparty_id

        def show(card: Card) -> None:
            self._set_busy(False)
            self._saving.finish()
            self.card = card
            self.form.take_saved(card, mine)
            self.banner.hide()
            self._show(card)
            self.double_banner.look_for(card.fields.inn)
            self.saved.emit()
            self._finish_closing()

        def unread(error: UserError) -> None:
            # It is saved; only its new state could not be read.
            self._set_busy(False)
            self._saving.finish()
            self.form.seen = mine
            self._on_read_failed(error)
            self._update_buttons()
            self.saved.emit()
            self._finish_closing()

        self._workplace.read(
            lambda session: get_card(session, counterparty_id), parent=self, done=show, failed=unread
        )

    def _on_failed(self, error: UserError) -> None:
        self._close_after = False
        if isinstance(error, Conflict):
            return
        if not (isinstance(error, FieldError) and self.form.show_field_error(error.field, str(error))):
            self.banner.show_kind("danger")
            self.banner.show_text(error.text, error.hint)

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._update_buttons()
        if self._rebuild_after and not busy:
            self._rebuild_soon()

    def _on_form_changed(self) -> None:
        self._saving.forget_choices()
        self._update_buttons()

    def _update_buttons(self) -> None:
        changed = self.form.has_changes()
        self.save_button.setEnabled(changed and not self._busy)
        self.setWindowModified(changed)
        content = self._content
        for button in (
            content.plan_button,
            content.letter_button,
            content.colour_button,
            content.print_button,
            content.changes_button,
        ):
            button.setEnabled(self.card is not None)

    def _write_letter(self) -> None:
        self.acts.write_letter(self._content.letter_button)

    # Closing

    def close_saved(self) -> None:
        """Close without a question, whatever was typed."""
        self._sure = True
        self.close()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._busy and not self._sure:
            event.ignore()
            return
        if self.form.has_changes() and not self._sure:
            answer = messages.ask_choice(
                self,
                _("Save the changes?"),
                _("The card of “{name}” has changes that are not saved.").format(
                    name=self.form.values().name or "—"
                ),
                (("save", _("Save")), ("drop", _("Close without saving"))),
                kind="warn",
            )
            if answer == "save":
                self._close_after = True
                self.save()
            if answer != "drop":
                event.ignore()
                return
        super().closeEvent(event)

    def _finish_closing(self) -> None:
        if self._close_after:
            self._close_after = False
            self.close()
