"""The counterparty of the selected row: attributes, persons, birthdays, what happened last."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from PySide6.QtCore import QRectF, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QStackedLayout, QVBoxLayout, QWidget

from altius_desktop.domain.names import initials, short_name
from altius_desktop.domain.phones import Phone, format_phone
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.counterparties import (
    Birthday,
    ContactPersonRow,
    ContactPointRow,
    CounterpartySummary,
    get_counterparty_summary,
)
from altius_desktop.services.history import HistoryRow
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import (
    Avatar,
    Button,
    Chip,
    ElidedLabel,
    IconLabel,
    card,
    label,
    rule,
    style_label,
)
from altius_desktop.ui.formats import day_and_month, full_day, short_day
from altius_desktop.ui.icons import known
from altius_desktop.ui.pages.contacts.flow import FlowLayout
from altius_desktop.ui.table import EmptyState
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

PANEL_WIDTH = 300
_DELAY_MS = 150
_PERSONS_AT_FIRST = 2


class CounterpartyPanel(QFrame):
    """Follows the selection after a moment; what it shows is read again when the counterparty changes."""

    history_asked = Signal(object, str)  # counterparty id, name
    card_asked = Signal(object)  # counterparty id
    collapse_asked = Signal()
    shown = Signal()  # a counterparty's summary has been laid out

    def __init__(self, workplace: Workplace) -> None:
        super().__init__()
        self.setObjectName("counterpartyPanel")
        self.setAccessibleName(_("Counterparty"))
        self.setProperty("surface", "panel")
        self.setFixedWidth(PANEL_WIDTH)
        self._workplace = workplace
        self._wanted: UUID | None = None
        self._summary: CounterpartySummary | None = None
        self._timer = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._timer.timeout.connect(self._read)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(
            EmptyState("nothing_selected", _("No counterparty chosen"), _("Select a row in any table"))
        )
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._stack.addWidget(self._scroll)

    @property
    def counterparty_id(self) -> UUID | None:
        return self._wanted

    def show_counterparty(self, counterparty_id: UUID | None) -> None:
        """Follow the selection: the panel changes when it has stayed for a moment."""
        if counterparty_id == self._wanted:
            return
        self._wanted = counterparty_id
        if counterparty_id is None:
            self._timer.stop()
            self._summary = None
            self._stack.setCurrentIndex(0)
        else:
            self._timer.start()

    def reload(self) -> None:
        """Read the shown counterparty again."""
        if self._wanted is not None:
            self._read()

    def _read(self) -> None:
        wanted = self._wanted
        if wanted is None:
            return

        def offline(_error: object) -> None:
            """The banner tells of it; the panel keeps what it has."""

        self._workplace.read(
            lambda session: get_counterparty_summary(session, wanted),
            parent=self,
            done=self._show,
            failed=offline,
            key="summary",
        )

    def _show(self, summary: CounterpartySummary | None) -> None:
        if summary is None or summary.id != self._wanted or summary == self._summary:
            return
        same = self._summary is not None and self._summary.id == summary.id
        place = self._scroll.verticalScrollBar().value() if same else 0
        self._summary = summary
        self._scroll.setWidget(self._content(summary))
        self._stack.setCurrentIndex(1)
        self._scroll.verticalScrollBar().setValue(place)
        self.shown.emit()

    def _content(self, summary: CounterpartySummary) -> QWidget:
        content = QFrame()
        content.setProperty("surface", "panel")
        whole = QVBoxLayout(content)
        whole.setContentsMargins(15, 13, 15, 14)
        whole.setSpacing(8)
        head = QHBoxLayout()
        head.setSpacing(6)
        name = label(summary.name, role=Font.SECTION, wrap=True, name="counterpartyName")
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head.addWidget(name, 1)
        head.addWidget(
            Button(
                icon="panel",
                kind="flat",
                small=True,
                name="collapsePanelButton",
                tip=_("Hide the panel"),
                on_click=self.collapse_asked.emit,
            ),
            0,
            Qt.AlignmentFlag.AlignTop,
        )
        whole.addLayout(head)
        whole.addWidget(
            Button(
                _("Open the card"),
                icon="card",
                hint="F2",
                small=True,
                name="openCardButton",
                on_click=lambda: self.card_asked.emit(summary.id),
            ),
            0,
            Qt.AlignmentFlag.AlignLeft,
        )
        known_facts = _facts(summary)
        if known_facts:
            whole.addWidget(label(known_facts, role=Font.CAPTION, tone="muted", wrap=True))
        chips = _chips(summary)
        if chips:
            box = QWidget()
            flow = FlowLayout(box, gap=6)
            for text, icon, tip in chips:
                flow.addWidget(Chip(text, icon=icon, tip=tip))
            whole.addWidget(box)
        for point in summary.points:
            whole.addWidget(_point(point))
        if summary.persons:
            whole.addWidget(rule())
            whole.addWidget(_Persons(summary.persons))
        for birthday in summary.birthdays:
            whole.addWidget(_birthday(birthday))
        whole.addWidget(rule())
        whole.addLayout(self._recent_head(summary))
        if summary.recent:
            for number, item in enumerate(summary.recent):
                whole.addWidget(_RecentRow(item, last=number == len(summary.recent) - 1))
        else:
            whole.addWidget(label(_("There have been no contacts yet"), role=Font.CAPTION, tone="muted"))
        whole.addStretch()
        return content

    def _recent_head(self, summary: CounterpartySummary) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(_("Recent contacts"), role=Font.CAPTION_STRONG, tone="text2"))
        row.addStretch()
        row.addWidget(
            Button(
                _("Whole history"),
                kind="flat",
                small=True,
                name="wholeHistoryButton",
                on_click=lambda: self.history_asked.emit(summary.id, summary.name),
            )
        )
        return row


def _facts(summary: CounterpartySummary) -> str:
    parts = []
    if summary.inn:
        parts.append(_("INN {inn}").format(inn=summary.inn))
    if summary.applied_on is not None:
        parts.append(_("first contact {day}").format(day=full_day(summary.applied_on)))
    if summary.address:
        parts.append(summary.address)
    return " · ".join(parts)


def _chips(summary: CounterpartySummary) -> list[tuple[str, str, str]]:
    roles = {
        "client": _("client"),
        "supplier": _("supplier"),
        "publisher": _("publisher"),
        "agency": _("agency"),
        "partner": _("partner"),
    }
    chips = [(roles[role], "contact", _("Role")) for role in sorted(summary.roles) if role != "client"]
    for text, icon, tip in (
        (summary.business_line, "business_line", _("Business line")),
        (summary.region, "region", _("Region")),
        (summary.group, "group", _("Group")),
        (summary.category, "category", _("Category")),
    ):
        if text:
            chips.append((text, icon, f"{tip}: {text}"))
    if summary.ad_source:
        chips.append((_("Ad: {source}").format(source=summary.ad_source), "source", _("Ad source")))
    return chips


def _person(person: ContactPersonRow) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(10)
    row.addWidget(Avatar(initials(person.full_name)), 0, Qt.AlignmentFlag.AlignTop)
    texts = QVBoxLayout()
    texts.setSpacing(1)
    texts.addWidget(label(person.full_name, role=Font.TABLE, wrap=True))
    if person.position:
        texts.addWidget(label(person.position, role=Font.CAPTION, tone="muted", wrap=True))
    for point in person.points:
        texts.addWidget(_point(point))
    row.addLayout(texts, 1)
    return row


def _point(point: ContactPointRow) -> QWidget:
    """A phone, fax or address; a press calls or writes by the program that the system has for it."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(5)
    icon = {"phone": "phone", "fax": "fax", "email": "mail"}[point.kind]
    row.addWidget(IconLabel(icon, role="muted", size=14))
    if point.kind == "email":
        row.addWidget(_Link(point.value, lambda: QDesktopServices.openUrl(QUrl(f"mailto:{point.value}"))), 1)
        return box
    text = format_phone(Phone(point.value, point.e164, "", point.extension))
    number = point.e164
    if point.kind == "phone" and number:
        row.addWidget(_Link(text, lambda: QDesktopServices.openUrl(QUrl(f"tel:{number}")), plain=True), 1)
    else:
        row.addWidget(style_label(ElidedLabel(text), role=Font.TABLE), 1)
    return box


