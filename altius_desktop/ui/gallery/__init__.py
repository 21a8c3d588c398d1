"""Every page and dialog, one after another, as they look on the present data: for pictures and for tests."""

from altius_desktop.ui.gallery.scenes import ADMINISTRATION_SCENES, SCENES, login_scene
from altius_desktop.ui.gallery.showing import SMALL_SIZE, WINDOW_SIZE, Scene, save_pictures, settle, shown

__all__ = [
    "ADMINISTRATION_SCENES",
    "SCENES",
    "SMALL_SIZE",
    "WINDOW_SIZE",
    "Scene",
    "login_scene",
    "save_pictures",
    "settle",
    "shown",
]
