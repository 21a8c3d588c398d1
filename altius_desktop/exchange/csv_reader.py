"""Delimited text files from anywhere: the encoding, the delimiter, the quotes and the header row are found out.

A file is read as a stream, twice: once to check all of it, so that `TextTable.rows` does not stop half-way,
and once for its rows. Nothing is changed in the cells.
"""

import csv
import re
import stat
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from altius_desktop.domain.errors import UserError
from altius_desktop.exchange.encodings import detect_encoding
from altius_desktop.i18n import _

MAX_FILE_BYTES = 200 * 1024 * 1024
MAX_ROWS = 1_000_000
MAX_COLUMNS = 512
MAX_CELL = 131_072
MAX_LINE = 4 * 1024 * 1024

_DELIMITERS = ";\t,|"
_SAMPLE_ROWS = 200
_HEADER_SEARCHED = 20
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)
_VALUE = re.compile(r"[@\d].*[\d.]|\d")


@dataclass(frozen=True)
class TextRow:
    """One record of a file; `line` is the line of the file, from 1, on which it begins."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class TextTable:
    """A text table whose form is known and whose whole content was read through once without an error.

    `header` names every column, invented names ("Column 3") standing for missing ones. `other_encodings` is
    empty where the encoding is certain; otherwise it holds what the user should be offered, likeliest first.
    """

    path: Path
    encoding: str
    other_encodings: tuple[str, ...]
    delimiter: str
    quoted: bool
    has_header: bool
    header: tuple[str, ...]
    row_count: int
    first_line: int

    def rows(self) -> Iterator[TextRow]:
        """The rows under the header, blank ones left out, all filled up to the header's width."""
        form = _Form(self.path, self.encoding, self.delimiter, self.quoted)
        width = len(self.header)
        for row in _records(form):
            if row.line >= self.first_line:
                yield TextRow(row.line, row.cells + ("",) * (width - len(row.cells)))


@dataclass(frozen=True)
class _Form:
    path: Path
    encoding: str
    delimiter: str
    quoted: bool


class _MisplacedQuote(Exception):
    """A field begins with a quote but goes on behind the closing one: a file written without quoting."""


def read_text_table(
    path: Path,
    *,
    encoding: str | None = None,
    delimiter: str | None = None,
    has_header: bool | None = None,
    is_known_header: Callable[[str], bool] = lambda _text: False,
) -> TextTable:
    """Find out a file's form and check all of it; what is given is not guessed. UserError says what is wrong.

    `is_known_header` recognises the header row by its words, also below a title.
    """
    _check_size(path)
    with _reading(path):
        detected = detect_encoding(path, wanted=encoding)
    with _reading(path, detected.encoding):
        chosen = delimiter or _find_delimiter(path, detected.encoding)
        form, sample, count, width = _check(path, detected.encoding, chosen)
    header_at = _find_header(sample, has_header, is_known_header)
    names = sample[header_at].cells if header_at is not None else ()
    below = header_at + 1 if header_at is not None else 0
    return TextTable(
        path=path,
        encoding=detected.encoding,
        other_encodings=detected.others,
        delimiter=chosen,
        quoted=form.quoted,
        has_header=header_at is not None,
        header=tuple(
            names[i].strip() if i < len(names) and names[i].strip() else column_name(i) for i in range(width)
        ),
        row_count=count - below,
        first_line=sample[below].line if below < len(sample) else sample[-1].line + 1,
    )


def column_name(index: int) -> str:
    """What a column without a name is called; `index` counts from 0."""
    return _("Column {number}").format(number=index + 1)


def _check_size(path: Path) -> None:
    if "\0" in str(path):
        raise UserError(_("This is not the name of a file."))
    with _reading(path):
        found = path.stat()
    if stat.S_ISDIR(found.st_mode):
        raise UserError(_("“{name}” is a folder, not a file.").format(name=path.name))
    if not stat.S_ISREG(found.st_mode):
        raise UserError(_("“{name}” is not an ordinary file.").format(name=path.name))
    if not found.st_size:
        raise _empty(path)
    if found.st_size > MAX_FILE_BYTES:
        raise UserError(
            _("The file “{name}” is too large: {size} MB, at most {limit} MB are read.").format(
                name=path.name, size=found.st_size // 1024**2, limit=MAX_FILE_BYTES // 1024**2
            ),
            _("Divide it into several files."),
        )


