"""The right side of the page: birthdays, how far ahead is reminded, and what concerns the selected employee."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from altius_desktop.domain.names import initials, split_full_name
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.company import CompanyRow
from altius_desktop.services.covers import AbsenceRow, RouteRow
from altius_desktop.ui.controls import Avatar, Button, IconLabel, label, rule
from altius_desktop.ui.formats import day_and_month
from altius_desktop.ui.pages.company.covering import absence_line, ending_line
from altius_desktop.ui.pages.company.people import BIRTHDAY_DAYS, ShownEmployee, reason_text, route_days
from altius_desktop.ui.theme import Font

WIDTH = 300
_BIRTHDAYS_AT_MOST = 12
_SOON_DAYS = 3


@dataclass(frozen=True)
class SideActs:
    """What the panel's buttons do, each with the reason why somebody may not ("" if he may)."""

    change_reminders: Callable[[], object]
    add_absence: Callable[[], object]
    end_absence: Callable[[AbsenceRow], object]
    add_route: Callable[[], object]
    end_route: Callable[[RouteRow], object]
    name_referent: Callable[[], object]
    why_not_company: str
    why_not_absence: Callable[[ShownEmployee], str]
    why_not_referent: Callable[[ShownEmployee], str]


class SidePanel(QFrame):
    """Shows what it is given; whoever may not change it finds the reason in the tool tips."""

    def __init__(self, acts: SideActs) -> None:
        super().__init__()
        self.setObjectName("companyPanel")
        self.setAccessibleName(_("Birthdays and details"))
        self.setProperty("surface", "panel")
        self.setFixedWidth(WIDTH)
        self._acts = acts
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._scroll)
        self._shown: object = None

    def show_all(
        self, company: CompanyRow, near: Sequence[ShownEmployee], chosen: ShownEmployee | None
    ) -> None:
        """Show these birthdays and this employee; the same again changes nothing."""
        wanted = (company, tuple(near), chosen)
        if wanted == self._shown:
            return
        place = self._scroll.verticalScrollBar().value()
        self._shown = wanted
        content = QFrame()
        content.setProperty("surface", "panel")
        column = QVBoxLayout(content)
        column.setContentsMargins(15, 13, 15, 14)
        column.setSpacing(8)
        self._add_birthdays(column, near)
        column.addWidget(rule())
        self._add_reminders(column, company)
        if chosen is not None:
            column.addWidget(rule())
            self._add_employee(column, company, chosen, content)
        column.addStretch()
        self._scroll.setWidget(content)
        self._scroll.verticalScrollBar().setValue(place)

    def _add_birthdays(self, column: QVBoxLayout, near: Sequence[ShownEmployee]) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel("birthday", role="warn"))
        head.addWidget(label(_("Coming birthdays"), role=Font.SECTION), 1)
        column.addLayout(head)
        days = ngettext("within {count} day", "within {count} days", BIRTHDAY_DAYS).format(
            count=BIRTHDAY_DAYS
        )
        column.addWidget(label(days, role=Font.CAPTION, tone="muted"))
        for row in near[:_BIRTHDAYS_AT_MOST]:
            column.addWidget(_birthday(row))
        rest = len(near) - _BIRTHDAYS_AT_MOST
        if rest > 0:
            more = _("and {count} more").format(count=rest)
            column.addWidget(label(more, role=Font.CAPTION, tone="muted"))
        if not near:
            column.addWidget(label(_("nobody's"), role=Font.TABLE, tone="muted", name="noBirthdays"))

    def _add_reminders(self, column: QVBoxLayout, company: CompanyRow) -> None:
        fields = company.fields
        days, minutes = fields.remind_days or 0, fields.remind_minutes or 0
        before = ngettext("{count} day before", "{count} days before", days).format(count=days)
        timed = ngettext("{count} minute before", "{count} minutes before", minutes).format(count=minutes)
        column.addLayout(
            _head(
                _("When to remind"),
                Button(
                    icon="edit",
                    kind="flat",
                    small=True,
                    name="changeRemindersButton",
                    tip=_("Change when to remind"),
                    on_click=self._acts.change_reminders,
                ),
                self._acts.why_not_company,
            )
        )
        column.addWidget(_pair(_("Birthdays and dates"), before if days else _("on the day itself")))
        column.addWidget(_pair(_("Calls and events"), timed if minutes else _("at the time itself")))

    def _add_employee(
        self, column: QVBoxLayout, company: CompanyRow, row: ShownEmployee, parent: QWidget
    ) -> None:
        acts, fields = self._acts, row.staff.fields
        name = label(row.name, role=Font.SECTION, wrap=True, name="employeeName")
        name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        column.addWidget(name)
        for text in filter(None, (fields.position, fields.phone, fields.email)):
            words = label(text, role=Font.TABLE, tone="text2", wrap=True)
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(words)
        if not row.staff.active:
            column.addWidget(label(_("has left"), role=Font.TABLE, tone="muted"))
            return
        column.addWidget(label(_("Answers for him today"), role=Font.CAPTION_STRONG, tone="text2"))
        self._add_covers(column, row)
        add = Button(
            icon="add",
            kind="flat",
            small=True,
            name="addRouteButton",
            tip=_("Add a receiver"),
            on_click=acts.add_route,
        )
        column.addLayout(_head(_("Gets the reminders"), add, acts.why_not_company))
        for route in row.routes:
            second = " · ".join(filter(None, (route_days(route), route.reason)))
            end = partial(acts.end_route, route)
            tip = _("Take the receiver off")
            column.addWidget(
                ending_line(route.receiver_name, second, tip, end, parent, why=acts.why_not_company)
            )
        if not row.routes:
            column.addWidget(label(_("nobody is named"), role=Font.TABLE, tone="muted"))
        why = acts.why_not_absence(row)
        away = Button(
            icon="add",
            kind="flat",
            small=True,
            name="addAbsenceButton",
            tip=_("Enter an absence"),
            on_click=acts.add_absence,
        )
        column.addLayout(_head(_("Absences"), away, why))
        for absence in row.absences:
            column.addWidget(absence_line(absence, partial(acts.end_absence, absence), parent, why=why))
        if not row.absences:
            column.addWidget(label(_("none"), role=Font.TABLE, tone="muted"))
        self._add_referent(column, company, row)

    def _add_covers(self, column: QVBoxLayout, row: ShownEmployee) -> None:
        for cover in row.covers:
            tone = "warn" if cover.reason == "director" else ""
            told = label(
                f"{cover.receiver_name}: {reason_text(row, cover)}",
                role=Font.TABLE,
                tone=tone,
                wrap=True,
                name="coverText",
            )
            column.addWidget(told)
        if not row.covers:
            text = _("nobody") if row.unheard or row.absence is not None else _("in person")
            tone = "warn" if row.unheard else "muted"
            column.addWidget(label(text, role=Font.TABLE, tone=tone, name="coverText"))

    def _add_referent(self, column: QVBoxLayout, company: CompanyRow, row: ShownEmployee) -> None:
        """Shown at the director who has one, and at himself where he looks."""
        why = self._acts.why_not_referent(row)
        if company.referent_of_id != row.id and why:
            return
        change = Button(
            icon="edit",
            kind="flat",
            small=True,
            name="referentButton",
            tip=_("Name the referent"),
            on_click=self._acts.name_referent,
        )
        column.addLayout(_head(_("Referent"), change, why))
        mine = company.referent_of_id == row.id
        name = company.referent_name if mine else ""
        column.addWidget(
            label(name or _("nobody"), role=Font.TABLE, tone="" if name else "muted", name="referentText")
        )


