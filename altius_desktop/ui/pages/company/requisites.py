"""The company's requisites at the head of its page."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from altius_desktop.i18n import _
from altius_desktop.services.company import CompanyFields
from altius_desktop.ui.controls import Avatar, Button, label, rule
from altius_desktop.ui.pages.company.forms import zone_names
from altius_desktop.ui.pages.contacts.flow import FlowLayout
from altius_desktop.ui.theme import Font


class RequisitesCard(QFrame):
    """Shows the requisites to everybody; `why` says why somebody may not change them ("" if he may)."""

    def __init__(self, change: Callable[[], object], *, why: str) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.setObjectName("requisitesCard")
        self.setAccessibleName(_("Requisites"))
        self.name = label(role=Font.SECTION, wrap=True, name="companyName")
        self.business = label(role=Font.TABLE, tone="muted", wrap=True, name="companyBusiness")
        self.change_button = Button(
            _("Change the requisites"), icon="edit", name="changeRequisitesButton", on_click=change
        )
        self.change_button.setEnabled(not why)
        self.change_button.setToolTip(why)
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(self.name)
        texts.addWidget(self.business)
        head = QHBoxLayout()
        head.setSpacing(14)
        head.addWidget(Avatar(icon="company", size=40))
        head.addLayout(texts, 1)
        head.addWidget(self.change_button)
        self._values = QWidget()
        self._flow = FlowLayout(self._values, gap=22)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(10)
        whole.addLayout(head)
        whole.addWidget(rule())
        whole.addWidget(self._values)
        self._shown: CompanyFields | None = None

    def show_fields(self, fields: CompanyFields) -> None:
        if fields == self._shown:
            return
        self._shown = fields
        self.name.setText(fields.name)
        self.business.setText(fields.business)
        self.business.setVisible(bool(fields.business))
        while (item := self._flow.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        for caption, value in (
            (_("INN / KPP"), " / ".join(filter(None, (fields.inn, fields.kpp)))),
            (_("OGRN"), fields.ogrn),
            (_("Address"), fields.address),
            (_("Phone"), fields.phone),
            (_("E-mail"), fields.email),
            (_("Time zone"), zone_names().get(fields.time_zone, fields.time_zone)),
        ):
            self._flow.addWidget(_captioned(caption, value or "—", self._values))


def _captioned(caption: str, value: str, parent: QWidget) -> QWidget:
    block = QWidget(parent)
    column = QVBoxLayout(block)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(1)
    column.addWidget(label(caption, role=Font.CAPTION, tone="muted"))
    words = label(value, role=Font.STRONG)
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    column.addWidget(words)
    return block
