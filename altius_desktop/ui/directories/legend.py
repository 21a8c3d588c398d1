"""What the six row colours mean in this office."""

from altius_desktop.i18n import N_, _
from altius_desktop.ui import theme
from altius_desktop.ui.directories.base import Directory
from altius_desktop.ui.table import Column

LEGEND = Directory(
    table="legend",
    title=N_("Meaning of the colours"),
    new=N_("Colour"),
    change=N_("Colour"),
    icon="color",
    columns=lambda: (Column("colour", _("Colour"), 16, lambda value: theme.highlight_name(value.id)),),
)
