"""This PC's settings for this user: each declared once with its type, default and meaning; no Qt.

What belongs to the employee wherever he sits lies in the company's database, not here.
"""

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import platformdirs


@dataclass
class Settings:
    """Read at the start, saved when something changed; an unreadable file counts as none."""

    language: str = field(default="", metadata={"about": 'language of the window; "" follows the system'})
    theme: str = field(default="system", metadata={"about": "light, dark or system"})
    host: str = field(default="", metadata={"about": "the server of the last login"})
    port: int = field(default=5432, metadata={"about": "its port"})
    database: str = field(default="altius", metadata={"about": "the company's database there"})
    sslmode: str = field(default="prefer", metadata={"about": "how the connection is protected (libpq)"})
    sslrootcert: str = field(default="", metadata={"about": "file of the certificate that proves the server"})
    login: str = field(default="", metadata={"about": "the last login"})
    remember_password: bool = field(
        default=False, metadata={"about": "the system's keyring keeps the password of the last login"}
    )
    show_overdue: bool = field(default=True, metadata={"about": "the day shows what is overdue"})
    panel_visible: bool = field(default=True, metadata={"about": "the counterparty panel is open"})
    do_not_disturb: bool = field(
        default=False, metadata={"about": "notices come without a message on the screen and without sound"}
    )
    notice_sound: bool = field(default=False, metadata={"about": "a notice that comes is heard"})
    layouts: dict[str, Any] = field(
        default_factory=dict, metadata={"about": "column widths and order, splitters, window size, by name"}
    )

    path: Path | None = field(default=None, repr=False, compare=False)

    @classmethod
    def load(cls, path: Path | None = None) -> "Settings":
        """The saved settings; values of a wrong type fall back to their defaults."""
        path = path or default_path()
        settings = cls(path=path)
        try:
            saved = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return settings
        if isinstance(saved, dict):
            for declared in fields(cls):
                value = saved.get(declared.name)
                if declared.name != "path" and type(value) is type(getattr(settings, declared.name)):
                    setattr(settings, declared.name, value)
        return settings

    def save(self) -> None:
        """Write the file as a whole; a full or locked disk loses a column width, never an answer."""
        if self.path is None:
            return
        values = asdict(self)
        del values["path"]
        with contextlib.suppress(OSError):
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh = self.path.with_suffix(f".{os.getpid()}.tmp")
            fresh.write_text(json.dumps(values, ensure_ascii=False, indent=1), encoding="utf-8")
            fresh.replace(self.path)


def default_path() -> Path:
    return Path(platformdirs.user_config_dir("altius-desktop", appauthor=False)) / "settings.json"
