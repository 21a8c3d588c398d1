"""Choosing an attribute and a value for many counterparties at once."""

from typing import Any

from PySide6.QtWidgets import QWidget

from altius_desktop.i18n import _
from altius_desktop.services.directories import Directories
from altius_desktop.ui.controls import label
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.form.editors import ChoiceEdit
from altius_desktop.ui.pages.counterparties.filters import options_of
from altius_desktop.ui.theme import Font

_FIELDS = ("business_line_id", "region_id", "group_id", "category_id", "ad_source_id")


def attribute_titles() -> dict[str, str]:
    """What the fields of a group change are called."""
    return {
        "highlight": _("Colour"),
        "responsible_id": _("Manager"),
        "business_line_id": _("Business line"),
        "region_id": _("Region"),
        "group_id": _("Group"),
        "category_id": _("Category"),
        "ad_source_id": _("Ad source"),
    }


class AttributeDialog(DialogFrame):
    """`choice` is (field, value or None, the value's text) once it was accepted."""

    def __init__(self, directories: Directories, subtitle: str, parent: QWidget) -> None:
        super().__init__(
            parent,
            name="attributeDialog",
            icon="attribute",
            title=_("Change an attribute"),
            subtitle=subtitle,
            save_text=_("Next"),
        )
        self.choice: tuple[str, Any, str] = ("", None, "")
        self._directories = directories
        titles = attribute_titles()
        self.field_edit = ChoiceEdit(choices=[(field, titles[field]) for field in _FIELDS])
        self.field_edit.combo.setObjectName("attributeFieldEdit")
        self.field_edit.combo.setAccessibleName(_("Attribute"))
        self.body.addWidget(label(_("Attribute"), role=Font.CAPTION, tone="text2"))
        self.body.addWidget(self.field_edit)
        self.body.addWidget(label(_("New value"), role=Font.CAPTION, tone="text2"))
        self._values: dict[str, ChoiceEdit] = {}
        for field in _FIELDS:
            edit = ChoiceEdit(choices=options_of(f"{field}s", directories), blank=_("— (take it away)"))
            edit.combo.setObjectName(f"{field}Value")
            edit.combo.setAccessibleName(titles[field])
            self._values[field] = edit
            self.body.addWidget(edit)
        self.body.addStretch()
        self.setMinimumWidth(460)
        self.field_edit.changed.connect(self._show_field)
        self.field_edit.set_value("category_id")
        self._show_field()
        self.field_edit.combo.setFocus()

    def value_edit(self, field: str) -> ChoiceEdit:
        return self._values[field]

    def _show_field(self) -> None:
        chosen = self.field_edit.value()
        for field, edit in self._values.items():
            edit.setVisible(field == chosen)
        self.save_button.setEnabled(chosen is not None)

    def save(self) -> None:
        field = self.field_edit.value()
        edit = self._values[field]
        value = edit.value()
        self.choice = (field, value, edit.combo.currentText() if value is not None else "")
        self.close_saved()
