"""The history of contacts with one counterparty, for any period; stays open beside the window and follows news."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from altius_desktop.database.listener import News
from altius_desktop.domain.dates import FIRST_DAY, Period, month_before
from altius_desktop.domain.errors import UserError
from altius_desktop.domain.names import with_initial
from altius_desktop.domain.search_text import query_words, search_text, wrong_layout
from altius_desktop.i18n import _
from altius_desktop.services.day import list_activities
from altius_desktop.services.history import HISTORY_LIMIT, HistoryRow, list_history
from altius_desktop.services.identity import get_today
from altius_desktop.ui import icons, theme
from altius_desktop.ui.controls import Button, label, shortcut
from altius_desktop.ui.formats import clock, full_day, number
from altius_desktop.ui.messages import Banner
from altius_desktop.ui.table import Column, DataTable, EmptyAction, Mark, RowStyle, RowTableModel
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace

_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_NEWS_MERGED_MS = 150
