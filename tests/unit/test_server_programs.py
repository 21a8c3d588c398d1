"""What PostgreSQL's programs are given when they are merely asked for their version."""

import sys
from pathlib import Path

import pytest

from altius_desktop.database.programs import major_version


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script stands for the program")
def test_a_program_asked_for_its_version_learns_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "pg_dump"
    program.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\necho 'pg_dump (PostgreSQL) 17.4'\n")
    program.chmod(0o755)
    for name in ("PGPASSWORD", "ALTIUS_ADMIN_PASSWORD", "ALTIUS_DSN"):
        monkeypatch.setenv(name, "Very-Secret")
    assert major_version(tmp_path, "pg_dump") == 17
    assert "Very-Secret" not in (tmp_path / "seen").read_text()
