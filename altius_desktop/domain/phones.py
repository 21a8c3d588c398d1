"""Phones as offices write them: several in one cell, codes that hold for the next number, extensions, remarks.

Nothing typed is lost: what is not understood stays in `value`, without `e164`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from altius_desktop.domain.texts import clean_line, clean_text
from altius_desktop.i18n import _

_DASHES = "\\-\u2010-\u2015\u2212"
# One run of digits with the punctuation of a number; a plus begins a new one.
_CHUNK = re.compile(rf"[+(\d][()\d\s.{_DASHES}]*")
_EXTENSION = re.compile(
    r"(?:(?<![^\W\d_])(?:доб(?:авочный|ав)?|внутр(?:енний)?|вн|д|ext(?:ension)?|[xх])(?![^\W\d_])|доб(?=\d)|#)"
    r"[.:]*\s*(?:№\s*)?(?P<list>\d{1,20}(?:\s*[,/]\s*\d{1,6}(?!\d))*)",
    re.IGNORECASE,
)
_CODE = re.compile(rf"(?:\+\s*\d{{1,3}}|[78])?[\s{_DASHES}]*\(\s*\d{{2,6}}\s*\)[\s{_DASHES}]*")
_NUMBER_AHEAD = re.compile(r"\s{0,8}[+(\d]")
_AND = re.compile(r"\s[иИ]\s{1,8}[+(\d]")
_CODE_TYPED = re.compile(rf"\(\s*(\d{{3,7}})\s*\)|[78][\s{_DASHES}]+(\d{{3,6}})[\s{_DASHES}]")
_PLUS_EIGHT = re.compile(rf"\+\s*8[\s{_DASHES}]*\(")
_TRUNK_BEFORE_CODE = re.compile(rf"8[\s{_DASHES}]*\(|8[\s{_DASHES}]+(?=\d{{3}})")
_WORDS_OF_PHONES = re.compile(
    r"(?<![^\W\d_])(?:тел(?:ефон)?|моб(?:ильный)?|сот(?:овый)?|раб(?:очий)?|т|м|tel|phone|mob(?:ile)?)\b\.?:?",
    re.IGNORECASE,
)
_LETTER = re.compile(r"[^\W\d_]")
_NOT_DIGIT = re.compile(r"\D")
# Countries whose twelve digits are often written without the plus; no Russian number has twelve.
_NEIGHBOURS = ("375", "380", "992", "993", "994", "995", "996", "998")
_LONGEST_CELL = 5000
_GROUPS = {7: (3, 2, 2), 6: (2, 2, 2), 5: (1, 2, 2), 4: (2, 2)}


@dataclass(frozen=True)
class Phone:
    """One number of a cell.

    `value` is what was typed, with a code that was meant but not repeated; `e164` is None for what no network
    would accept. `digits` are the ten national ones in Russia and Kazakhstan, all with the country's code
    abroad, and as typed (perhaps none) where the number was not understood.
    """

    value: str
    e164: str | None
    digits: str
    extension: str | None


@dataclass(frozen=True)
class _Part:
    """One number's stretch of the cell: where its digits and its extensions lie."""

    separator: str
    text: str
    start: int
    end: int
    extensions: tuple[str, ...]
    list_start: int
    list_end: int

    @property
    def chunk(self) -> str:
        return self.text[self.start : self.end]

    @property
    def digits(self) -> str:
        return _digits(self.chunk)

    def with_chunk(self, chunk: str) -> "_Part":
        shift = len(chunk) - (self.end - self.start)
        later = self.list_start >= self.end
        return replace(
            self,
            text=self.text[: self.start] + chunk + self.text[self.end :],
            end=self.end + shift,
            list_start=self.list_start + shift if later else self.list_start,
            list_end=self.list_end + shift if later else self.list_end,
        )

    def value(self, extension: str | None) -> str:
        if extension is None:
            return self.text
        return self.text[: self.list_start] + extension + self.text[self.list_end :]


