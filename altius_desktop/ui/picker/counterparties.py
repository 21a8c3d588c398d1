"""The field that finds a counterparty on the server as one types."""

from collections.abc import Hashable
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.phones import digits_of_query
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _
from altius_desktop.services.search import PICK_LIMIT, CounterpartyHit, find_counterparties
from altius_desktop.ui import theme
from altius_desktop.ui.picker.edit import PickerEdit
from altius_desktop.ui.picker.popup import GAP, Choice, matched_spans
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_DEBOUNCE_MS = 80
_SLOW_AFTER_MS = 300
_PADDING = 10


class CounterpartyPicker(PickerEdit):
    """Finds a counterparty by parts of its name, digits of a phone or INN, in either keyboard layout.

    What is typed and not chosen stays, muted, with a word that says so; `hit` is None then.
    """

    chosen = Signal(object)  # CounterpartyHit or None: the user's doing only

    def __init__(
        self,
        workplace: Workplace,
        *,
        name: str = "counterpartyPicker",
        title: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, title=title or _("Counterparty"), parent=parent)
        self._workplace = workplace
        self._hit: CounterpartyHit | None = None
        self._hits: dict[Hashable, CounterpartyHit] = {}
        # The text that an answer is awaited or shown for; None once nobody waits for it.
        self._asked: str | None = None
        self.setPlaceholderText(_("Name, phone or INN"))
        self._debounce = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._search)
        self._slow = QTimer(self, singleShot=True, interval=_SLOW_AFTER_MS)
        self._slow.timeout.connect(lambda: self._popup().show_note(_("Searching…")))
        theme.changed.connect(self._show_state)

    @property
    def hit(self) -> CounterpartyHit | None:
        """The chosen counterparty; None while there is only text."""
        return self._hit

    def set_hit(self, hit: CounterpartyHit | None) -> None:
        """Show a counterparty as chosen, or an empty field; says nothing."""
        self._hit = hit
        self.setText(hit.name if hit is not None else "")
        self.setCursorPosition(0)
        self._show_state()

    def set_counterparty(self, counterparty_id: UUID, name: str) -> None:
        """Show a counterparty of which only the name is at hand as chosen."""
        self.set_hit(CounterpartyHit(counterparty_id, name, "", "", ""))

    def set_typed(self, text: str) -> None:
        """Show a text for which nothing is chosen."""
        self._hit = None
        self.setText(text)
        self._show_state()

    def clear_choice(self) -> None:
        had = self._hit is not None
        self._stop()
        self.set_hit(None)
        if had:
            self.chosen.emit(None)

    def open_list(self) -> None:
        self._search()

    def take_on_leaving(self) -> None:
        """The only firm found is the one meant; of several none is taken."""
        if self._hit is None and len(self._hits) == 1 and self.list_open and self._asked == self.text():
            self.take_marked()
        super().take_on_leaving()

    def close_list(self) -> None:
        self._stop()
        super().close_list()

    def _take(self, choice: Choice) -> None:
        hit = self._hits.get(choice.key)
        if hit is not None:
            self.set_hit(hit)
            self.chosen.emit(hit)

    def _stop(self) -> None:
        self._debounce.stop()
        self._slow.stop()
        self._asked = None

    def _on_typed(self, text: str) -> None:
        if self._hit is not None and text != self._hit.name:
            self._hit = None
            self.chosen.emit(None)
        self._show_state()
        if text.strip():
            self._debounce.start()
        else:
            self.close_list()

    def _search(self) -> None:
        # The name of what is chosen would find that alone: the list is opened to choose another.
        asked = self.text()
        query = "" if self._hit is not None else clean_line(asked)
        self._asked = asked
        self._slow.start()
        self._workplace.read(
            lambda session: find_counterparties(session, query),
            parent=self,
            done=lambda hits: self._show_hits(asked, query, hits),
            failed=lambda error: self._show_error(asked, error),
            key="find",
        )

    def _show_hits(self, asked: str, query: str, hits: tuple[CounterpartyHit, ...]) -> None:
        if self._asked != asked or self.text() != asked:
            return
        self._slow.stop()
        self._hits = {hit.id: hit for hit in hits}
        popup = self._popup()
        if not hits:
            popup.show_note(_("Nothing found. Part of the name, of the phone or of the INN is enough."))
            return
        note = _("The first {count} are shown: type more.").format(count=PICK_LIMIT)
        popup.show_choices(
            [_choice_of(hit, query) for hit in hits],
            marked=self._hit.id if self._hit is not None else hits[0].id if query else None,
            note=note if len(hits) >= PICK_LIMIT else "",
        )

    def _show_error(self, asked: str, error: UserError) -> None:
        if self._asked == asked:
            self._slow.stop()
            self._hits = {}
            self._popup().show_note(error.text, wrong=True)

    def _show_state(self) -> None:
        loose = bool(self.text()) and self._hit is None and not self.hasFocus()
        words = theme.metrics(Font.CAPTION).horizontalAdvance(_("not chosen"))
        self.setTextMargins(0, 0, words + GAP if loose else 0, 0)
        # The style sheet's colour goes before the palette's.
        self.setStyleSheet(f"color: {theme.palette().muted};" if loose else "")
        self.setAccessibleDescription(_("not chosen") if self.text() and self._hit is None else "")

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._show_state()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._show_state()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.text() and self._hit is None and not self.hasFocus():
            painter = QPainter(self)
            painter.setFont(theme.font(Font.CAPTION))
            painter.setPen(theme.palette().color("warn"))
            room = self.rect().adjusted(0, 0, -_PADDING, 0)
            painter.drawText(
                room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, _("not chosen")
            )


def _choice_of(hit: CounterpartyHit, query: str) -> Choice:
    digits = digits_of_query(query)
    by_inn = digits is not None and hit.inn.startswith(digits) and not matched_spans(hit.phone, query)
    inn = _("INN {inn}").format(inn=hit.inn) if hit.inn else ""
    detail = inn if by_inn or not hit.phone else hit.phone
    return Choice(
        hit.id,
        hit.name,
        detail,
        bold=() if digits is not None else matched_spans(hit.name, query),
        bold_detail=matched_spans(detail, query) if digits is not None else (),
    )
