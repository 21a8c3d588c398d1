"""Forms: declared fields of a few kinds, and the dialog frame of the house."""

from altius_desktop.ui.form.dialog import Field, FormDialog
from altius_desktop.ui.form.editors import DateEdit, Editor, LookupEdit, LookupItem
from altius_desktop.ui.form.frame import DialogFrame

__all__ = ["DateEdit", "DialogFrame", "Editor", "Field", "FormDialog", "LookupEdit", "LookupItem"]
