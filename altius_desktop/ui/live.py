"""News from the server as Qt signals in the GUI thread, and whether the server is there at all."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal

from altius_desktop.database.connection import Credentials
from altius_desktop.database.listener import Listener, News
from altius_desktop.domain.errors import UserError


class Live(QObject):
    """`news` brings what others committed; `connection_changed(False, error)` and `(True, None)` follow the line.

    After a return everything that was missed must be read anew: `returned` says so.
    """

    news = Signal(object)  # tuple[News, ...]
    connection_changed = Signal(bool, object)
    returned = Signal()

    _news_came = Signal(object)
    _state_came = Signal(bool, object)

    def __init__(self, make_listener: Callable[[Any, Any], Listener], parent: QObject | None = None) -> None:
        """`make_listener(on_news, on_state)` builds the listener; both are called on its thread."""
        super().__init__(parent)
        self.connected = True
        queued = Qt.ConnectionType.QueuedConnection
        self._news_came.connect(self._on_news, queued)
        self._state_came.connect(self._on_state, queued)
        self._listener = make_listener(self._news_came.emit, self._state_came.emit)
        self._open = False

    def start(self) -> None:
        self._open = True
        self._listener.start()

    def use_credentials(self, credentials: Credentials) -> None:
        """Connect with these the next time; the open connection stays."""
        self._listener.use_credentials(credentials)

    def retry_now(self) -> None:
        """Try to reach the server at once; without effect while it is there."""
        if self._open and not self.connected:
            self._listener.retry_now()

    def close(self) -> None:
        if self._open:
            self._open = False
            self._listener.stop()

    def _on_news(self, news: tuple[News, ...]) -> None:
        if self._open:
            self.news.emit(news)

    def _on_state(self, connected: bool, error: UserError | None) -> None:
        if not self._open:
            return
        changed = connected != self.connected
        self.connected = connected
        if changed or error is not None:
            self.connection_changed.emit(connected, error)
        if connected:
            # The first connection may come after the page has read its day: what was committed between is read now.
            self.returned.emit()