class _Persons(QWidget):
    """The first contact persons; the others unfold by a press."""

    def __init__(self, persons: tuple[ContactPersonRow, ...]) -> None:
        super().__init__()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(label(_("Contact persons"), role=Font.CAPTION_STRONG, tone="text2"))
        head.addStretch()
        self._column.addLayout(head)
        for person in persons[:_PERSONS_AT_FIRST]:
            self._column.addLayout(_person(person))
        self._others = persons[_PERSONS_AT_FIRST:]
        if self._others:
            self._more = Button(
                _("{count} more").format(count=len(self._others)),
                kind="flat",
                small=True,
                name="morePersonsButton",
                on_click=self._unfold,
            )
            head.addWidget(self._more)

    def _unfold(self) -> None:
        self._more.hide()
        for person in self._others:
            self._column.addLayout(_person(person))


class _Link(ElidedLabel):
    """A text to press with the mouse."""

    def __init__(self, text: str, action: Callable[[], object], *, plain: bool = False) -> None:
        super().__init__(text)
        style_label(self, role=Font.TABLE, tone="" if plain else "link")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._action = action

    def mouseReleaseEvent(self, event: Any) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._action()


def _birthday(birthday: Birthday) -> QFrame:
    frame = card("warn")
    row = QHBoxLayout(frame)
    row.setContentsMargins(11, 8, 11, 8)
    row.setSpacing(10)
    row.addWidget(IconLabel("birthday", role="warn", size=18))
    texts = QVBoxLayout()
    texts.setSpacing(1)
    texts.addWidget(
        label(_("{day}: birthday").format(day=day_and_month(birthday.falls_on)), role=Font.STRONG, wrap=True)
    )
    if birthday.days_left == 0:
        when = _("today")
    else:
        when = ngettext("in {days} day", "in {days} days", birthday.days_left).format(days=birthday.days_left)
    texts.addWidget(
        label(f"{short_name(birthday.full_name)}, {when}", role=Font.CAPTION, tone="text2", wrap=True)
    )
    row.addLayout(texts, 1)
    return frame


