"""Tells in the card that another counterparty has the same INN, with the way to it."""

from uuid import UUID

from PySide6.QtCore import Signal

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _
from altius_desktop.services.duplicates import Duplicate, find_duplicates
from altius_desktop.ui.messages import Banner
from altius_desktop.ui.workplace import Workplace


class DoubleBanner(Banner):
    """Hidden while nobody else has the INN that it was told last."""

    card_asked = Signal(object)  # the id of the other counterparty

    def __init__(self, workplace: Workplace) -> None:
        super().__init__("warn", name="duplicateBanner")
        self._workplace = workplace
        self._counterparty_id: UUID | None = None
        self._double: Duplicate | None = None
        self.add_button(_("Open"), self._open, icon="external", name="openDuplicateButton")

    def stand_for(self, counterparty_id: UUID) -> None:
        """Look for the doubles of this counterparty from now on."""
        self._counterparty_id = counterparty_id

    def look_for(self, inn: str) -> None:
        """Ask who else has this INN."""
        if not inn:
            self._show(())
            return
        mine = self._counterparty_id
        self._workplace.read(
            lambda session: find_duplicates(session, inn=inn, but=mine),
            parent=self,
            done=self._show,
            failed=self._not_now,
            key="double",
        )

    def _not_now(self, _error: UserError) -> None:
        """The program's window tells of a lost line; saving looks again."""

    def _show(self, found: tuple[Duplicate, ...]) -> None:
        self._double = double = found[0] if found else None
        if double is None:
            self.hide()
            return
        self.show_text(
            _("Another counterparty has the same INN"),
            " · ".join(filter(None, (double.name, double.address))),
        )

    def _open(self) -> None:
        if self._double is not None:
            self.card_asked.emit(self._double.id)
