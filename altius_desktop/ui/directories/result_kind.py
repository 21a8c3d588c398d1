"""Kinds of result, and what each says: success, interest, a new date."""

from altius_desktop.i18n import N_, _
from altius_desktop.ui.directories.base import Directory
from altius_desktop.ui.form import Field
from altius_desktop.ui.table import Column, Mark


def _icons() -> dict[str, str]:
    return {
        "result_contract": _("Signed sheet"),
        "result_interested": _("Thumb up"),
        "result_offer": _("Sheet with text"),
        "result_invoice": _("Receipt"),
        "result_postponed": _("Clock"),
        "result_call_back": _("Incoming call"),
        "result_refused": _("Cross"),
        "done": _("Tick"),
        "day_empty": _("Crossed-out calendar"),
        "message": _("Speech bubble"),
    }


RESULT_KINDS = Directory(
    table="result_kind",
    title=N_("Kinds of result"),
    new=N_("New kind of result"),
    change=N_("Kind of result"),
    icon="result",
    fields=lambda: (
        Field("icon", _("Icon"), "choice", required=True, choices=tuple(_icons().items())),
        Field("successful", _("Counts as success"), "check"),
        Field("interested", _("Shows interest"), "check"),
        Field("postpones", _("Asks for a new date"), "check"),
    ),
    columns=lambda: (
        Column("icon", _("Icon"), 4, lambda value: Mark(value.field("icon")), "icon", icon="appearance"),
        Column("successful", _("Success"), 8, lambda value: _tick(value, "successful"), align="center"),
        Column("interested", _("Interest"), 8, lambda value: _tick(value, "interested"), align="center"),
        Column("postpones", _("New date"), 8, lambda value: _tick(value, "postpones"), align="center"),
    ),
)


def _tick(value, name: str) -> str:
    return "✓" if value.field(name) else ""