def parse_phones(text: str, *, default_region: str = "RU") -> tuple[Phone, ...]:
    """Every number of a cell, in order; a text without any comes back whole as one Phone without e164.

    `(3012)287100,287110` is two numbers of one code, `(495)7395555(Д.2221,2217)` one number with two extensions.
    """
    text = clean_text(text)
    if len(text) > _LONGEST_CELL:
        return (Phone(clean_line(text), None, _digits(text), None),)
    found: list[Phone] = []
    previous: _Part | None = None
    code: tuple[str, int] | None = None
    for part in _parts(text):
        own_code = _CODE.match(part.chunk)
        if own_code is None and previous is not None:
            if (completed := _complete(part, previous, code, default_region)) is not None:
                part = completed
            elif previous.extensions and part.digits == part.text.strip() and len(part.digits) <= 6:
                found.append(_phone(previous, part.digits, default_region))
                continue
        elif own_code is not None:
            code = (own_code[0], len(part.digits) - len(_digits(own_code[0])))
        found.extend(_phone(part, extension, default_region) for extension in part.extensions or (None,))
        previous = part
    return tuple(found)


def digits_of_query(text: str) -> str | None:
    """What to look for in `Phone.digits`, by containment; None where the text is not a phone.

    The first number of the text counts, without its extension and without the leading 8, 7 or +7.
    """
    typed = clean_line(_WORDS_OF_PHONES.sub(" ", clean_text(text).partition("\n")[0]))
    extension = _EXTENSION.search(typed)
    typed = typed[: extension.start()] if extension else typed
    typed = re.split(r"[,;/|]", typed.strip(" ,;/|.-\u2013\u2014"), maxsplit=1)[0].rstrip(" (")
    chunk = _CHUNK.fullmatch(typed)
    digits = _digits(typed)
    if chunk is None or len(digits) < 3:
        return None
    if typed.startswith("+") and not _PLUS_EIGHT.match(typed):
        return (digits[1:] if digits.startswith("7") else digits) or None
    if digits.startswith("810") and len(digits) >= 13:
        digits = digits[3:]
    elif digits.startswith("00") and len(digits) >= 12:
        digits = digits[2:]
    if len(digits) == 11 and digits[0] in "78":
        return digits[1:]
    # A number half typed; of ten digits only a bracket tells 8 (495) 739-55-5 from a national 812 000-00-01.
    if (
        len(digits) < 11
        and (trunk := _TRUNK_BEFORE_CODE.match(typed))
        and ("(" in trunk[0] or len(digits) < 10)
    ):
        return digits[1:]
    return digits


def format_phone(phone: Phone) -> str:
    """«+7 495 739-55-55, доб. 2221»; what was not understood, or carries a remark, as it was typed."""
    if phone.e164 is None or _has_remark(phone.value):
        return phone.value
    number = _format_number(phone.e164, phone.value)
    if phone.extension is None:
        return number
    return _("{number}, ext. {extension}").format(number=number, extension=phone.extension)


def _digits(text: str) -> str:
    digits = _NOT_DIGIT.sub("", text)
    return digits if digits.isascii() else "".join(str(int(digit)) for digit in digits)


def _has_remark(value: str) -> bool:
    return _LETTER.search(_WORDS_OF_PHONES.sub("", _EXTENSION.sub("", value))) is not None


def _format_number(e164: str, value: str) -> str:
    if not e164.startswith("+7") or e164[2] in "67":
        import phonenumbers

        parsed = phonenumbers.parse(e164, None)
        return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
    national = e164[2:]
    code = _code_typed(value, national)
    rest = national[len(code) :]
    pieces = []
    for size in _GROUPS[len(rest)]:
        pieces.append(rest[:size])
        rest = rest[size:]
    return f"+7 {code} {'-'.join(pieces)}"


