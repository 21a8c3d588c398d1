"""The side of the Contacts document where the counterparty of the selected row stands, or a button that shows it."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from altius_desktop.database.listener import News
from altius_desktop.i18n import _
from altius_desktop.ui.controls import Button, rule
from altius_desktop.ui.pages.contacts.day_model import DayModel
from altius_desktop.ui.pages.contacts.panel import CounterpartyPanel
from altius_desktop.ui.workplace import Workplace


class PanelSide(QObject):
    """`opener` is placed by the page; whether the panel is shown is kept for this PC."""

    def __init__(self, workplace: Workplace, page: QWidget, *, day: DayModel) -> None:
        super().__init__(page)
        self._settings = workplace.settings
        self._day = day
        self.panel = CounterpartyPanel(workplace)
        self._line = rule(vertical=True, strong=True)
        self.opener = Button(
            icon="panel_open",
            kind="flat",
            small=True,
            name="openPanelButton",
            tip=_("Show the counterparty"),
            on_click=lambda: self.show(True),
        )
        self.panel.collapse_asked.connect(lambda: self.show(False))
        workplace.live.news.connect(self._on_news)

    def place(self, row: QHBoxLayout) -> None:
        """Stand at the end of the row, as it was left."""
        row.addWidget(self._line)
        row.addWidget(self.panel)
        self.show(self._settings.panel_visible)

    def show(self, visible: bool) -> None:
        """Show the panel, or the button that does so."""
        self.panel.setVisible(visible)
        self._line.setVisible(visible)
        self.opener.setVisible(not visible)
        if self._settings.panel_visible != visible:
            self._settings.panel_visible = visible
            self._settings.save()

    def _on_news(self, news: tuple[News, ...]) -> None:
        shown = self.panel.counterparty_id
        if shown is not None and any(self._concerns(item, shown) for item in news):
            self.panel.reload()

    def _concerns(self, item: News, shown: object) -> bool:
        if item.table == "counterparty":
            return item.ids is None or shown in item.ids
        if item.table != "activity":
            return False
        rows = self._day.rows
        return item.ids is None or any(
            row.counterparty_id == shown for row_id in item.ids if (row := rows.get(row_id))
        )
