"""The card's form at the left: requisites, contact points, classification; it knows what was changed in it."""

from collections.abc import Mapping
from dataclasses import fields as fields_of_class
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.domain.inn import is_valid_inn, is_valid_kpp
from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.services.counterparty_card import TEXT_LIMITS, Card, CardFields
from altius_desktop.ui import theme
from altius_desktop.ui.controls import label, rule
from altius_desktop.ui.dialogs.counterparty_card.editors import PointsEdit, RolesEdit, role_names
from altius_desktop.ui.dialogs.counterparty_card.employee_lookup import find_employee
from altius_desktop.ui.dialogs.counterparty_card.labels import field_labels, told_fields
from altius_desktop.ui.form import DateEdit, DirectoryLookup, Editor, LookupEdit, LookupItem, NumberEdit
from altius_desktop.ui.form.editors import NoteEdit, TextEdit
from altius_desktop.ui.formats import full_day
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

FORM_WIDTH = 380

_DIRECTORIES = {
    "business_line_id": "business_line",
    "region_id": "region",
    "group_id": "counterparty_group",
    "category_id": "category",
    "ad_source_id": "ad_source",
}
_NAMES = tuple(field.name for field in fields_of_class(CardFields))
_HINT_AFTER_MS = 250
# Its name is written in two lines: in one it would take the room of all editors.
_LONGEST = "full_name"


