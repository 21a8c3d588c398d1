"""The Plan: several activities for oneself and others, typed into a grid and saved as one act."""

from altius_desktop.ui.dialogs.plan.dialog import PlanDialog
from altius_desktop.ui.dialogs.plan.lines import PlanSeed

__all__ = ["PlanDialog", "PlanSeed"]