def _code_typed(value: str, national: str) -> str:
    """The code as the office sets it apart: (3012), where the numbering plan would say 301."""
    if typed := _CODE_TYPED.search(value):
        for code in (typed[1] or typed[2], (typed[1] or typed[2])[1:]):
            if 3 <= len(code) <= 6 and national.startswith(code):
                return code
    return national[:3]


def _phone(part: _Part, extension: str | None, region: str) -> Phone:
    e164, digits = _understand(part.chunk, region)
    return Phone(clean_line(part.value(extension)), e164, digits, extension)


def _understand(chunk: str, region: str) -> tuple[str | None, str]:
    """The number as E.164, None if no network would accept it, and its digits to search in."""
    digits = _digits(chunk)
    abroad = chunk.startswith("+") and not _PLUS_EIGHT.match(chunk)
    if not abroad:
        if digits.startswith("810") and len(digits) >= 13:
            abroad, digits = True, digits[3:]
        elif digits.startswith("00") and len(digits) >= 12:
            abroad, digits = True, digits[2:]
        elif len(digits) == 12 and digits.startswith(_NEIGHBOURS):
            abroad = True
    if not 7 <= len(digits) <= 15:
        return None, digits
    if abroad:
        national = digits[1:] if digits.startswith("7") and len(digits) == 11 else digits
        return _valid("+" + digits, None), national
    if region in ("RU", "KZ"):
        if len(digits) == 11 and digits[0] in "78":
            digits = digits[1:]
        # No code of Kazakhstan's mobile networks has four digits: (87772) is a slip of the pen for Maykop's 8772.
        slip = digits[:2] in ("70", "77") and re.match(r"\(\s*8?\d{4,6}\s*\)", chunk)
        return (_valid("+7" + digits, None) if len(digits) == 10 and not slip else None), digits
    e164 = _valid(digits, region)
    return e164, e164[1:] if e164 else digits


def _valid(number: str, region: str | None) -> str | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(number, region)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


def _complete(part: _Part, previous: _Part, code: tuple[str, int] | None, region: str) -> _Part | None:
    """The part with the code, or the beginning, that it shares with the number before it."""
    count = len(part.digits)
    if not count or count >= 10 or part.chunk.startswith("+"):
        return None
    if code is not None:
        total = _digits(code[0]) + part.digits
        if count == code[1] or len(total) == 10 or (len(total) == 11 and total[0] in "78"):
            return part.with_chunk(code[0] + part.chunk)
    e164, national = _understand(previous.chunk, region)
    if e164 is None:
        return None
    if code is None and e164.startswith("+7") and 5 <= count <= 7 and national[0] in "348":
        # 8-3854-32-72-89, 32-84-09; a mobile or a free number (800) says nothing about the next one's code.
        return None if national.startswith("80") else part.with_chunk(f"({national[:-count]}){part.chunk}")
    if part.text.strip() == part.digits and (count == 2 or (count == 1 and part.separator == "/")):
        # 739-55-55/56: only the last digits differ.
        return _with_tail(previous, part)
    return None


def _with_tail(previous: _Part, part: _Part) -> _Part:
    chunk = list(previous.chunk)
    places = [place for place, char in enumerate(chunk) if char.isdigit()][-len(part.digits) :]
    for place, digit in zip(places, part.digits, strict=True):
        chunk[place] = digit
    text = "".join(chunk).strip()
    return _Part(part.separator, text, 0, len(text), (), len(text), len(text))


def _parts(text: str) -> Iterator[_Part]:
    for separator, piece in _with_remarks(_split(text)):
        part = _part(separator, piece)
        if len(part.digits) > 11 and not part.extensions and (pieces := _split_at_spaces(part.chunk)):
            pieces[0] = part.text[: part.start] + pieces[0]
            pieces[-1] += part.text[part.end :]
            yield from (_part(" ", number) for number in pieces)
        else:
            yield part