class CardForm(QScrollArea):
    """Fields of a counterparty against what they were when they were read (`seen`)."""

    changed = Signal()
    inn_typed = Signal(str)  # the user has stopped typing an INN

    def __init__(self, workplace: Workplace, today: date) -> None:
        super().__init__()
        self._workplace = workplace
        self._today = today
        self.seen: CardFields | None = None
        self._filling = False
        self._manager_name = ""
        self._errors: dict[str, QLabel] = {}
        self._hints: dict[str, QLabel] = {}
        self._labels: dict[str, QLabel] = {}
        self._lookups = {name: DirectoryLookup(workplace, table) for name, table in _DIRECTORIES.items()}
        self._editors: dict[str, Editor] = {name: self._make(name) for name in _NAMES}
        self._missing = label(role=Font.CAPTION, tone="warn", name="missingLabel", wrap=True)
        workplace.directories_changed.connect(self.refresh_names)
        self.setObjectName("cardForm")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFixedWidth(FORM_WIDTH)
        self.setWidget(self._content())
        self._hint_timer = QTimer(self, singleShot=True, interval=_HINT_AFTER_MS)
        self._hint_timer.timeout.connect(self._show_hints)
        self._inn_timer = QTimer(self, singleShot=True, interval=_HINT_AFTER_MS)
        self._inn_timer.timeout.connect(lambda: self.inn_typed.emit(self._editors["inn"].value()))

    def _make(self, name: str) -> Editor:
        editor: Editor
        if name == "roles":
            editor = RolesEdit()
        elif name in ("phones", "faxes", "emails"):
            editor = PointsEdit(name)
        elif name == "note":
            editor = NoteEdit(max_length=TEXT_LIMITS[name], rows=4)
        elif name in TEXT_LIMITS:
            # Numbers are pasted with blanks; how long they are is told by their check.
            limit = 40 if name in ("inn", "kpp") else TEXT_LIMITS[name]
            editor = TextEdit(max_length=limit)
        elif name == "applied_on":
            editor = DateEdit(today=self._today)
        elif name == "delivery_days":
            editor = NumberEdit(lowest=0, highest=1000)
        elif name == "responsible_id":
            editor = LookupEdit(find=partial(find_employee, self._workplace), placeholder="—")
        else:
            editor = LookupEdit(directory=self._lookups[name], placeholder="—")
        editor.inner.setObjectName(f"{name}Edit")
        editor.inner.setAccessibleName(field_labels()[name])
        editor.changed.connect(lambda: self._on_changed(name))
        return editor

    def _content(self) -> QWidget:
        content = QFrame()
        content.setProperty("surface", "panel")
        column = QVBoxLayout(content)
        column.setContentsMargins(16, 12, 14, 14)
        column.setSpacing(10)
        requisites = ("name", "full_name", "inn", "kpp", "address")
        points = ("phones", "faxes", "emails", "site", "responsible_id", "applied_on", "delivery_days")
        column.addWidget(self._editors["roles"])
        column.addWidget(rule())
        column.addWidget(label(_("Requisites"), role=Font.STRONG))
        column.addLayout(self._grid((*requisites, *points)))
        column.addWidget(rule())
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(label(_("Classification"), role=Font.STRONG))
        self._missing.setAlignment(Qt.AlignmentFlag.AlignRight)
        head.addWidget(self._missing, 1)
        column.addLayout(head)
        column.addLayout(self._grid(tuple(_DIRECTORIES)))
        column.addWidget(rule())
        column.addWidget(label(field_labels()["note"], role=Font.STRONG))
        column.addWidget(self._editors["note"])
        column.addWidget(self._error("note"))
        column.addStretch()
        return content

    def _grid(self, names: tuple[str, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        # Both grids have their editors in one line.
        metrics = theme.metrics(Font.TABLE)
        texts = (text for name, text in field_labels().items() if name not in ("roles", "note", _LONGEST))
        wide = max(metrics.horizontalAdvance(f"{text} *") for text in texts)
        grid.setColumnMinimumWidth(0, wide)
        for number, name in enumerate(names):
            text = field_labels()[name]
            words = label(f"{text} *" if name == "name" else text, role=Font.TABLE, tone="text2")
            words.setBuddy(self._editors[name].inner)
            if name == _LONGEST:
                words.setWordWrap(True)
                words.setFixedWidth(wide)
            else:
                words.setContentsMargins(0, 7, 0, 0)
            self._labels[name] = words
            grid.addWidget(words, number * 3, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(self._editors[name], number * 3, 1)
            hint = label(role=Font.CAPTION, tone="warn", wrap=True, name=f"{name}Hint")
            hint.hide()
            self._hints[name] = hint
            grid.addWidget(hint, number * 3 + 1, 1)
            grid.addWidget(self._error(name), number * 3 + 2, 1)
        return grid

    def _error(self, name: str) -> QLabel:
        error = label(role=Font.CAPTION, tone="danger", wrap=True, name=f"{name}Error")
        error.hide()
        self._errors[name] = error
        return error

    # Values

    def show_card(self, card: Card) -> None:
        """Fill in everything; this is the state without changes."""
        self._today, self._manager_name = card.today, card.responsible_name
        self.seen = card.fields
        for name in _NAMES:
            self._show(name, getattr(card.fields, name))
            self._mark(name, "")
        self._show_hints()

    def take_news(self, card: Card) -> tuple[str, ...]:
        """Show what colleagues made of the fields that are not being edited; names of all that they changed."""
        seen = self.seen
        if seen is None:
            self.show_card(card)
            return ()
        mine = self.values()
        changed = [name for name in _NAMES if getattr(card.fields, name) != getattr(seen, name)]
        self._manager_name = card.responsible_name or self._manager_name
        for name in changed:
            # A lookup or day that was typed wrong has no value yet, but is being edited all the same.
            if getattr(mine, name) == getattr(seen, name) and not self._editors[name].problem():
                self._show(name, getattr(card.fields, name))
                self.seen = replace(self.seen, **{name: getattr(card.fields, name)})  # type: ignore[type-var]
        self._show_hints()
        return tuple(changed)

    def take_saved(self, card: Card, sent: CardFields) -> None:
        """What was sent is saved: only what was typed since is a change still."""
        mine = self.values()
        self._manager_name = card.responsible_name
        self.seen = card.fields
        for name in _NAMES:
            if getattr(mine, name) == getattr(sent, name) and not self._editors[name].problem():
                self._show(name, getattr(card.fields, name))
        self._show_hints()

    def take_over(self, former: "CardForm") -> None:
        """Hold what is typed in the former form, what is wrong there included, against the same beginning."""
        self.seen, self._today, self._manager_name = former.seen, former._today, former._manager_name
        for name in _NAMES:
            theirs = former._editors[name]
            if theirs.problem():
                self._retype(name, theirs.inner)
            else:
                self._show(name, theirs.value())
            if former._marked(name):
                self._mark(name, self._editors[name].problem())
        self.setEnabled(former.isEnabled())
        self._show_hints()

    def _retype(self, name: str, typed: QWidget) -> None:
        inner = self._editors[name].inner
        self._filling = True
        if isinstance(inner, QLineEdit) and isinstance(typed, QLineEdit):
            inner.setText(typed.text())
        elif isinstance(inner, QPlainTextEdit) and isinstance(typed, QPlainTextEdit):
            inner.setPlainText(typed.toPlainText())
        self._filling = False

    def _marked(self, name: str) -> bool:
        return name in self._errors and bool(self._errors[name].text())

    def take_theirs(self, values: Mapping[str, Any]) -> None:
        """Put the colleague's values into these fields."""
        for name, value in values.items():
            self._show(name, value)

    def refresh_names(self) -> None:
        """Directories have changed: show the present names of what is chosen."""
        for name in _DIRECTORIES:
            editor = self._editors[name]
            if editor.value() is not None:
                self._show(name, editor.value())

    def values(self) -> CardFields:
        """What is entered; a text that only cleaning changes counts as it was."""
        seen = self.seen
        entered: dict[str, Any] = {}
        for name in _NAMES:
            value = self._editors[name].value()
            before = getattr(seen, name) if seen is not None else None
            if isinstance(value, str) and isinstance(before, str) and value != before:
                clean = clean_text if name == "note" else clean_line
                if value == clean(before):
                    value = before
            entered[name] = value
        return CardFields(**entered)

    def has_changes(self) -> bool:
        return self.seen is not None and (self.values() != self.seen or bool(self._problems()))

    def labels(self) -> dict[str, str]:
        """The fields' names for people."""
        return field_labels()

    def text_of(self, name: str, value: Any) -> str:
        """A value of a field as people read it."""
        if value is None:
            return ""
        if name == "roles":
            return ", ".join(text for role, text in role_names().items() if role in value)
        if name in self._lookups or name == "responsible_id":
            item = self._item(name, value)
            return item.text if item is not None else _("no longer in the directory")
        return full_day(value) if isinstance(value, date) else str(value)

    def _show(self, name: str, value: Any) -> None:
        editor = self._editors[name]
        lookup = isinstance(editor, LookupEdit)
        self._filling = True
        editor.set_value(self._item(name, value) if lookup else value)
        self._filling = False

    def _item(self, name: str, value: UUID | None) -> LookupItem | None:
        if value is None:
            return None
        if name == "responsible_id":
            person = self._workplace.directories.employee(value)
            return LookupItem(value, person.full_name if person is not None else self._manager_name or "—")
        item = self._lookups[name].item(value)
        if item is None:
            return LookupItem(value, _("no longer in the directory"))
        return LookupItem(item.id, f"{item.text} ({item.detail})") if item.detail else item

    # Problems and hints

    def check(self) -> bool:
        """Whether all can be saved; what cannot is marked and the first of it gets the focus."""
        problems = self._problems()
        for name in self._errors:
            self._mark(name, problems.get(name, ""))
        if problems:
            self._go_to(next(iter(problems)))
        return not problems

    def show_field_error(self, name: str, text: str) -> bool:
        """Say at its field what the server refused; False if the form has no such field."""
        if name not in self._errors:
            return False
        self._mark(name, text)
        self._go_to(name)
        return True

    def focus_field(self, name: str) -> None:
        self._editors[name].setFocus(Qt.FocusReason.OtherFocusReason)

    def _go_to(self, name: str) -> None:
        self._editors[name].setFocus(Qt.FocusReason.OtherFocusReason)
        self.ensureWidgetVisible(self._errors[name])
        self.ensureWidgetVisible(self._editors[name])

    def _problems(self) -> dict[str, str]:
        problems = {name: editor.problem() for name, editor in self._editors.items()}
        if self._editors["name"].is_blank():
            problems["name"] = _("Enter the name.")
        return {name: text for name, text in problems.items() if text}

    def _mark(self, name: str, text: str) -> None:
        if name not in self._errors:
            return
        self._errors[name].setText(text)
        self._errors[name].setVisible(bool(text))
        self._editors[name].mark(bool(text))
        self._editors[name].inner.setAccessibleDescription(text)

    def _on_changed(self, name: str) -> None:
        if self._filling:
            return
        if name in self._errors and (self._errors[name].text() or name in TEXT_LIMITS):
            self._mark(name, self._editors[name].problem())
        if name == "inn":
            self._inn_timer.start()
        self._hint_timer.start()
        self.changed.emit()

    def _show_hints(self) -> None:
        """What is worth a look but is saved as it stands."""
        fields = self.values()
        hints = {
            "inn": _("The check digits of the INN are wrong")
            if fields.inn and not is_valid_inn(fields.inn)
            else "",
            "kpp": _("A KPP has nine characters, such as 770401001")
            if fields.kpp and not is_valid_kpp(fields.kpp)
            else "",
        }
        for name in ("phones", "faxes", "emails"):
            editor = self._editors[name]
            if isinstance(editor, PointsEdit):
                hints[name] = editor.notice()
        for name, text in hints.items():
            self._hints[name].setText(text)
            self._hints[name].setVisible(bool(text))
        missing = told_fields(fields.missing())
        self._missing.setText(_("missing: {fields}").format(fields=missing) if missing else "")
        supplier = "supplier" in fields.roles or fields.delivery_days is not None
        for widget in (self._editors["delivery_days"], self._labels["delivery_days"]):
            widget.setVisible(supplier)
