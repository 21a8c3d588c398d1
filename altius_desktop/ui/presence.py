"""«Open at …»: a word in a window about the colleagues who have the same record open, and the same word to them."""

from typing import Any
from uuid import UUID

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from altius_desktop.database.listener import News
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.presence import Opened, Presence, list_presence, note_presence
from altius_desktop.ui.controls import ElidedLabel, IconLabel, style_label
from altius_desktop.ui.formats import clock
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

# The server forgets a window that it has not heard of for two minutes.
_EVERY_MS = 45_000


class PresenceLabel(QWidget):
    """Unseen while nobody else has the record open. It belongs to the window it is put into, and goes with it."""

    def __init__(self, workplace: Workplace, table: Opened) -> None:
        super().__init__()
        self.setObjectName("presence")
        self._workplace = workplace
        self._table: Opened = table
        self._row_id: UUID | None = None
        self._watched: QWidget | None = None
        self.words = style_label(ElidedLabel(), role=Font.CAPTION, tone="warn", name="presenceLabel")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(IconLabel("group", role="warn"))
        row.addWidget(self.words, 1)
        self._timer = QTimer(self, interval=_EVERY_MS)
        self._timer.timeout.connect(self._look)
        workplace.live.news.connect(self._on_news)
        workplace.live.returned.connect(self._look)
        self.hide()

    def stand_for(self, row_id: UUID) -> None:
        """Tell colleagues of this record, from now until the window is closed."""
        self._leave()
        self._row_id = row_id
        window = self.window()
        if window is not self._watched:
            self._watched = window
            window.installEventFilter(self)
        self._timer.start()
        self._look()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self._watched and event.type() == QEvent.Type.Hide and not event.spontaneous():
            self._leave()
        return super().eventFilter(watched, event)

    def _look(self) -> None:
        table, row_id, window_id = self._table, self._row_id, self._workplace.window_id
        if row_id is None:
            return

        def look(session: Any) -> tuple[Presence, ...]:
            note_presence(session, window_id=window_id, table=table, row_id=row_id, is_open=True)
            return list_presence(session, window_id=window_id, table=table, row_id=row_id)

        self._workplace.read(look, parent=self, done=self._show, failed=_be_silent, key="presence")

    def _leave(self) -> None:
        table, row_id, window_id = self._table, self._row_id, self._workplace.window_id
        self._row_id = None
        self._timer.stop()
        if row_id is None or not self._workplace.live.connected:
            return
        self._workplace.read(
            lambda session: note_presence(
                session, window_id=window_id, table=table, row_id=row_id, is_open=False
            ),
            parent=self._workplace,
            done=lambda _none: None,
            failed=_be_silent,
        )

    def _show(self, others: tuple[Presence, ...]) -> None:
        names = ", ".join(with_initial(one.full_name) for one in others)
        self.words.setText(_("Open at: {names}").format(names=names) if others else "")
        self.setToolTip(
            "\n".join(
                _("{name}, since {time}").format(name=one.full_name, time=clock(one.since)) for one in others
            )
        )
        self.setVisible(bool(others))

    def _on_news(self, news: tuple[News, ...]) -> None:
        if any(item.table == "presence" and (item.ids is None or self._row_id in item.ids) for item in news):
            self._look()


def _be_silent(_error: UserError) -> None:
    """A lost line is told by the banner; who is there is asked again at its return."""
