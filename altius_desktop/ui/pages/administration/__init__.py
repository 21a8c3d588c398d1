"""The accounts of the company: who may log in, with which roles, and who is here right now."""

from altius_desktop.ui.pages.administration.page import AdministrationPage

__all__ = ["AdministrationPage"]