@contextmanager
def _reading(path: Path, encoding: str = "") -> Iterator[None]:
    """Tell the user why a file cannot be read, instead of how Python says it."""
    try:
        yield
    except FileNotFoundError as error:
        raise UserError(
            _("There is no file “{name}”.").format(name=path), _("Check the name and the folder.")
        ) from error
    except PermissionError as error:
        raise UserError(
            _("The file “{name}” may not be read.").format(name=path),
            _("Close it in other programs, or ask for the right to read it."),
        ) from error
    except UnicodeDecodeError as error:
        raise UserError(
            _("The file “{name}” is not a text in the encoding {encoding}.").format(
                name=path.name, encoding=encoding
            ),
            _("Save it anew as CSV in UTF-8, or name another encoding."),
        ) from error
    except OSError as error:
        raise UserError(
            _("The file “{name}” cannot be read: {reason}.").format(name=path, reason=error.strerror)
        ) from error


def _empty(path: Path) -> UserError:
    return UserError(
        _("The file “{name}” is empty.").format(name=path.name), _("Choose the file with the data.")
    )


def _lines(path: Path, encoding: str) -> Iterator[str]:
    # cp1251 has one byte without a letter; only UTF can be broken in a way that loses text.
    errors = "strict" if encoding.startswith("utf") else "replace"
    with path.open(encoding=encoding, errors=errors, newline="") as stream:
        number = 0
        # Not `for line in stream`: a file without a line break would be one line of 200 MB.
        while line := stream.readline(MAX_LINE):
            number += 1
            if len(line) == MAX_LINE and line[-1] not in "\r\n":
                raise _too_long(path, number)
            yield line.replace("\0", "")


def _records(form: _Form) -> Iterator[TextRow]:
    """All records that hold anything, blank cells at the end cut off."""
    csv.field_size_limit(MAX_CELL)
    lines = _lines(form.path, form.encoding)
    with _reading(form.path, form.encoding):
        reader = csv.reader(
            lines,
            delimiter=form.delimiter,
            quoting=csv.QUOTE_MINIMAL if form.quoted else csv.QUOTE_NONE,
            strict=True,
        )
        begins = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise _explain(form, begins, reader.line_num, str(error)) from error
            if not form.quoted:
                cells = [_unquoted(cell) for cell in cells]
            if not any(map(str.strip, cells)):
                cells = []
            while cells and not cells[-1]:
                cells.pop()
            if len(cells) > MAX_COLUMNS:
                raise UserError(
                    _("Line {line} has {count} columns, at most {limit} are read.").format(
                        line=begins, count=len(cells), limit=MAX_COLUMNS
                    ),
                    _("Delete the columns that are not needed."),
                )
            if cells and not (begins == 1 and _SEPARATOR_LINE.fullmatch(form.delimiter.join(cells) + " ")):
                yield TextRow(begins, tuple(cells))
            begins = reader.line_num + 1


def _explain(form: _Form, begins: int, ends: int, message: str) -> Exception:
    if "expected after" in message:
        return _MisplacedQuote(begins)
    if not form.quoted or (begins == ends and "larger" in message):
        return _too_long(form.path, begins)
    return UserError(
        _("A quotation mark that opens in line {line} is not closed.").format(line=begins),
        _("Correct that line of “{name}” and try again.").format(name=form.path.name),
    )


def _too_long(path: Path, line: int) -> UserError:
    return UserError(
        _("Line {line} is too long for a table.").format(line=line),
        _("Correct that line of “{name}” and try again.").format(name=path.name),
    )


