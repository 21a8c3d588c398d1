"""The panel at the left: every attribute by which counterparties are selected, and the saved views."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from altius_desktop.i18n import _
from altius_desktop.services.counterparty_list import Count, CounterpartyFilter
from altius_desktop.services.directories import Directories
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button, label, rule
from altius_desktop.ui.form.editors import DateEdit
from altius_desktop.ui.formats import number
from altius_desktop.ui.multi_choice import MultiChoice
from altius_desktop.ui.pages.counterparties.filters import flag_names, options_of
from altius_desktop.ui.pages.counterparties.views_bar import ViewsBar
from altius_desktop.ui.theme import Font
from altius_desktop.ui.tick_box import TickBox

WIDTH = 264
# More categories than these would push everything else out of sight.
CATEGORIES_AT_MOST = 10
_DAYS = ("last_contact_before", "last_contact_after")


class FilterPanel(QFrame):
    """`changed` is the user's doing only; the search is not part of the panel's value."""

    changed = Signal()
    reset_asked = Signal()

    def __init__(self, directories: Directories, views: ViewsBar, *, today: date) -> None:
        super().__init__()
        self.setObjectName("filterPanel")
        self.setAccessibleName(_("Selection"))
        self.setProperty("surface", "panel")
        self.setFixedWidth(WIDTH)
        self._rest = CounterpartyFilter()
        self._setting = False
        self._choices: dict[str, MultiChoice] = {}
        self._flags: dict[str, TickBox] = {}
        self._days: dict[str, DateEdit] = {}
        self._titles: dict[str, QWidget] = {}
        self.reset_button = Button(
            _("Reset"), kind="flat", small=True, name="resetFilterButton", on_click=self.reset_asked.emit
        )
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 8, 0)
        head.addWidget(label(_("Selection"), role=Font.SECTION))
        head.addStretch()
        head.addWidget(self.reset_button)
        inside = QWidget()
        self._column = column = QVBoxLayout(inside)
        column.setContentsMargins(16, 2, 14, 10)
        column.setSpacing(4)
        column.addWidget(views)
        column.addSpacing(4)
        column.addWidget(rule())
        column.addSpacing(2)
        self._add_choice("business_line_ids", _("Business line"), _("Any"))
        self._add_choice("region_ids", _("Region"), _("Any"))
        self._add_choice("group_ids", _("Group"), _("Any"))
        self.categories = CheckList(_("Category"))
        self.categories.changed.connect(self._on_changed)
        column.addWidget(self.categories)
        self._add_choice("category_ids", _("Category"), _("Any"))
        self._add_choice("ad_source_ids", _("Ad source"), _("Any"))
        self._add_choice("responsible_ids", _("Manager"), _("All employees"))
        self._add_choice("roles", _("Role"), _("Any"))
        self._add_choice("highlights", _("Colour"), _("Any"))
        self._add_title(_("Last contact"))
        for field, words in zip(_DAYS, (_("before"), _("after")), strict=True):
            self._add_day(field, words, today)
        column.addSpacing(4)
        for flag, text in flag_names().items():
            box = TickBox(text)
            box.setObjectName(f"{flag}Filter")
            box.toggled.connect(self._on_changed)
            self._flags[flag] = box
            column.addWidget(box)
        column.addStretch()
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.setProperty("surface", "head")
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addLayout(head)
        whole.addWidget(area, 1)
        self.show_directories(directories)
        self._tell()

    def value(self) -> CounterpartyFilter:
        """The selection without the search."""
        several: dict[str, Any] = {field: choice.chosen() for field, choice in self._choices.items()}
        if self.categories.isVisibleTo(self):
            several["category_ids"] = self.categories.chosen()
        flags: dict[str, Any] = {flag: box.isChecked() for flag, box in self._flags.items()}
        days: dict[str, Any] = {field: edit.value() for field, edit in self._days.items()}
        return replace(self._rest, query="", **several, **flags, **days)

    def set_value(self, where: CounterpartyFilter) -> None:
        """Show this selection; says nothing."""
        self._setting = True
        self._rest = where
        for field, choice in self._choices.items():
            choice.set_chosen(getattr(where, field))
        self.categories.set_chosen(where.category_ids)
        for flag, box in self._flags.items():
            box.setChecked(getattr(where, flag))
        for field, edit in self._days.items():
            if edit.value() != getattr(where, field):
                edit.set_value(getattr(where, field))
        self._setting = False
        self._tell()

    def show_directories(self, directories: Directories) -> None:
        """Offer what the directories hold now; what is chosen stays."""
        for field, choice in self._choices.items():
            choice.set_options(options_of(field, directories))
        categories = options_of("category_ids", directories)
        few = 0 < len(categories) <= CATEGORIES_AT_MOST
        chosen = self.value().category_ids
        self.categories.set_options(categories if few else ())
        self.categories.setVisible(few)
        self._choices["category_ids"].setVisible(not few)
        self._titles["category_ids"].setVisible(not few)
        self.categories.set_chosen(chosen)
        self._choices["category_ids"].set_chosen(chosen)

    def show_counts(self, counts: Mapping[UUID, Count]) -> None:
        """How many each category would find beside the rest of the selection."""
        self.categories.show_counts(counts)

    def _add_title(self, text: str) -> QWidget:
        title = label(text, role=Font.CAPTION, tone="text2")
        title.setContentsMargins(0, 3, 0, 0)
        self._column.addWidget(title)
        return title

    def _add_choice(self, field: str, title: str, blank: str) -> None:
        self._titles[field] = self._add_title(title)
        choice = MultiChoice(title=title, blank=blank, name=f"{field}Filter")
        choice.changed.connect(self._on_changed)
        self._choices[field] = choice
        self._column.addWidget(choice)

    def _add_day(self, field: str, words: str, today: date) -> None:
        edit = DateEdit(today=today, placeholder=_("any day"))
        edit.line.setObjectName(f"{field}Filter")
        edit.line.setAccessibleName(f"{_('Last contact')}: {words}")
        edit.changed.connect(lambda: self._on_day(edit))
        self._days[field] = edit
        row = QHBoxLayout()
        row.setSpacing(6)
        told = label(words, role=Font.TABLE, tone="muted")
        metrics = theme.metrics(Font.TABLE)
        told.setFixedWidth(max(metrics.horizontalAdvance(text) for text in (_("before"), _("after"))) + 4)
        row.addWidget(told)
        row.addWidget(edit, 1)
        self._column.addLayout(row)

    def _on_day(self, edit: DateEdit) -> None:
        edit.mark(bool(edit.problem()) and not edit.line.hasFocus())
        # Half a date selects nothing: «24.1» on its way to «24.11» would ask twice.
        if not edit.problem():
            self._on_changed()

    def _on_changed(self) -> None:
        if not self._setting:
            self._tell()
            self.changed.emit()

    def _tell(self) -> None:
        self.reset_button.setEnabled(self.value() != CounterpartyFilter())


class CheckList(QWidget):
    """A title and a box for each value, with a number at the right that comes late."""

    changed = Signal()

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("categoryFilter")
        self.setAccessibleName(title)
        self._rows: dict[UUID, tuple[QWidget, TickBox, QLabel]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 3, 0, 0)
        self._column.setSpacing(3)
        self._column.addWidget(label(title, role=Font.CAPTION, tone="text2"))
        self._kept: frozenset[UUID] = frozenset()

    def set_options(self, options: tuple[tuple[UUID, str], ...]) -> None:
        if [(value, row[1].text()) for value, row in self._rows.items()] == list(options):
            return
        for line, _box, _count in self._rows.values():
            self._column.removeWidget(line)
            line.deleteLater()
        self._rows = {}
        for value, text in options:
            line = QWidget()
            box = TickBox(text)
            box.setObjectName(f"category-{value}")
            box.toggled.connect(self.changed)
            count = label(role=Font.CAPTION, tone="muted")
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(box, 1)
            row.addWidget(count)
            self._rows[value] = (line, box, count)
            self._column.addWidget(line)

    def chosen(self) -> frozenset[UUID]:
        return self._kept | {value for value, (_line, box, _count) in self._rows.items() if box.isChecked()}

    def set_chosen(self, values: frozenset[UUID]) -> None:
        self._kept = frozenset(value for value in values if value not in self._rows)
        for value, (_line, box, _count) in self._rows.items():
            blocked = box.blockSignals(True)
            box.setChecked(value in values)
            box.blockSignals(blocked)

    def show_counts(self, counts: Mapping[UUID, Count]) -> None:
        for value, (_line, _box, told) in self._rows.items():
            count = counts.get(value, Count(0, True))
            told.setText(count_text(count))


def count_text(count: Count) -> str:
    """«12 480», «≈ 12 000» for an estimate."""
    return number(count.value) if count.exact else f"≈ {number(count.value)}"
