"""The page of our own company: its card, everybody who works here, and who stands in for whom."""

from altius_desktop.ui.pages.company.covering import AbsenceDialog
from altius_desktop.ui.pages.company.page import CompanyPage

__all__ = ["AbsenceDialog", "CompanyPage"]