def _unquoted(cell: str) -> str:
    """A cell of a file written without quoting; one that is quoted by the rules loses its quotes all the same."""
    if cell.startswith('"'):
        inner = cell.removesuffix("\n")[1:]
        if '"' not in inner:
            raise _MisplacedQuote(cell)
        if inner.endswith('"') and '"' not in inner[:-1].replace('""', ""):
            return inner[:-1].replace('""', '"')
    return cell


def _check(path: Path, encoding: str, delimiter: str) -> tuple[_Form, list[TextRow], int, int]:
    """Read all records once: the form that fits, the first records, how many there are, the widest."""
    form = _Form(path, encoding, delimiter, True)
    try:
        return form, *_count(form)
    except _MisplacedQuote as error:
        line = error.args[0]
    form = _Form(path, encoding, delimiter, False)
    try:
        sample, count, width = _count(form)
        # Without quotes a text with the delimiter in it falls apart: then the quotes were meant, and one is wrong.
        if count and all(len(row.cells) <= len(sample[0].cells) for row in _records(form)):
            return form, sample, count, width
    except _MisplacedQuote:
        pass
    raise UserError(
        _("A quotation mark in line {line} is in the wrong place.").format(line=line),
        _("Correct that line of “{name}” and try again.").format(name=path.name),
    )


def _count(form: _Form) -> tuple[list[TextRow], int, int]:
    sample: list[TextRow] = []
    count = width = 0
    for row in _records(form):
        count += 1
        width = max(width, len(row.cells))
        if len(sample) < _SAMPLE_ROWS:
            sample.append(row)
        if count > MAX_ROWS:
            raise UserError(
                _("The file has more than {limit} rows.").format(limit=MAX_ROWS),
                _("Divide it into several files."),
            )
    if not sample:
        raise _empty(form.path)
    return sample, count, width


def _find_delimiter(path: Path, encoding: str) -> str:
    """The character that divides most rows into the same number of columns; ";" where there is one column."""
    lines: list[str] = []
    complete = True
    for line in _lines(path, encoding):
        if not lines and (told := _SEPARATOR_LINE.fullmatch(line)):
            return told[1]
        if len(lines) >= _SAMPLE_ROWS or len(line) >= MAX_CELL:
            complete = False
            break
        lines.append(line)
    best, best_score = ";", (0.0, False, 0)
    for delimiter in _DELIMITERS:
        widths = _widths(lines, delimiter)
        if not complete and len(widths) > 1:
            widths.pop()
        usual = max(Counter(widths).items(), key=lambda item: (item[1], item[0]), default=(0, 0))[0]
        if usual > 1:
            # 0.05 is the share of rows that a stray delimiter may spoil.
            score = (round(widths.count(usual) / len(widths) * 20) / 20, widths[0] == usual, usual)
            if score > best_score:
                best, best_score = delimiter, score
    return best


def _widths(lines: list[str], delimiter: str) -> list[int]:
    widths = []
    try:
        for cells in csv.reader(lines, delimiter=delimiter):
            if any(cell.strip() for cell in cells):
                widths.append(len(cells))
    except csv.Error:
        # Too long a field: the check of the whole file tells the user where.
        pass
    return widths


def _find_header(
    sample: list[TextRow], has_header: bool | None, is_known: Callable[[str], bool]
) -> int | None:
    """Which record is the header; without words that are known only a clear difference from the rest tells."""
    if has_header is False:
        return None
    known = [sum(map(is_known, row.cells)) for row in sample[:_HEADER_SEARCHED]]
    most = max(known)
    if most >= 2:
        return known.index(most)
    if has_header or known[0]:
        return 0
    first = [cell.strip() for cell in sample[0].cells]
    if not all(first) or len(set(first)) < len(first) or any(map(_VALUE.search, first)):
        return None
    for i in range(len(first)):
        column = [row.cells[i] for row in sample[1:] if i < len(row.cells) and row.cells[i].strip()]
        if column and sum(bool(_VALUE.search(cell)) for cell in column) > len(column) * 0.8:
            return 0
    return None
