"""Which encoding a text file is in, and whether it is a text at all."""

import codecs
import math
import re
from dataclasses import dataclass
from pathlib import Path

from altius_desktop.domain.errors import UserError
from altius_desktop.i18n import N_, _

_CYRILLIC = ("cp1251", "koi8-r", "cp866")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 128 * 1024
_CHUNK = 1024 * 1024
# Below e^12 to one the user is asked: a handful of letters reads well in more than one encoding.
_CERTAIN = 12.0

# How often the letters stand in Russian texts, per mille (Lyashevskaya, Sharov 2009).
_SHARES = (
    *(110, 85, 80, 74, 67, 63, 55, 47, 45, 44, 35, 32, 30, 28, 26, 20, 19, 17.4, 17, 16.5, 15.9),
    *(14.4, 12, 9.7, 9.4, 7.3, 6.4, 4.8, 3.6, 3.3, 2.6, 0.4, 0.4),
)
_LETTERS = {
    letter: math.log(share / 1000)
    for letter, share in zip("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё", _SHARES, strict=True)
}
_TYPOGRAPHY = frozenset("«»„“”–—№§°\u00a0…’")
_OTHER_CYRILLIC = -7.5
_TYPOGRAPHIC = -5.0
_FOREIGN = -10.0
# «пРИВЕТ» is what one of koi8-r and cp1251 makes of the other's «Привет».
_CASE_TURNED = -5.0

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", N_("an Excel workbook or another packed file")),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", N_("an old Excel workbook")),
    (b"%PDF", N_("a PDF document")),
    (b"\x89PNG", N_("a picture")),
    (b"\xff\xd8\xff", N_("a picture")),
    (b"GIF8", N_("a picture")),
    (b"MZ", N_("a program")),
    (b"\x7fELF", N_("a program")),
    (b"Rar!", N_("an archive")),
    (b"7z\xbc\xaf\x27\x1c", N_("an archive")),
    (b"\x1f\x8b", N_("an archive")),
    (b"SQLite format 3", N_("a database")),
    (b"{\\rtf", N_("a text document")),
)
_TEXT_FORMATS: tuple[tuple[str, str], ...] = (
    ("begin:vcard", N_("an address book (vCard)")),
    ("begin:vcalendar", N_("a calendar (iCalendar)")),
    ("<!doctype html", N_("a web page")),
    ("<html", N_("a web page")),
    ("<?xml", N_("an XML file")),
)


@dataclass(frozen=True)
class Detected:
    """The likeliest encoding and, where it is not certain, the others that may be meant."""

    encoding: str
    others: tuple[str, ...] = ()


def detect_encoding(path: Path, *, wanted: str | None = None) -> Detected:
    """The encoding of a text file, `wanted` if it is given; UserError for what is no text table."""
    with path.open("rb") as stream:
        start = stream.read(4096)
    _refuse_other_formats(path, start)
    if wanted is not None:
        try:
            # Refuses base64 and the like: codecs, but none of texts.
            "a".encode(wanted)
            name = codecs.lookup(wanted).name
            return Detected("utf-8-sig" if name == "utf-8" else name)
        except (LookupError, UnicodeError) as error:
            raise UserError(_("The encoding “{encoding}” is not known.").format(encoding=wanted)) from error
    for bom, encoding in _BOMS:
        if start.startswith(bom):
            _refuse_other_text_formats(path, start.decode(encoding, errors="ignore"))
            return Detected(encoding)
    utf8_broken_at, sample, has_nul = _scan(path)
    if has_nul:
        if (wide := _utf16_without_bom(start)) is None:
            raise _not_a_table(path, _("binary data"))
        return Detected(wide)
    detected = _of_bytes(path, sample, utf8_broken_at)
    _refuse_other_text_formats(path, start.decode(detected.encoding, errors="replace"))
    return detected


def _of_bytes(path: Path, sample: bytes, utf8_broken_at: int | None) -> Detected:
    if utf8_broken_at is None:
        return Detected("utf-8")
    if _mostly_utf8(sample):
        raise UserError(
            _("The file “{name}” is damaged in line {line}: its text breaks off within a letter.").format(
                name=path.name, line=utf8_broken_at
            ),
            _("Save it anew as CSV in UTF-8."),
        )
    if len(re.findall(rb"[\x01-\x08\x0e-\x1f\x7f]", sample)) > len(sample) // 50:
        raise _not_a_table(path, _("binary data"))
    if _reads_as_latin(sample):
        return _latin(sample)
    scores = sorted(((cyrillic_score(sample, name), name) for name in _CYRILLIC), reverse=True)
    (best, encoding), *rest = scores
    if best - rest[0][0] >= _CERTAIN:
        return Detected(encoding)
    return Detected(encoding, tuple(name for _score, name in rest))


