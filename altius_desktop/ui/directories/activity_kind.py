"""Kinds of contact: calls stand in the first table of the day, all others in the second."""

from altius_desktop.i18n import N_, _
from altius_desktop.ui.directories.base import Directory
from altius_desktop.ui.form import Field
from altius_desktop.ui.table import Column, Mark


def _sections() -> dict[str, str]:
    return {"call": _("Calls"), "event": _("Events")}


def _icons() -> dict[str, str]:
    return {
        "phone": _("Telephone"),
        "meeting": _("Handshake"),
        "mail": _("Envelope"),
        "fax": _("Fax machine"),
        "document": _("Sheet of paper"),
        "truck": _("Lorry"),
        "letter": _("Letter"),
        "message": _("Speech bubble"),
        "web": _("Globe"),
        "calendar": _("Calendar"),
    }


ACTIVITY_KINDS = Directory(
    table="activity_kind",
    title=N_("Kinds of contact"),
    new=N_("New kind of contact"),
    change=N_("Kind of contact"),
    icon="calls",
    fields=lambda: (
        Field("section", _("Table of the day"), "choice", required=True, choices=tuple(_sections().items())),
        Field("icon", _("Icon"), "choice", required=True, choices=tuple(_icons().items())),
    ),
    columns=lambda: (
        Column("icon", _("Icon"), 4, lambda value: Mark(value.field("icon")), "icon", icon="appearance"),
        Column("section", _("Table of the day"), 16, lambda value: _sections()[value.field("section")]),
    ),
    once=frozenset({"section"}),
)