class _RecentRow(QWidget):
    """One of the last contacts: its kind's icon on a line that joins it to the next."""

    def __init__(self, item: HistoryRow, *, last: bool) -> None:
        super().__init__()
        self._icon = known(item.kind_icon)
        self._good = bool(item.result_kind_name)
        self._last = last
        whole = QVBoxLayout(self)
        whole.setContentsMargins(32, 0, 0, 6)
        whole.setSpacing(1)
        head = QHBoxLayout()
        head.addWidget(label(item.kind_name or _("Task"), role=Font.TABLE), 1)
        if item.is_private:
            lock = IconLabel("lock", role="muted", size=14)
            lock.setToolTip(_("Private"))
            head.addWidget(lock)
        head.addWidget(label(short_day(item.day), role=Font.CAPTION, tone="muted"))
        whole.addLayout(head)
        told = item.result_text or item.result_kind_name or item.topic
        line = style_label(ElidedLabel(told), role=Font.TABLE, tone="text2")
        line.setAccessibleName(f"{item.kind_name} {full_day(item.day)}: {told}")
        whole.addWidget(line)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if not self._last:
            painter.fillRect(QRectF(10.5, 24, 1.2, self.height() - 26), colors.color("line"))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("ok_soft" if self._good else "hover"))
        painter.drawEllipse(QRectF(0, 0, 22, 22))
        icons.draw(painter, self._icon, 4, 4, role="ok" if self._good else "text2", size=14)
