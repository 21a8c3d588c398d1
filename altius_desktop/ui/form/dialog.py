"""A dialog made of declared fields: labels, editors, errors in place, values as a dict."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from altius_desktop.domain.errors import FieldError, UserError
from altius_desktop.i18n import _
from altius_desktop.ui import theme
from altius_desktop.ui.controls import label
from altius_desktop.ui.form.editors import (
    CheckEdit,
    ChoiceEdit,
    DateEdit,
    Editor,
    NoteEdit,
    TextEdit,
)
from altius_desktop.ui.form.frame import DialogFrame
from altius_desktop.ui.form.lookup import Find, LookupDirectory, LookupEdit
from altius_desktop.ui.form.numbers import MoneyEdit, NumberEdit
from altius_desktop.ui.theme import Font

Kind = Literal["text", "note", "number", "money", "date", "check", "choice", "lookup"]


@dataclass(frozen=True)
class Field:
    """One field: `choices` (value, text) for choice, `find` or `directory` for lookup, `rows` for note.

    `bounds` are the lowest and highest value of a number.
    """

    key: str
    label: str
    kind: Kind = "text"
    required: bool = False
    max_length: int = 0
    placeholder: str = ""
    choices: Sequence[tuple[Any, str]] = ()
    find: Find | None = None
    directory: LookupDirectory | None = None
    rows: int = 4
    bounds: tuple[int, int] = (0, 999_999_999)


class FormDialog(DialogFrame):
    """A dialog of fields. Give it `on_save(values)`, which may end in `show_error` or `close_saved`.

    `values` has a str for text and note, an int, Decimal or date or None, a bool, the choice's value,
    the lookup's id.
    """

    def __init__(
        self,
        parent: QWidget | None,
        *,
        name: str,
        icon: str,
        title: str,
        fields: Sequence[Field],
        today: date,
        on_save: Callable[[dict[str, Any]], None],
        values: Mapping[str, Any] | None = None,
        subtitle: str = "",
        details: str = "",
        save_text: str = "",
    ) -> None:
        super().__init__(
            parent, name=name, icon=icon, title=title, subtitle=subtitle, details=details, save_text=save_text
        )
        self._on_save_values = on_save
        self._today = today
        self._fields = {field.key: field for field in fields}
        self._editors: dict[str, Editor] = {}
        self._errors: dict[str, QLabel] = {}
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for number, field in enumerate(fields):
            self._add(grid, number * 2, field)
        self.body.addLayout(grid)
        if any(field.required for field in fields):
            self.body.addWidget(label(_("* must be filled in"), role=Font.CAPTION, tone="muted"))
        self.body.addStretch()
        self.setMinimumWidth(theme.metrics(Font.BASE).averageCharWidth() * 84)
        self.set_values(values or {})
        if fields:
            self._editors[fields[0].key].setFocus()

    def _add(self, grid: QGridLayout, row: int, field: Field) -> None:
        editor = self._make(field)
        editor.inner.setObjectName(f"{field.key}Edit")
        editor.inner.setAccessibleName(field.label)
        error = label(role=Font.CAPTION, tone="danger", wrap=True, name=f"{field.key}Error")
        error.hide()
        # A check box carries its own words.
        if field.kind != "check":
            words = label(
                f"{field.label} *" if field.required else field.label, role=Font.TABLE, tone="text2"
            )
            words.setBuddy(editor.inner)
            top = field.kind == "note"
            if top:
                words.setContentsMargins(0, 6, 0, 0)
            grid.addWidget(words, row, 0, Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(editor, row, 1)
        grid.addWidget(error, row + 1, 1)
        self._editors[field.key] = editor
        self._errors[field.key] = error
        editor.changed.connect(lambda: self._on_changed(field.key))

    def _make(self, field: Field) -> Editor:
        match field.kind:
            case "text":
                return TextEdit(max_length=field.max_length, placeholder=field.placeholder)
            case "note":
                return NoteEdit(max_length=field.max_length, placeholder=field.placeholder, rows=field.rows)
            case "date":
                return DateEdit(today=self._today, placeholder=field.placeholder)
            case "check":
                return CheckEdit(text=field.label)
            case "choice":
                return ChoiceEdit(choices=field.choices)
            case "lookup":
                return LookupEdit(find=field.find, directory=field.directory, placeholder=field.placeholder)
            case "number":
                lowest, highest = field.bounds
                return NumberEdit(lowest=lowest, highest=highest, placeholder=field.placeholder)
            case "money":
                return MoneyEdit(placeholder=field.placeholder)

    def editor(self, key: str) -> Editor:
        """The editor of a field, for what a form alone cannot know."""
        return self._editors[key]

    def values(self) -> dict[str, Any]:
        """What is entered, cleaned of blanks at the ends and of control characters."""
        return {key: editor.value() for key, editor in self._editors.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Fill in fields (a lookup takes a LookupItem) and count this as the state without changes."""
        for key, value in values.items():
            self._editors[key].set_value(value)
        self._before = self._state()
        for key in self._editors:
            self.clear_field_error(key)

    def has_changes(self) -> bool:
        return self._state() != self._before

    def _state(self) -> dict[str, tuple[Any, str]]:
        # A day or lookup that was typed wrong has no value yet, but it is a change all the same.
        return {key: (editor.value(), editor.problem()) for key, editor in self._editors.items()}

    def show_field_error(self, key: str, text: str) -> None:
        """Mark the field red, say under it what is wrong, and go to it."""
        self._mark(key, text)
        editor = self._editors[key]
        editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if self.scroll_area is not None:
            self.scroll_area.ensureWidgetVisible(self._errors[key])
            self.scroll_area.ensureWidgetVisible(editor)

    def clear_field_error(self, key: str) -> None:
        self._mark(key, "")

    def _mark(self, key: str, text: str) -> None:
        error, editor = self._errors[key], self._editors[key]
        error.setText(text)
        error.setVisible(bool(text))
        editor.mark(bool(text))
        editor.inner.setAccessibleDescription(text)

    def show_error(self, error: UserError) -> None:
        """A FieldError is shown at its field, anything else above the form."""
        if isinstance(error, FieldError) and error.field in self._editors:
            self.set_busy(False)
            self.show_field_error(error.field, str(error))
        else:
            super().show_error(error)

    def save(self) -> None:
        problems = {key: text for key in self._fields if (text := self._problem(key))}
        for key in self._fields:
            self._mark(key, problems.get(key, ""))
        if problems:
            first = next(iter(problems))
            self.show_field_error(first, problems[first])
            return
        self._on_save_values(self.values())

    def _problem(self, key: str) -> str:
        editor = self._editors[key]
        if self._fields[key].required and editor.is_blank():
            return _("Fill this in")
        return editor.problem()

    def _on_changed(self, key: str) -> None:
        # A text that grows too long is told at once, everything else when it is saved.
        limit = self._fields[key].max_length
        self._mark(key, self._editors[key].problem() if limit else "")
