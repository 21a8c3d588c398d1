"""Forms: declared fields of a few kinds, and the dialog frame of the house."""

from altius_desktop.ui.form.dialog import Field, FormDialog
from altius_desktop.ui.form.directory_lookup import DirectoryLookup, DirectoryRequest
from altius_desktop.ui.form.editors import DateEdit, Editor
from altius_desktop.ui.form.frame import DialogFrame
from altius_desktop.ui.form.lookup import LookupEdit, LookupItem
from altius_desktop.ui.form.numbers import MoneyEdit, NumberEdit, money

__all__ = [
    "DateEdit",
    "DialogFrame",
    "DirectoryLookup",
    "DirectoryRequest",
    "Editor",
    "Field",
    "FormDialog",
    "LookupEdit",
    "LookupItem",
    "MoneyEdit",
    "NumberEdit",
    "money",
]
