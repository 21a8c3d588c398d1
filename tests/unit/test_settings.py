import json
from pathlib import Path
from typing import Any

import pytest

from altius_desktop.settings import Settings, default_path


def test_what_was_saved_is_there_at_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "новая" / "папка" / "settings.json"
    settings = Settings.load(path)
    assert settings == Settings()
    settings.host, settings.port, settings.login = "сервер", 5433, "scherbakova"
    settings.layouts["calls"] = {"widths": [10, 20]}
    settings.show_overdue = False
    settings.save()
    assert Settings.load(path) == settings
    assert [file.name for file in path.parent.iterdir()] == ["settings.json"]
    assert "сервер" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[1, 2]",
        b"null",
        b"\xff\xfe\x00",
        '{"host": "я"}'.encode("cp1251"),
        b"[" * 100_000,
        b"9" * 10_000,
    ],
    ids=["empty", "cut", "list", "null", "binary", "cp1251", "deep", "number"],
)
def test_an_unreadable_file_counts_as_none_and_is_replaced(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "settings.json"
    path.write_bytes(content)
    settings = Settings.load(path)
    assert settings == Settings()
    settings.login = "petrova"
    settings.save()
    assert Settings.load(path).login == "petrova"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "5432"),
        ("port", True),
        ("port", None),
        ("show_overdue", 1),
        ("host", 5),
        ("layouts", []),
        ("path", "/tmp/elsewhere"),
        ("unknown", 1),
        ("save", "x"),
    ],
)
def test_a_value_of_a_wrong_type_falls_back_and_the_others_stay(
    tmp_path: Path, name: str, value: Any
) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({name: value, "login": "fomin"}), encoding="utf-8")
    settings = Settings.load(path)
    assert settings == Settings(login="fomin")
    assert settings.path == path


def test_a_folder_that_cannot_be_written_loses_settings_but_no_answer(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    settings = Settings.load(tmp_path / "file" / "settings.json")
    settings.login = "petrova"
    settings.save()
    assert settings.login == "petrova"


def test_settings_without_a_file_are_kept_in_memory_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Settings(login="x").save()
    assert list(tmp_path.iterdir()) == []


def test_two_windows_do_not_share_their_layouts() -> None:
    Settings().layouts["calls"] = 1
    assert Settings().layouts == {}


def test_each_setting_says_what_it_is_for() -> None:
    from dataclasses import fields

    assert all(declared.metadata.get("about") for declared in fields(Settings) if declared.name != "path")
    assert default_path().name == "settings.json"