def _part(separator: str, text: str) -> _Part:
    extension = _EXTENSION.search(text)
    before = extension.start() if extension else len(text)
    chunks = [
        match for match in _CHUNK.finditer(text, 0, before) if any(char.isdigit() for char in match.group())
    ]
    chosen = next((match for match in chunks if len(_digits(match[0])) >= 5), None)
    if chosen is None:
        chosen = max(chunks, key=lambda match: len(_digits(match[0])), default=None)
    start, end = (chosen.start(), chosen.end()) if chosen else (before, before)
    if extension is None:
        return _Part(separator, text, start, end, (), len(text), len(text))
    numbers = tuple(map(_digits, re.findall(r"\d+", extension["list"])))
    return _Part(separator, text, start, end, numbers, extension.start("list"), extension.end("list"))


def _split(text: str) -> Iterator[tuple[str, str]]:
    """The cell cut at its separators, each piece with the separator before it."""
    start, digits, closing, separator = 0, 0, -1, ""
    for place, char in enumerate(text):
        if char.isdigit():
            digits += 1
        if place <= closing:
            continue
        cut = place + 1 if _is_separator(text, place, digits) else -1
        if (char == "+" and digits >= 5) or (
            char == "(" and digits >= 10 and text[place + 1 : place + 2].isdigit()
        ):
            cut = place
        if cut >= 0:
            yield separator, text[start:place]
            start, digits, separator = cut, 0, char if cut > place else " "
        if char == "(":
            closing = _closing(text, place)
    yield separator, text[start:]


def _is_separator(text: str, place: int, digits: int) -> bool:
    """Whether a number may end here: «/» and «и» divide only what has digits on both sides."""
    if text[place] in "\n;|\t,":
        return True
    if text[place] == "/":
        return digits >= 3 and _NUMBER_AHEAD.match(text, place + 1) is not None
    return digits > 0 and text[place] in "иИ" and _AND.match(text, place - 1) is not None


def _closing(text: str, place: int) -> int:
    """Where a bracket closes, if soon and before the line ends; an open one brackets nothing."""
    end = text.find(")", place, place + 80)
    return end if end >= 0 and "\n" not in text[place:end] else -1


def _with_remarks(pieces: Iterator[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The pieces with words and extensions joined to the number that they belong to."""
    separator, gathered = "", ""
    has_number = False
    for sep, piece in pieces:
        if not piece.strip(" .,-()"):
            continue
        if not gathered:
            separator, gathered, has_number = sep, piece.strip(), _is_number(piece)
        elif has_number and _is_number(piece):
            yield separator, gathered
            separator, gathered = sep, piece.strip()
        else:
            glue = f" {sep} " if sep in "иИ" else " " if sep in " \n\t" else f"{sep} "
            gathered = f"{gathered}{glue}{piece.strip()}"
            has_number = has_number or _is_number(piece)
    if gathered:
        yield separator, gathered


def _is_number(piece: str) -> bool:
    if extension := _EXTENSION.search(piece):
        piece = piece[: extension.start()]
    counts = [len(_digits(match[0])) for match in _CHUNK.finditer(piece)]
    most = max(counts, default=0)
    return most >= 5 or (most > 0 and _LETTER.search(_WORDS_OF_PHONES.sub("", piece)) is None)


def _split_at_spaces(chunk: str) -> list[str] | None:
    """Numbers that only blank space divides; None if the digits do not fall into whole numbers."""
    if chunk.startswith("+") or _digits(chunk).startswith(("00", "810")):
        return None
    numbers: list[str] = []
    current = ""
    for piece in chunk.split():
        current = f"{current} {piece}".strip()
        digits = _digits(current)
        whole = 11 if digits[:1] in ("7", "8") and not current.startswith("(") else 10
        if len(digits) == whole:
            numbers.append(current)
            current = ""
        elif len(digits) > whole:
            return None
    if current:
        if not numbers or not 5 <= len(_digits(current)) <= 7:
            return None
        numbers.append(current)
    return numbers if len(numbers) > 1 else None
