"""What stands above the table: the tools, what was found with its chips, and the bar of the ticked rows."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QFrame, QHBoxLayout, QMenu, QSizePolicy, QWidget

from altius_desktop.i18n import _
from altius_desktop.services.counterparty_list import Count
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import Button, label
from altius_desktop.ui.formats import number
from altius_desktop.ui.pages.contacts.flow import FlowLayout
from altius_desktop.ui.pages.counterparties.filter_panel import count_text
from altius_desktop.ui.pages.counterparties.filters import ChipText
from altius_desktop.ui.theme import Font


class RemovableChip(QAbstractButton):
    """One part of the selection; a press, Space or Del takes it away."""

    def __init__(self, text: str, *, tip: str = "", name: str = "") -> None:
        super().__init__()
        self.setText(text)
        self.setObjectName(name)
        self.setAccessibleName(_("Take away: {text}").format(text=tip or text))
        self.setToolTip(_("Take away: {text}").format(text=tip or text))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = theme.metrics(Font.CAPTION)
        return QSize(min(metrics.horizontalAdvance(self.text()), 260) + 38, metrics.height() + 8)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace, Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
            return
        super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(colors.color("accent") if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("line" if self.underMouse() else "hover"))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), self.height() / 2, self.height() / 2)
        painter.setPen(colors.color("text2"))
        painter.setFont(theme.font(Font.CAPTION))
        room = QRect(10, 0, self.width() - 34, self.height())
        shown = theme.metrics(Font.CAPTION).elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width() + 2
        )
        painter.drawText(room.adjusted(0, 0, 4, 0), Qt.AlignmentFlag.AlignVCenter, shown)
        icons.draw(painter, "close", self.width() - 22, (self.height() - 12) / 2, role="muted", size=12)


class FoundLine(QWidget):
    """«Найдено 12 480 из 1 000 000», and the chips of the selection behind it."""

    chip_removed = Signal(str)  # field of the filter

    def __init__(self) -> None:
        super().__init__()
        self._found = label(role=Font.SECTION, name="foundLabel")
        self._total = label(role=Font.TABLE, tone="text2", name="totalLabel")
        counts = QWidget()
        row = QHBoxLayout(counts)
        row.setContentsMargins(0, 0, 6, 0)
        row.setSpacing(7)
        row.addWidget(self._found)
        row.addWidget(self._total)
        self._counts = counts
        self._flow = FlowLayout(self, gap=6)
        self._flow.addWidget(counts)
        self._chips: list[RemovableChip] = []
        self._shown: tuple[ChipText, ...] | None = None
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_counts(self, found: Count | None, total: Count | None, *, at_least: int) -> None:
        """The counts come late: until then the rows that are there are counted, with «…»."""
        told = count_text(found) if found is not None else f"{number(at_least)}…"
        self._found.setText(_("Found {count}").format(count=told))
        whole = total is not None and total != found
        self._total.setText(_("of {count}").format(count=count_text(total)) if whole and total else "")
        self._total.setVisible(whole)
        self._counts.updateGeometry()
        self._flow.invalidate()

    def show_chips(self, chips: Sequence[ChipText]) -> None:
        if tuple(chips) == self._shown:
            return
        self._shown = tuple(chips)
        for old in self._chips:
            self._flow.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._chips = []
        for chip in chips:
            widget = RemovableChip(chip.text, tip=chip.tip, name=f"{chip.field}Chip")
            widget.clicked.connect(lambda _on=False, field=chip.field: self.chip_removed.emit(field))
            self._chips.append(widget)
            self._flow.addWidget(widget)
        self.updateGeometry()


class SelectionBar(QFrame):
    """Shown only while rows are ticked: how many, and what can be done with all of them at once."""

    def __init__(
        self,
        *,
        plan: Callable[[], object],
        highlight_menu: QMenu,
        manager_menu: QMenu,
        attribute: Callable[[], object],
        export: Callable[[], object],
        clear: Callable[[], object],
    ) -> None:
        super().__init__()
        self.setObjectName("selectionBar")
        self.setProperty("surface", "info")
        self._count = label(role=Font.STRONG, tone="link", name="tickedLabel")
        clear_button = Button(
            _("clear — Esc"), kind="flat", small=True, name="clearTicksButton", on_click=clear
        )
        self.plan = Button(
            _("Plan them"), icon="plan", small=True, name="planTickedButton", tip="Ctrl+L", on_click=plan
        )
        self.highlight = Button(
            _("Colour"), icon="color", arrow=True, small=True, name="highlightTickedButton"
        )
        self.highlight.setMenu(highlight_menu)
        self.manager = Button(
            _("Manager"), icon="manager", arrow=True, small=True, name="managerTickedButton"
        )
        self.manager.setMenu(manager_menu)
        self.attribute = Button(
            _("Attribute…"), icon="attribute", small=True, name="attributeTickedButton", on_click=attribute
        )
        self.export = Button(_("Excel"), icon="excel", small=True, name="exportTickedButton", on_click=export)
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 6, 4)
        row.setSpacing(6)
        row.addWidget(self._count)
        row.addWidget(clear_button)
        row.addStretch()
        for button in (self.plan, self.highlight, self.manager, self.attribute, self.export):
            row.addWidget(button)
        self.hide()

    def show_count(self, count: int) -> None:
        self._count.setText(_("Ticked {count}").format(count=number(count)))
        self.setVisible(count > 0)


class ToolBar(QWidget):
    """New, card, export, print at the left; the columns at the right. Hints leave first where it is narrow."""

    def __init__(
        self,
        *,
        add: Callable[[], object],
        card: Callable[[], object],
        export_menu: QMenu,
        print_rows: Callable[[], object],
        congratulate: Callable[[], object],
        columns_menu: QMenu,
    ) -> None:
        super().__init__()
        self.add = Button(
            _("New counterparty"),
            icon="add",
            hint="Ins",
            kind="primary",
            name="newCounterpartyButton",
            on_click=add,
        )
        self.card = Button(_("Card"), icon="card", hint="Enter", name="openCardButton", on_click=card)
        self.export = Button(_("Excel"), icon="excel", hint="Ctrl+E", arrow=True, name="exportButton")
        self.export.setMenu(export_menu)
        self.print_button = Button(
            _("Print"), icon="print", hint="Ctrl+P", name="printButton", on_click=print_rows
        )
        self.congratulate = Button(
            _("Congratulations"),
            icon="birthday",
            hint="Ctrl+G",
            name="congratulationsButton",
            on_click=congratulate,
        )
        self.columns = Button(_("Columns"), icon="columns", arrow=True, name="columnsButton")
        self.columns.setMenu(columns_menu)
        self._hints = {
            self.add: "Ins",
            self.card: "Enter",
            self.export: "Ctrl+E",
            self.print_button: "Ctrl+P",
            self.congratulate: "Ctrl+G",
        }
        self._row = row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        for button in (self.add, self.card, self.export, self.print_button, self.congratulate):
            row.addWidget(button)
        row.addStretch()
        row.addWidget(self.columns)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        for hinted in (True, False):
            for button, hint in self._hints.items():
                button.set_hint(hint if hinted else "")
                button.setToolTip(hint)
            if self._row.sizeHint().width() <= self.width():
                return


class ExportBar(QFrame):
    """How far an export has come; it can be stopped."""

    def __init__(self, stop: Callable[[], object]) -> None:
        super().__init__()
        self.setObjectName("exportBar")
        self.setProperty("surface", "info")
        self._told = label(name="exportProgress")
        row = QHBoxLayout(self)
        row.setContentsMargins(14, 4, 6, 4)
        row.addWidget(self._told)
        row.addStretch()
        row.addWidget(Button(_("Stop"), small=True, icon="close", name="stopExportButton", on_click=stop))
        self.hide()

    def show_progress(self, done: int) -> None:
        self._told.setText(_("Writing the file: {count} rows").format(count=number(done)))
        self.show()
