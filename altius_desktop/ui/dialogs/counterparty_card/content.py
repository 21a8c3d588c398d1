"""All that a card's window holds, as widgets that belong to no counterparty yet: they may be built ahead."""

from uuid import UUID

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from altius_desktop.i18n import _, current_language
from altius_desktop.ui import messages
from altius_desktop.ui.controls import Button, ElidedLabel, label, rule, style_label
from altius_desktop.ui.dialogs.counterparty_card.double_banner import DoubleBanner
from altius_desktop.ui.dialogs.counterparty_card.form import CardForm
from altius_desktop.ui.dialogs.counterparty_card.parts import CardParts
from altius_desktop.ui.dialogs.day_edits import likely_today
from altius_desktop.ui.presence import PresenceLabel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace


class CardContent(QWidget):
    """The head, the form, the buttons and the tables, in the language and of the day of now."""

    def __init__(self, workplace: Workplace, form: CardForm, parts: CardParts) -> None:
        super().__init__()
        self._workplace = workplace
        self._made_for = _now(workplace)
        self.form = form
        self.parts = parts
        self.name = style_label(ElidedLabel(), role=Font.TITLE, name="cardName")
        self.archived = label(_("in the archive"), role=Font.CAPTION, tone="warn", name="archivedLabel")
        self.archived.hide()
        self.presence = PresenceLabel(workplace, "counterparty")
        self.changed = style_label(ElidedLabel(), role=Font.CAPTION, tone="text2", name="changedLabel")
        self.changed.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.plan_button = Button(_("Plan"), icon="plan", hint="Ctrl+L", kind="primary", name="planButton")
        self.letter_button = Button(_("Letter"), icon="letter", name="letterButton")
        self.colour_button = Button(
            _("Colour"), icon="color", hint="Alt+1…6", arrow=True, name="highlightButton"
        )
        self.print_button = Button(_("Print"), icon="print", hint="Ctrl+P", name="printButton")
        self.message_button = Button(
            icon="message", hint="Ctrl+M", tip=_("Tell colleagues…"), name="messageButton"
        )
        self.changes_button = Button(
            icon="history", hint="Ctrl+Shift+H", tip=_("Who changed what"), name="changesButton"
        )
        self.save_button = Button(_("Save"), icon="check", hint="Ctrl+S", name="saveButton")
        self.save_button.setEnabled(False)
        self.banner = messages.Banner("info", name="cardBanner")
        self.double_banner = DoubleBanner(workplace)
        form.inn_typed.connect(self.double_banner.look_for)
        self._lay_out()

    def _lay_out(self) -> None:
        # Each layout is given its owner before its widgets: they are not moved from parent to parent.
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        head = QFrame()
        head.setProperty("surface", "panel")
        row = QHBoxLayout(head)
        row.setContentsMargins(16, 9, 14, 9)
        row.setSpacing(10)
        row.addWidget(self.name, 1)
        row.addWidget(self.archived)
        row.addWidget(self.presence, 1)
        row.addWidget(self.changed, 1)
        whole.addWidget(head)
        whole.addWidget(rule(strong=True))
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        whole.addLayout(body, 1)
        body.addWidget(self.form)
        body.addWidget(rule(vertical=True, strong=True))
        right = QVBoxLayout()
        right.setContentsMargins(14, 10, 14, 12)
        right.setSpacing(10)
        body.addLayout(right, 1)
        actions = QHBoxLayout()
        actions.setSpacing(6)
        right.addLayout(actions)
        for button in (self.plan_button, self.letter_button, self.colour_button, self.print_button):
            actions.addWidget(button)
        actions.addSpacing(8)
        actions.addStretch(1)
        actions.addWidget(self.message_button)
        actions.addWidget(self.changes_button)
        actions.addSpacing(8)
        actions.addWidget(self.save_button)
        right.addWidget(self.banner)
        right.addWidget(self.double_banner)
        right.addWidget(self.parts, 1)

    @property
    def is_of_now(self) -> bool:
        """Whether it would be built the same today and in the present language."""
        return self._made_for == _now(self._workplace)

    def stand_for(self, counterparty_id: UUID) -> None:
        """Belong to this counterparty from now on."""
        self.parts.stand_for(counterparty_id)
        self.double_banner.stand_for(counterparty_id)


def make_content(workplace: Workplace) -> CardContent:
    """The whole at once, for a window that is wanted now."""
    today = likely_today(workplace.identity)
    return CardContent(workplace, CardForm(workplace, today), CardParts(workplace, today))


def _now(workplace: Workplace) -> tuple[object, ...]:
    return current_language(), likely_today(workplace.identity)
