"""The Contacts document: the day of an employee in three tables, and what he does with its rows."""

from altius_desktop.ui.pages.contacts.page import ContactsPage

__all__ = ["ContactsPage"]
