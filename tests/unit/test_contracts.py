"""The house keeps its own rules: who may import whom, and one line of migrations that ends where the program says."""

import subprocess
import sys
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from altius_desktop.assets import migrations_path
from altius_desktop.database.schema import FORM_OF_REVISION, SCHEMA_REVISION

CHECKOUT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def history() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(migrations_path()).replace("%", "%%"))
    return ScriptDirectory.from_config(config)


def test_nobody_imports_what_his_floor_may_not() -> None:
    command = "from importlinter.cli import lint_imports_command; lint_imports_command()"
    linted = subprocess.run(
        [sys.executable, "-c", command, "--no-cache"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    assert "0 broken" in linted.stdout


def test_the_program_ships_the_newest_revision(history: ScriptDirectory) -> None:
    assert history.get_heads() == [SCHEMA_REVISION]


def test_the_revisions_are_one_line_of_four_digit_numbers(history: ScriptDirectory) -> None:
    line = [script.revision for script in history.walk_revisions()]
    assert line == sorted(line, reverse=True)
    assert all(FORM_OF_REVISION.fullmatch(revision) for revision in line)
    for script in history.walk_revisions():
        assert not script.is_merge_point
        assert not script.is_branch_point
        assert not script.dependencies


def test_every_revision_can_be_gone_back(history: ScriptDirectory) -> None:
    for script in history.walk_revisions():
        assert callable(script.module.downgrade)
        assert script.doc
