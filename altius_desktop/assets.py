"""Where the files beside the code lie: inside the package when installed, next to it in a checkout."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def _folder(name: str) -> Path:
    inside = _PACKAGE / name
    return inside if inside.is_dir() else _PACKAGE.parent / name


def resource_path(*parts: str) -> Path:
    """A file or folder of resources/."""
    return _folder("resources").joinpath(*parts)


def migrations_path() -> Path:
    """The folder with alembic's env.py and versions/."""
    return _folder("migrations")
