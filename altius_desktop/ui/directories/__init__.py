"""The directories of the office, each a short declaration, and the one window that edits them all."""

from altius_desktop.ui.directories.base import Directory
from altius_desktop.ui.directories.dialog import DirectoryDialog
from altius_desktop.ui.directories.menu import DIRECTORIES, DirectoriesButton

__all__ = ["DIRECTORIES", "DirectoriesButton", "Directory", "DirectoryDialog"]
