"""The frame of the workplace."""

from altius_desktop.ui.main_window.logo import window_icon
from altius_desktop.ui.main_window.window import MainWindow

__all__ = ["MainWindow", "window_icon"]
