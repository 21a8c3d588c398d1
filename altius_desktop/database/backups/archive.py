"""The file of a backup: a zip with the dump and a manifest that says what must be in it. Must not know a server."""

import hashlib
import json
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import _

DUMP = "company.dump"
MANIFEST = "manifest.json"
FORM = 1
CHUNK = 1 << 20
_MANIFEST_LIMIT = 16_000_000  # bytes; a larger one is not ours
_BEGINNING = b"PK\x03\x04"


@dataclass(frozen=True)
class SavedLogin:
    """Somebody who could log in (or was locked): his group roles without the prefix, and his employee, if any."""

    login: str
    groups: tuple[str, ...]
    full_name: str | None
    locked: bool


@dataclass(frozen=True)
class Manifest:
    """What the database was when the dump's snapshot was taken; `roles` are all of the company's NOLOGIN roles."""

    program: str
    revision: str
    server: str
    server_major: int
    prefix: str
    company: str
    made_at: datetime
    roles: tuple[str, ...]
    tables: Mapping[str, int]
    logins: tuple[SavedLogin, ...]
    dump_sha256: str
    dump_bytes: int

    def to_json(self) -> str:
        values = {"form": FORM, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(values, ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> "Manifest":
        """ValueError, KeyError or TypeError where it is not one of ours."""
        values = json.loads(text)
        if values.pop("form") != FORM:
            raise ValueError("unknown form")
        values["made_at"] = datetime.fromisoformat(values["made_at"])
        values["roles"] = tuple(values["roles"])
        values["logins"] = tuple(
            SavedLogin(**{**login, "groups": tuple(login["groups"])}) for login in values["logins"]
        )
        found = cls(**values)
        if not all(isinstance(count, int) for count in found.tables.values()):
            raise ValueError("counts")
        return found


def is_backup(file: Path) -> bool:
    """Whether the file begins as a backup does; it may be damaged further on."""
    with file.open("rb") as stream:
        start = stream.read(30 + len(DUMP))
    return start.startswith(_BEGINNING) and start[30:] == DUMP.encode()


class Archive:
    """A backup opened for reading: every byte of the dump has been compared with the manifest's sum.

    Raises UserError for a file that is no backup, is cut off or was changed.
    """

    def __init__(self, file: Path, told: Callable[[int, int], None] = lambda _done, _total: None) -> None:
        self._file = file
        try:
            if not is_backup(file):
                raise UserError(_("The file {file} is no backup of Altius.").format(file=file))
        except OSError as error:
            raise UserError(
                _("The file {file} cannot be read.").format(file=file), error.strerror or ""
            ) from error
        self._zip, self.manifest = self._open()
        try:
            self._compare(told)
        except BaseException:
            self._zip.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._zip.close()

    def dump(self) -> IO[bytes]:
        """The dump from its beginning; the caller closes it."""
        return self._zip.open(DUMP)

    def _open(self) -> tuple[zipfile.ZipFile, Manifest]:
        opened: zipfile.ZipFile | None = None
        try:
            opened = zipfile.ZipFile(self._file)
            if sorted(opened.namelist()) != [DUMP, MANIFEST]:
                raise ValueError("parts")
            if opened.getinfo(MANIFEST).file_size > _MANIFEST_LIMIT:
                raise ValueError("size")
            return opened, Manifest.from_json(opened.read(MANIFEST).decode("utf-8"))
        except Exception as error:
            # zipfile answers damage with errors of a dozen kinds.
            if opened is not None:
                opened.close()
            raise self._damaged() from error

    def _compare(self, told: Callable[[int, int], None]) -> None:
        done, digest = 0, hashlib.sha256()
        try:
            with self.dump() as stream:
                while chunk := stream.read(CHUNK):
                    digest.update(chunk)
                    done += len(chunk)
                    told(done, self.manifest.dump_bytes)
        except Exception as error:
            raise self._damaged() from error
        if done != self.manifest.dump_bytes or digest.hexdigest() != self.manifest.dump_sha256:
            raise self._damaged()

    def _damaged(self) -> UserError:
        return UserError(
            _("The backup {file} is damaged: it is cut off or was changed after it was made.").format(
                file=self._file
            ),
            _("Take another backup."),
        )


class ArchiveWriter:
    """A backup being written: the dump first, piece by piece, then the manifest. OSError where the disk is full."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._zip = zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED)
        self._digest = hashlib.sha256()
        self._bytes = 0

    def write_dump(self, pieces: Callable[[], bytes]) -> None:
        with self._zip.open(zipfile.ZipInfo(DUMP), "w", force_zip64=True) as part:
            while chunk := pieces():
                part.write(chunk)
                self._digest.update(chunk)
                self._bytes += len(chunk)

    def close(self, **known: Any) -> Manifest:
        """Write the manifest, made of what is known and of the dump's sum, and the end of the zip."""
        manifest = Manifest(**known, dump_sha256=self._digest.hexdigest(), dump_bytes=self._bytes)
        self._zip.writestr(zipfile.ZipInfo(MANIFEST), manifest.to_json())
        self._zip.close()
        return manifest

    def abandon(self) -> None:
        """Write no more: a zip that is dropped would try to write its end."""
        self._zip.fp = None
