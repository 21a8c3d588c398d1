"""The card's window: reads the counterparty, saves what was changed field by field, follows the news of it."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import Conflict, ConnectionLost, FieldError, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.counterparty_card import (
    Card,
    CardFields,
    concerns,
    get_card,
    update_counterparty,
)
from altius_desktop.ui import messages
from altius_desktop.ui.controls import Button, ElidedLabel, label, rule, shortcut, style_label
from altius_desktop.ui.dialogs.conflict import ConflictDialog
from altius_desktop.ui.dialogs.counterparty_card.acts import CardActs
from altius_desktop.ui.dialogs.counterparty_card.double_banner import DoubleBanner
from altius_desktop.ui.dialogs.counterparty_card.form import CardForm, field_labels, told_fields
from altius_desktop.ui.dialogs.counterparty_card.parts import CardParts
from altius_desktop.ui.dialogs.day_edits import likely_today
from altius_desktop.ui.formats import clock, short_day
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_NEWS_MERGED_MS = 120


class CounterpartyCard(QWidget):
    """One counterparty in a window of its own. Ctrl+S saves; closing with changes asks."""

    loaded = Signal()  # the card stands on the screen, the first time and after each reading
    saved = Signal()
    card_asked = Signal(object)  # the id of another counterparty that is to be opened

    def __init__(self, workplace: Workplace, counterparty_id: UUID, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self.setObjectName("counterpartyCard")
        self.setAccessibleName(_("Counterparty"))
        self.setWindowTitle(_("Counterparty") + "[*]")
        self.setMinimumSize(1180, 600)
        self.resize(QSize(1400, 860).boundedTo(self.screen().availableSize()))
        self._workplace = workplace
        self.counterparty_id = counterparty_id
        self.card: Card | None = None
        self._busy = self._sure = False
        self._close_after = False
        self._act_id = new_id()
        self._sent: CardFields | None = None
        self._decided: dict[str, Any] = {}
        self._to_check: set[UUID] = set()
        today = likely_today(workplace.identity)
        self.form = CardForm(workplace, today)
        self.form.setEnabled(False)
        self.parts = CardParts(workplace, counterparty_id, today)
        self.acts = CardActs(
            workplace,
            self,
            card=lambda: self.card,
            person=self.parts.chosen_person,
            undo=self.parts.undo,
        )
        self._lay_out()
        self._wire()
        self._update_buttons()
        self.reload()

    def _lay_out(self) -> None:
        self._name = style_label(ElidedLabel(), role=Font.TITLE, name="cardName")
        self._archived = label(_("in the archive"), role=Font.CAPTION, tone="warn", name="archivedLabel")
        self._archived.hide()
        self._changed = style_label(ElidedLabel(), role=Font.CAPTION, tone="text2", name="changedLabel")
        self._changed.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.plan_button = Button(
            _("Plan"), icon="plan", hint="Ctrl+L", kind="primary", name="planButton", on_click=self.acts.plan
        )
        self.letter_button = Button(
            _("Letter"), icon="letter", name="letterButton", on_click=self._write_letter
        )
        self.colour_button = Button(
            _("Colour"), icon="color", hint="Alt+1…6", arrow=True, name="highlightButton"
        )
        self.colour_button.setMenu(self.acts.colour_menu)
        self.save_button = Button(
            _("Save"), icon="check", hint="Ctrl+S", name="saveButton", on_click=self.save
        )
        self.save_button.setEnabled(False)
        self.banner = messages.Banner("info", name="cardBanner")
        self.double_banner = DoubleBanner(self._workplace, self.counterparty_id)
        self.double_banner.card_asked.connect(self.card_asked)

        head = QFrame()
        head.setProperty("surface", "panel")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 9, 14, 9)
        row.setSpacing(10)
        row.addWidget(self._name, 1)
        row.addWidget(self._archived)
        actions = QHBoxLayout()
        actions.setSpacing(6)
        for button in (self.plan_button, self.letter_button, self.colour_button):
            actions.addWidget(button)
        actions.addSpacing(8)
        actions.addWidget(self._changed, 1)
        actions.addSpacing(8)
        actions.addWidget(self.save_button)
        right = QVBoxLayout()
        right.setContentsMargins(14, 10, 14, 12)
        right.setSpacing(10)
        right.addLayout(actions)
        right.addWidget(self.banner)
        right.addWidget(self.double_banner)
        right.addWidget(self.parts, 1)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self.form)
        body.addWidget(rule(vertical=True, strong=True))
        body.addLayout(right, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(head)
        whole.addWidget(rule(strong=True))
        whole.addLayout(body, 1)

    def _wire(self) -> None:
        workplace = self._workplace
        self.form.changed.connect(self._on_form_changed)
        self.form.inn_typed.connect(self.double_banner.look_for)
        self.parts.saved.connect(self.reload)
        self.parts.plan_asked.connect(self.acts.plan)
        self.acts.done.connect(self.reload)
        self._merge = QTimer(self, singleShot=True, interval=_NEWS_MERGED_MS)
        self._merge.timeout.connect(self._check_news)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self.reload)
        workplace.directories_changed.connect(self.form.refresh_names)
        for keys, action in (
            ("Ctrl+S", self.save),
            ("Ctrl+L", self.acts.plan),
            ("F5", self.reload),
            ("Esc", self.close),
            *((f"Alt+{key}", lambda key=key: self.acts.set_colour(key or None)) for key in range(7)),
        ):
            shortcut(self, keys, action)

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
        if self._sent is None:
            changed = self.form.take_news(card)
            self._tell_changes(card, changed)
        if first:
            self.form.setEnabled(True)
            self.double_banner.look_for(card.fields.inn)
        self._show(card)
        self.loaded.emit()

    def _show(self, card: Card) -> None:
        self._name.setText(card.fields.name)
        # The mark of what is not saved; one that is in the name itself is doubled to be shown.
        self.setWindowTitle(f"{card.fields.name.replace('[*]', '[*][*]')}[*] — Altius")
        self.setAccessibleName(card.fields.name)
        self._archived.setVisible(card.archived)
        words = _("changed {day} at {time}").format(
            day=short_day(card.changed_at.date(), card.today), time=clock(card.changed_at)
        )
        if card.changed_by_name:
            words = f"{words}, {with_initial(card.changed_by_name)}"
        self._changed.setText(words)
        self._changed.setAccessibleName(words)
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

    def _on_news(self, news: tuple[News, ...]) -> None:
        mine = self.counterparty_id
        for item in news:
            if item.table == "counterparty" and (item.ids is None or mine in item.ids):
                self.reload()
                return
            if item.table == "activity" and item.ids is None:
                self.reload()
                return
            if item.table == "activity":
                self._to_check |= item.ids or frozenset()
        if self._to_check and not self._merge.isActive():
            self._merge.start()

    def _check_news(self) -> None:
        asked = frozenset(self._to_check)
        self._to_check.clear()
        if asked & self.parts.activity_ids:
            self.reload()
            return
        mine = self.counterparty_id

        def reload_if_ours(ours: bool) -> None:
            if ours:
                self.reload()

        self._workplace.read(
            lambda session: concerns(session, counterparty_id=mine, activity_ids=asked),
            parent=self,
            done=reload_if_ours,
            failed=self._not_now,
        )

    def _not_now(self, _error: UserError) -> None:
        """The program's window tells of a lost line; the card is read again at its return."""

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
        self._send(self.form.values())

    def _send(self, mine: CardFields) -> None:
        counterparty_id, seen, decided = self.counterparty_id, self.form.seen, dict(self._decided)
        assert seen is not None
        self._sent = self._sent or mine
        self._set_busy(True)
        self._workplace.act(
            lambda session, act: update_counterparty(
                session,
                act_id=act,
                counterparty_id=counterparty_id,
                seen=seen,
                mine=mine,
                decided=decided,
            ),
            parent=self,
            act_id=self._act_id,
            done=lambda acted: self._on_saved(acted, mine),
            failed=lambda error: self._on_failed(error, mine),
        )

    def _on_saved(self, acted: Acted, mine: CardFields) -> None:
        if acted.inverse is None and self._sent is not None and self._sent != mine:
            # The press whose answer was lost had got through; what was changed since is saved on top of it.
            self.form.seen, self._act_id, self._sent = self._sent, new_id(), None
            self._send(mine)
            return
        counterparty_id = self.counterparty_id

        def show(card: Card) -> None:
            self._set_busy(False)
            self._sent, self._act_id, self._decided = None, new_id(), {}
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
            self._sent, self._act_id, self._decided = None, new_id(), {}
            self.form.seen = mine
            self._on_read_failed(error)
            self._update_buttons()
            self.saved.emit()
            self._finish_closing()

        self._workplace.read(
            lambda session: get_card(session, counterparty_id), parent=self, done=show, failed=unread
        )

    def _on_failed(self, error: UserError, mine: CardFields) -> None:
        self._set_busy(False)
        self._close_after = False
        if not isinstance(error, ConnectionLost):
            self._sent = None
        if isinstance(error, Conflict):
            self._ask(error, mine)
        elif not (isinstance(error, FieldError) and self.form.show_field_error(error.field, str(error))):
            self.banner.show_kind("danger")
            self.banner.show_text(error.text, error.hint)

    def _ask(self, conflict: Conflict, mine: CardFields) -> None:
        dialog = ConflictDialog(
            self,
            conflict,
            labels=field_labels(),
            text_of=self.form.text_of,
            subtitle=mine.name,
        )

        def decide() -> None:
            theirs = {field.field: field.theirs for field in conflict.fields}
            keeps = dialog.keeps_mine
            taken = {name: value for name, value in theirs.items() if not keeps[name]}
            self.form.take_theirs(taken)
            self._decided = {name: value for name, value in theirs.items() if keeps[name]}
            self._send(replace(mine, **taken))

        dialog.accepted.connect(decide)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy
        self._update_buttons()

    def _on_form_changed(self) -> None:
        # What was decided holds for what was then typed.
        self._decided = {}
        self._update_buttons()

    def _update_buttons(self) -> None:
        changed = self.form.has_changes()
        self.save_button.setEnabled(changed and not self._busy)
        self.setWindowModified(changed)
        for button in (self.plan_button, self.letter_button, self.colour_button):
            button.setEnabled(self.card is not None)

    def _write_letter(self) -> None:
        self.acts.write_letter(self.letter_button)

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