def cyrillic_score(sample: bytes, encoding: str) -> float:
    """How likely it is that the bytes are Russian in this encoding: a sum of logarithms over its letters."""
    score = 0.0
    previous = ""
    for char in sample.decode(encoding, errors="replace"):
        if char >= "\x80":
            lowered = char.lower()
            if lowered in _LETTERS:
                score += _LETTERS[lowered]
                if char != lowered and previous.islower():
                    score += _CASE_TURNED
            elif "\u0400" <= char <= "\u04ff":
                score += _OTHER_CYRILLIC
            else:
                score += _TYPOGRAPHIC if char in _TYPOGRAPHY else _FOREIGN
        previous = char
    return score


def _scan(path: Path) -> tuple[int | None, bytes, bool]:
    """The line in which UTF-8 breaks, the words with letters beyond ASCII (at most a sample), any NUL."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    broken_at: int | None = None
    lines = 1
    sample = bytearray()
    with path.open("rb") as stream:
        while True:
            chunk = stream.read(_CHUNK)
            if b"\0" in chunk:
                return None, b"", True
            if broken_at is None:
                try:
                    decoder.decode(chunk, final=not chunk)
                except UnicodeDecodeError as error:
                    broken_at = lines + chunk.count(b"\n", 0, error.start)
            if not chunk:
                return broken_at, bytes(sample), False
            lines += chunk.count(b"\n")
            if chunk.isascii():
                continue
            for word in re.finditer(rb"[^\s;,]+", chunk):
                if len(sample) >= _SAMPLE:
                    break
                if not word[0].isascii():
                    sample += word[0][:200] + b" "


def _mostly_utf8(sample: bytes) -> bool:
    """Whether nearly all letters beyond ASCII are sound UTF-8, so that the file is a damaged one."""
    text = sample.decode("utf-8", errors="replace")
    broken = text.count("\ufffd")
    return sum("\x80" <= char != "\ufffd" for char in text) > broken * 10


def _reads_as_latin(sample: bytes) -> bool:
    """Whether the letters beyond ASCII stand among Latin ones, as in Müller."""
    runs = re.findall(rb"[A-Za-z\x80-\xff]+", sample)
    mixed = sum(len(re.findall(rb"[\x80-\xff]", run)) for run in runs if re.search(rb"[A-Za-z]", run))
    return mixed * 2 > len(re.findall(rb"[\x80-\xff]", sample))


def _latin(sample: bytes) -> Detected:
    from charset_normalizer import from_bytes

    best = from_bytes(sample[: 32 * 1024]).best()
    name = best.encoding if best is not None and not best.encoding.startswith("utf") else "cp1252"
    return Detected(name, tuple(other for other in ("cp1252", "cp1251") if other != name))


def _utf16_without_bom(start: bytes) -> str | None:
    for encoding in ("utf-16-le", "utf-16-be"):
        text = start[: len(start) // 2 * 2].decode(encoding, errors="replace")
        plain = sum(
            " " <= char <= "~" or "\u0400" <= char <= "\u04ff" or char in "\t\r\n«»№" for char in text
        )
        if plain > len(text) * 0.95:
            return encoding
    return None


def _refuse_other_formats(path: Path, start: bytes) -> None:
    for signature, what in _SIGNATURES:
        # "MZ" may begin a text; a program has NULs right behind it.
        if start.startswith(signature) and (signature != b"MZ" or b"\0" in start):
            raise _not_a_table(path, _(what))


def _refuse_other_text_formats(path: Path, start: str) -> None:
    beginning = start.lstrip("\ufeff \t\r\n").lower()
    for words, what in _TEXT_FORMATS:
        if beginning.startswith(words):
            raise _not_a_table(path, _(what))


def _not_a_table(path: Path, what: str) -> UserError:
    return UserError(
        _("The file “{name}” is not a text table: it seems to be {what}.").format(name=path.name, what=what),
        _("Open it in the program that made it and save it as CSV."),
    )
