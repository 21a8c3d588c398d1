"""Ctrl+K: one line that finds firms, persons, phones, e-mails and old results, from every page."""

from collections.abc import Callable
from uuid import UUID

from PySide6.QtCore import QEvent, QModelIndex, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QLineEdit, QListView, QVBoxLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.texts import clean_line
from altius_desktop.i18n import _
from altius_desktop.services.search import Found, Hit, find_anything
from altius_desktop.ui.controls import card, label, set_tone
from altius_desktop.ui.dialog import Dialog
from altius_desktop.ui.dialogs.counterparty_card import open_card
from altius_desktop.ui.dialogs.history import HistoryDialog
from altius_desktop.ui.icons import icon
from altius_desktop.ui.picker.popup import (
    Choice,
    ChoiceDelegate,
    ChoiceListModel,
    choice_height,
    matched_spans,
)
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_DEBOUNCE_MS = 120
_WIDTH = 660
_ROWS_AT_ONCE = 12
_ICONS = {"firm": "company", "person": "contact", "phone": "phone", "email": "mail", "result": "result"}


class FindAnythingDialog(Dialog):
    """Closes by itself when something is opened, on Esc, and when the window behind is used."""

    def __init__(self, workplace: Workplace, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setObjectName("findAnythingDialog")
        self.setAccessibleName(_("Find anything"))
        self.setWindowTitle(_("Find anything"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._workplace = workplace
        self._window = parent.window()
        self._debounce = QTimer(self, singleShot=True, interval=_DEBOUNCE_MS)
        self._debounce.timeout.connect(self._search)
        self._hits: dict[int, Hit] = {}
        self._asked = ""
        self.edit = QLineEdit()
        self.edit.setObjectName("findAnythingEdit")
        self.edit.setAccessibleName(_("Find anything"))
        self.edit.setPlaceholderText(_("A firm, a person, a phone, what was agreed…"))
        self.edit.addAction(icon("search", "muted"), QLineEdit.ActionPosition.LeadingPosition)
        self.edit.setClearButtonEnabled(True)
        self.edit.setMaxLength(200)
        self.edit.textChanged.connect(lambda _text: self._debounce.start())
        self._model = ChoiceListModel(self)
        self.list = QListView()
        self.list.setObjectName("findAnythingList")
        self.list.setAccessibleName(_("Found"))
        self.list.setFrameShape(QFrame.Shape.NoFrame)
        self.list.setStyleSheet("QListView { border: none; background: transparent; }")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setMouseTracking(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setUniformItemSizes(True)
        self.list.setModel(self._model)
        self.list.setItemDelegate(ChoiceDelegate(self))
        self.list.entered.connect(self._on_entered)
        self.list.clicked.connect(lambda index: self._open(index.row()))
        self._note = label(
            _("Enter opens, ↑ ↓ choose, Esc closes"), role=Font.CAPTION, tone="muted", name="findAnythingNote"
        )
        ground = card()
        inside = self._inside = QVBoxLayout(ground)
        inside.setContentsMargins(10, 10, 10, 8)
        inside.setSpacing(6)
        inside.addWidget(self.edit)
        inside.addWidget(self.list)
        inside.addWidget(self._note)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(ground)
        self.list.hide()
        self.setFixedWidth(min(_WIDTH, self._window.width() - 80))
        self.edit.setFocus()

    def open_over(self, window: QWidget) -> None:
        """Show the line in the upper part of the window."""
        self._fit()
        self.move(window.mapToGlobal(QPoint((window.width() - self.width()) // 2, 72)))
        self.show()
        self.activateWindow()

    def hits(self) -> tuple[Hit, ...]:
        return tuple(self._hits.values())

    def _search(self) -> None:
        query = clean_line(self.edit.text())
        self._asked = query
        if not query:
            self._show(query, Found((), frozenset()))
            return
        self._workplace.read(
            lambda session: find_anything(session, query),
            parent=self,
            done=lambda found: self._show(query, found),
            failed=self._show_error,
            key="find",
        )

    def _show(self, query: str, found: Found) -> None:
        if query != self._asked:
            return
        titles = {
            "firm": _("Counterparties"),
            "person": _("Contact persons"),
            "phone": _("Phones"),
            "email": _("E-mail"),
            "result": _("Results of contacts"),
        }
        choices: list[Choice] = []
        self._hits = {}
        for kind, title in titles.items():
            own = [hit for hit in found.hits if hit.kind == kind]
            if own and kind in found.more:
                title = f"{title}  ·  {_('not all are shown, add a word')}"
            if own:
                choices.append(Choice(("heading", kind), title, heading=True))
            for hit in own:
                self._hits[len(choices)] = hit
                choices.append(
                    Choice(
                        len(choices),
                        hit.title,
                        hit.detail,
                        icon=_ICONS[kind],
                        bold=tuple((start, end - start) for start, end in hit.marks)
                        or matched_spans(hit.title, query),
                        bold_detail=matched_spans(hit.detail, query),
                    )
                )
        self._model.show_choices(choices)
        self.list.setVisible(bool(choices))
        self.list.setFixedHeight(min(len(choices), _ROWS_AT_ONCE) * choice_height() + 2)
        self._say("" if choices or not query else _("Nothing found"))
        if self._hits:
            self._mark(min(self._hits))
        self._fit()

    def _fit(self) -> None:
        """As high as what is shown, and no higher."""
        self._inside.activate()
        self.setFixedHeight(self._inside.sizeHint().height() + 2)

    def _show_error(self, error: UserError) -> None:
        self._say(str(error), wrong=True)

    def _say(self, text: str, *, wrong: bool = False) -> None:
        self._note.setText(text or _("Enter opens, ↑ ↓ choose, Esc closes"))
        set_tone(self._note, "tone", "danger" if wrong else "muted")

    def _mark(self, row: int) -> None:
        index = self._model.index(row)
        self.list.setCurrentIndex(index)
        self.list.scrollTo(index)

    def _on_entered(self, index: QModelIndex) -> None:
        if index.row() in self._hits:
            self.list.setCurrentIndex(index)

    def step(self, by: int) -> None:
        """Mark the next or the previous hit; stays at the ends."""
        rows = sorted(self._hits)
        if rows:
            now = self.list.currentIndex().row()
            at = rows.index(now) + by if now in rows else 0
            self._mark(rows[max(0, min(len(rows) - 1, at))])

    def open_marked(self) -> None:
        """Open what is marked: the card of a firm or person, the history for an old result."""
        if self._debounce.isActive():
            # Enter before the answer: what is shown belongs to an earlier text.
            return
        self._open(self.list.currentIndex().row())

    def _open(self, row: int) -> None:
        hit = self._hits.get(row)
        if hit is None or hit.counterparty_id is None:
            return
        window = self._window
        self.close()
        if hit.kind == "result":
            # The detail of a result is the firm and the day.
            open_history(self._workplace, hit.counterparty_id, hit.detail.rpartition(", ")[0], window)
        else:
            open_card(self._workplace, hit.counterparty_id, window)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves: dict[int, Callable[[], object]] = {
            Qt.Key.Key_Down: lambda: self.step(1),
            Qt.Key.Key_Up: lambda: self.step(-1),
            Qt.Key.Key_PageDown: lambda: self.step(_ROWS_AT_ONCE),
            Qt.Key.Key_PageUp: lambda: self.step(-_ROWS_AT_ONCE),
            Qt.Key.Key_Return: self.open_marked,
            Qt.Key.Key_Enter: self.open_marked,
            Qt.Key.Key_Escape: self.close,
        }
        action = moves.get(event.key())
        if action is not None:
            action()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        left = event.type() == QEvent.Type.ActivationChange and self.isVisible() and not self.isActiveWindow()
        # Another program's window may come to the front and leave again: only ours closes the line.
        if left and self._window.isActiveWindow():
            self.close()


def open_history(workplace: Workplace, counterparty_id: UUID, name: str, parent: QWidget) -> None:
    """Open the history of a counterparty beside the window."""
    dialog = HistoryDialog(workplace, counterparty_id, name, parent)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.show()
