"""What a plan sends to the server, and how it is sent again when the answer was lost."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _
from altius_desktop.services.acts import Acted, Inverse, Restore, undo_act
from altius_desktop.services.day import list_activities
from altius_desktop.services.plans import PlanRow, save_plan
from altius_desktop.ui.dialogs.plan.lines import PlanLine, plan_row


@dataclass(frozen=True)
class Sending:
    """One try to save: the lines, and the ids under which they are saved once and no more."""

    lines: tuple[PlanLine, ...]
    title: str
    follows_id: UUID | None
    act_id: UUID
    plan_id: UUID
    rows: tuple[PlanRow, ...]

    @property
    def activity_ids(self) -> tuple[UUID, ...]:
        return tuple(row.activity_id for row in self.rows)


def prepare(
    lines: tuple[PlanLine, ...], *, title: str, follows_id: UUID | None, unanswered: tuple[Sending, ...]
) -> Sending:
    """The try for these lines; the same one again, ids and all, if it was sent and not answered."""
    for sent in unanswered:
        if sent.lines == lines:
            return sent
    rows = tuple(plan_row(line, new_id()) for line in lines)
    return Sending(lines, title, follows_id, new_id(), new_id(), rows)


def send(session: Any, sending: Sending, *, unanswered: tuple[Sending, ...]) -> Acted:
    """Save the plan. Earlier tries with other lines that did arrive are taken back: the last one is meant."""
    stale = [activity_id for sent in unanswered if sent is not sending for activity_id in sent.activity_ids]
    arrived = tuple(row.id for row in list_activities(session, stale) if row.status == "planned")
    if arrived:
        steps = tuple(
            Restore(activity_id, before=(("status", "cancelled"),), after=(("status", "planned"),))
            for activity_id in arrived
        )
        undo_act(session, act_id=new_id(), inverse=Inverse(steps, _("plan")))
    return save_plan(
        session,
        act_id=sending.act_id,
        plan_id=sending.plan_id,
        title=sending.title,
        rows=sending.rows,
        follows_id=sending.follows_id,
    )
