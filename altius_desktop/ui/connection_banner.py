"""The strip above a page that was read before the line to the server was lost."""

from collections.abc import Callable

from altius_desktop.domain.errors import ConnectionLost, UserError
from altius_desktop.i18n import _
from altius_desktop.ui.messages import Banner
from altius_desktop.ui.workplace import Workplace


class ConnectionBanner(Banner):
    """Shown from the loss to the return; `detail` says what is still seen, Retry tries at once and then `reload`s."""

    def __init__(
        self, workplace: Workplace, *, detail: Callable[[], str], reload: Callable[[], object]
    ) -> None:
        super().__init__("danger", icon="offline", name="connectionBanner")
        self._live = workplace.live
        self._detail_now = detail
        self._reload = reload
        self.add_button(_("Retry"), self._retry, icon="refresh", name="retryButton")
        self._live.connection_changed.connect(self._on_connection)

    def tell_lost(self, error: ConnectionLost) -> None:
        """A question found the server gone, maybe before the news did."""
        self._on_connection(False, error)

    def _on_connection(self, connected: bool, error: UserError | None) -> None:
        if connected:
            self.hide()
            return
        title = error.text if error is not None else _("The connection to the server is lost.")
        self.show_text(title, self._detail_now())

    def _retry(self) -> None:
        self._live.retry_now()
        self._reload()
