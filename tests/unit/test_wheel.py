"""The wheel carries what the program needs beside its code, and nothing of the workshop."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

pytestmark = pytest.mark.long

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir", str(folder)]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, str(ROOT)],
        check=True,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=100,
    )
    (built,) = folder.glob("*.whl")
    return built


def test_wheel_holds_every_module_migration_and_resource(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    wanted = {"altius_desktop/alembic.ini"}
    for folder, inside in (
        ("altius_desktop", ""),
        ("migrations", "altius_desktop/"),
        ("resources", "altius_desktop/"),
    ):
        for path in (ROOT / folder).rglob("*"):
            relative = path.relative_to(ROOT).as_posix()
            if (
                path.is_file()
                and "__pycache__" not in path.parts
                and not relative.startswith("resources/packaging/")
            ):
                wanted.add(inside + relative)
    assert wanted <= names
    assert "altius_desktop/migrations/env.py" in names
    assert "altius_desktop/resources/locale/ru/LC_MESSAGES/altius.mo" in names


def test_wheel_holds_nothing_but_the_program(wheel: Path) -> None:
    for name in ZipFile(wheel).namelist():
        assert name.startswith(("altius_desktop/", "altius_desktop-")), name
        assert "/packaging/" not in name
        assert not name.endswith((".pyc", ".pot"))


def test_program_unpacked_from_the_wheel_finds_its_files_inside_itself(wheel: Path, tmp_path: Path) -> None:
    ZipFile(wheel).extractall(tmp_path)
    code = (
        "import sys; sys.path.insert(0, sys.argv[1])\n"
        "from altius_desktop.assets import migrations_path, resource_path\n"
        "from altius_desktop.i18n import set_language\n"
        "set_language('ru')\n"
        "print(migrations_path(), resource_path('locale'), sep='\\n')"
    )
    shown = subprocess.run(
        [sys.executable, "-I", "-c", code, str(tmp_path)],
        check=True,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=60,
    )
    inside = tmp_path.resolve() / "altius_desktop"
    assert shown.stdout.splitlines() == [str(inside / "migrations"), str(inside / "resources" / "locale")]