def _head(text: str, button: Button, why: str) -> QHBoxLayout:
    head = QHBoxLayout()
    head.setSpacing(6)
    head.addWidget(label(text, role=Font.CAPTION_STRONG, tone="text2"), 1)
    button.setEnabled(not why)
    if why:
        button.setToolTip(why)
    head.addWidget(button)
    return head


def _pair(caption: str, value: str) -> QWidget:
    whole = QWidget()
    row = QHBoxLayout(whole)
    row.setContentsMargins(0, 0, 0, 0)
    row.addWidget(label(caption, role=Font.TABLE, tone="text2"), 1)
    row.addWidget(label(value, role=Font.TABLE))
    return whole


def _birthday(row: ShownEmployee) -> QWidget:
    assert row.next_birthday is not None and row.staff.fields.birthday is not None
    whole = QWidget()
    line = QHBoxLayout(whole)
    line.setContentsMargins(0, 2, 0, 2)
    line.setSpacing(10)
    line.addWidget(Avatar(initials(row.name)))
    texts = QVBoxLayout()
    texts.setSpacing(0)
    name = split_full_name(row.name)
    texts.addWidget(label(f"{name.surname} {name.given}".strip(), role=Font.STRONG, wrap=True))
    age = row.next_birthday.year - row.staff.fields.birthday.year
    years = ngettext("{count} year old", "{count} years old", age).format(count=age)
    told = f"{day_and_month(row.next_birthday)} · {years}" if age > 0 else day_and_month(row.next_birthday)
    texts.addWidget(label(told, role=Font.CAPTION, tone="muted"))
    line.addLayout(texts, 1)
    soon = (row.days_left or 0) <= _SOON_DAYS
    line.addWidget(
        label(days_left_text(row.days_left or 0), role=Font.CAPTION, tone="warn" if soon else "text2")
    )
    return whole


def days_left_text(days: int) -> str:
    """«сегодня», «завтра», «через 3 дня»."""
    if days == 0:
        return _("today")
    if days == 1:
        return _("tomorrow")
    return ngettext("in {days} day", "in {days} days", days).format(days=days)
