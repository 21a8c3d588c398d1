"""Why a colleague's activities stand in one's own day, in words."""

from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.standing_in import StandIn
from altius_desktop.ui.formats import full_day


def why_standing_in(whose: StandIn) -> str:
    """The tool tip of a row that is done for somebody else."""
    name = with_initial(whose.full_name)
    if whose.away_until is not None:
        told = _("{name} is away until {day}.").format(name=name, day=full_day(whose.away_until))
    elif not whose.has_workplace:
        told = _("{name} has no computer.").format(name=name)
    else:
        told = _("The reminders of {name} are passed on.").format(name=name)
    return "\n".join(filter(None, (told, whose.note, _passed_on(whose.reason))))


def _passed_on(reason: str) -> str:
    if reason == "further":
        return _("Who was named to stand in is away too.")
    if reason == "director":
        return _("Nobody who is here was named to stand in, so it comes to the director.")
    return ""
