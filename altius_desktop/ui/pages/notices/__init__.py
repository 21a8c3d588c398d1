"""Notices: the panel with the inbox and what was sent, the toasts of what arrives, and what is done with them."""

from altius_desktop.ui.pages.notices.acts import NoticeActs
from altius_desktop.ui.pages.notices.page import NoticesPage
from altius_desktop.ui.pages.notices.toasts import NoticeToasts

__all__ = ["NoticeActs", "NoticeToasts", "NoticesPage"]
