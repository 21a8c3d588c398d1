"""A form over the fields of a row that colleagues may be changing too: merged field by field, asked about where needed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields, replace
from datetime import date
from typing import Any

from PySide6.QtWidgets import QWidget

from altius_desktop.domain.errors import Conflict, UserError
from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted
from altius_desktop.ui.dialogs.saving import MergedSave
from altius_desktop.ui.form import Field, FormDialog, LookupItem
from altius_desktop.ui.formats import full_day
from altius_desktop.ui.workplace import Workplace


class MergedForm(FormDialog):
    """Edits `seen`, a frozen dataclass of fields, or a new row that begins as `blank` (`seen` is None).

    The form's fields may be some of the dataclass's only. `write` is as for MergedSave; accepted once it is saved.
    """

    def __init__(
        self,
        workplace: Workplace,
        parent: QWidget,
        *,
        name: str,
        icon: str,
        title: str,
        fields: Sequence[Field],
        today: date,
        seen: Any,
        blank: Any,
        write: Callable[..., Acted],
        subtitle: str = "",
    ) -> None:
        self.seen = seen
        self.changed = False  # whether something else than `seen` was sent
        self._blank = blank
        self._declared = {field.key: field for field in fields}
        self._saving = MergedSave(
            workplace,
            self,
            edited=lambda: self,
            write=write,
            title=lambda _mine: title,
            busy=self.set_busy,
            done=lambda _mine: self.close_saved(),
            failed=self._on_failed,
        )
        super().__init__(
            parent,
            name=name,
            icon=icon,
            title=title,
            subtitle=subtitle,
            fields=fields,
            today=today,
            on_save=self._on_values,
            values=self.shown(seen if seen is not None else blank),
        )

    def shown(self, whole: Any) -> dict[str, Any]:
        """What the editors are filled with."""
        return {
            key: self.shown_value(key, value) for key, value in asdict(whole).items() if key in self._declared
        }

    def shown_value(self, _name: str, value: Any) -> Any:
        """A field's value as its editor takes it; a form with lookups overrides this."""
        return value

    def _on_values(self, values: dict[str, Any]) -> None:
        mine = self.fields_of(values)
        self.changed = mine != self.seen
        self._saving.send(mine)

    def fields_of(self, values: dict[str, Any]) -> Any:
        """What was entered; a text that only cleaning changes counts as it was."""
        seen = self.seen if self.seen is not None else self._blank
        taken: dict[str, Any] = {}
        for field in fields(seen):
            if field.name not in values:
                continue
            value, before = values[field.name], getattr(seen, field.name)
            if isinstance(value, str) and isinstance(before, str) and value != before:
                value = before if value in (clean_line(before), clean_text(before)) else value
            taken[field.name] = value
        return replace(seen, **taken)

    def _on_failed(self, error: UserError) -> None:
        if not isinstance(error, Conflict):
            self.show_error(error)

    def labels(self) -> dict[str, str]:
        """The fields' names for people."""
        return {key: field.label for key, field in self._declared.items()}

    def take_theirs(self, values: Mapping[str, Any]) -> None:
        """Put the colleague's values into these fields."""
        for name, value in values.items():
            self.editor(name).set_value(self.shown_value(name, value))

    def text_of(self, name: str, value: Any) -> str:
        """A value of a field as people read it."""
        if value is None:
            return ""
        field = self._declared[name]
        if field.kind == "lookup":
            item = self.shown_value(name, value)
            return item.text if isinstance(item, LookupItem) else "—"
        if field.kind == "choice":
            return dict(field.choices).get(value, "—")
        if field.kind == "check":
            return _("yes") if value else _("no")
        return full_day(value) if isinstance(value, date) else str(value)
