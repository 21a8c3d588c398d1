"""What is done with the counterparty of a card beside editing it: a plan, a letter, a colour, a print."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QMenu, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.names import with_initial
from altius_desktop.domain.phones import Phone
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.services.audit import ChangedPlace
from altius_desktop.services.card_parts import PersonRow
from altius_desktop.services.counterparty_card import Card
from altius_desktop.services.counterparty_edits import change_many
from altius_desktop.ui import messages
from altius_desktop.ui.dialogs.changes import ChangesDialog
from altius_desktop.ui.dialogs.colours import fill_colour_menu
from altius_desktop.ui.dialogs.counterparty_card.editors import links_of, open_one_of
from altius_desktop.ui.dialogs.counterparty_card.printed import card_html, preview_card, printed_words
from altius_desktop.ui.dialogs.message import MessageSeed, tell_colleagues
from altius_desktop.ui.dialogs.plan import PlanDialog, PlanSeed
from altius_desktop.ui.undoing import Undoing
from altius_desktop.ui.workplace import Workplace


class CardActs(QObject):
    """Acts on the card and the person that are shown; `window` is the parent of dialogs and toasts."""

    done = Signal()  # something was saved: the card is read again

    def __init__(
        self,
        workplace: Workplace,
        window: QWidget,
        *,
        card: Callable[[], Card | None],
        person: Callable[[], PersonRow | None],
        text_of: Callable[[str, Any], str],
    ) -> None:
        super().__init__(window)
        self._workplace = workplace
        self._window = window
        self._card = card
        self._person = person
        self._text_of = text_of
        self._undoing = Undoing(workplace, window, done=self.done.emit)
        self.colour_menu = QMenu(window)
        self.colour_menu.setObjectName("highlightMenu")
        self.colour_menu.aboutToShow.connect(self._fill_colours)

    def plan(self) -> None:
        """Plan for this counterparty and, if one is chosen, for that contact person."""
        card, person = self._card(), self._person()
        if card is None:
            return
        seed = PlanSeed(
            counterparty_id=card.id,
            counterparty_name=card.fields.name,
            contact_person_id=person.id if person is not None else None,
            section="call",
            day=card.today,
            assignee_id=self._workplace.identity.employee_id,
        )
        dialog = PlanDialog(self._workplace, seed, self._window)
        dialog.accepted.connect(self.done)
        dialog.accepted.connect(lambda: self._undoing.tell(_("The plan is saved")))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def write_letter(self, beside: QWidget) -> None:
        """Begin a letter to the chosen person, the firm or another person, in the system's mail program."""
        card = self._card()
        if card is None:
            return
        choices = _addresses(card, self._person())
        if choices:
            open_one_of(beside, choices)
        else:
            messages.show_toast(self._window, _("No e-mail is entered"), kind="info")

    def tell_colleagues(self) -> None:
        """Write colleagues a message about this counterparty, to whoever is responsible for it if that is another."""
        card = self._card()
        if card is None:
            return
        whose = card.fields.responsible_id
        me = self._workplace.identity.employee_id
        seed = MessageSeed(
            employee_ids=(whose,) if whose is not None and whose != me else (),
            counterparty_id=card.id,
            counterparty_name=card.fields.name,
        )
        tell_colleagues(self._workplace, seed, self._window)

    def print_card(self) -> None:
        """Show what is saved of the card in a preview, from where it is printed."""
        card = self._card()
        if card is None:
            return
        words = printed_words(card.today, with_initial(self._workplace.identity.full_name))
        html = card_html(card, lambda name: self._text_of(name, getattr(card.fields, name)), words)
        preview = preview_card(self._window, card.fields.name, html)
        preview.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        preview.open()

    def show_changes(self) -> None:
        """Show who changed what of the counterparty and of all that belongs to it."""
        card = self._card()
        if card is None:
            return
        place = ChangedPlace.of_counterparty(card.id)
        dialog = ChangesDialog(self._workplace, place, card.fields.name, self._window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def set_colour(self, key: int | None) -> None:
        """Colour the counterparty for the whole office, or take the colour off."""
        card = self._card()
        if card is None or card.highlight == key:
            return
        ids = (card.id,)
        name = self._workplace.directories.legend_name(key)

        def coloured(_acted: Acted) -> None:
            self.done.emit()
            told = _("Colour: {name}").format(name=name) if key else _("The colour is taken off")
            self._undoing.tell(told)

        self._workplace.act(
            lambda session, act: change_many(session, act_id=act, ids=ids, field="highlight", value=key),
            parent=self._window,
            done=coloured,
            failed=self._tell,
        )

    def _fill_colours(self) -> None:
        card = self._card()
        present = card.highlight if card is not None else None
        fill_colour_menu(self.colour_menu, self._workplace.directories, present, self.set_colour)

    def _tell(self, error: UserError) -> None:
        messages.show_error(self._window, error)


def _addresses(card: Card, chosen: PersonRow | None) -> list[tuple[str, str]]:
    """Whom a letter may go to: words for a menu, and the address."""
    if chosen is not None:
        emails = tuple(Phone(p.value, None, "", None) for p in chosen.points if p.kind == "email")
        if emails:
            return links_of("emails", emails)
    result = links_of(
        "emails", tuple(Phone(p.value, None, "", None) for p in card.points if p.kind == "email")
    )
    for person in card.persons:
        for point in person.points:
            if point.kind == "email":
                result.append(
                    (f"{with_initial(person.fields.full_name)}: {point.value}", f"mailto:{point.value}")
                )
    return result
