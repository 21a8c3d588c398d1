"""What a typed search may mean: readings, tried one after the other until one finds something.

A reading speaks of the text that the database keeps of each counterparty (models: CounterpartySearch): each word
after a space, an e-mail after « ~», an extension after its phone's digits and #.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from altius_desktop.domain.phones import digits_of_query
from altius_desktop.domain.search_text import query_words, stem, wrong_layout
from altius_desktop.domain.texts import clean_line

# Shorter words have no trigram of their own: they are sought where words begin.
TRIGRAM = 3
_TYPO_LENGTH = 4
_PART_OF_NUMBER, _WHOLE_NUMBER = 4, 7
_MOST_SWAPS, _MOST_MISTAKES = 24, 30
_MISTAKE_LENGTH = 5
# One wrong letter spoils three trigrams: half of those of a word of six letters.
# Not 0.7: the server compares in single precision, where seven trigrams of ten are a little less.
_VERY_LIKE, _LIKE = 0.69, 0.5
_LONGEST_NUMBER = 100
_LONGEST_WORD, _MOST_WORDS = 100, 12
_EXTENSION = re.compile(
    r"^(?P<number>.*\d.*?)(?:\s*(?P<told>доб(?:авочный)?|внутр(?:енний)?|вн|ext(?:ension)?|#)\.?\s*|\s+)"
    r"(?P<extension>\d{1,6})$",
    re.IGNORECASE,
)
_EXTENSION_ALONE = re.compile(
    r"^(?:доб(?:авочный)?|внутр(?:енний)?|вн|ext(?:ension)?)?[\s.:#]*(?<=[\s.:#])(?P<extension>\d{1,6})$",
    re.IGNORECASE,
)
# What comes along when a requisite or a link is copied.
_LABEL = re.compile(r"^\W*(?:инн\W*(?=\d{3})|mailto:)", re.IGNORECASE)
_ADDRESS = re.compile(r"@|[a-z0-9]\.[a-z]", re.IGNORECASE)
_SPECIAL = re.compile(r"([\\%_])")


@dataclass(frozen=True)
class Reading:
    """One way to understand a query.

    `alternatives` are sets of LIKE patterns, of one of which all must match. In a reading with `near` the patterns
    must match a firm's or a person's name, and each word of `near` must resemble some part of that name, sharing
    so much of its trigrams (`likeness`). What an index finds by wide patterns must hold `exact`, a regular expression,
    too. `words` are what to mark.
    """

    alternatives: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    near: tuple[str, ...] = ()
    likeness: float = 0.0
    exact: str = ""


def readings(query: str) -> tuple[Reading, ...]:
    """From the plainest to the boldest; none for a query without words, which everything answers.

    As typed (each word in one alphabet before that), in the other keyboard layout, with two letters swapped,
    without Russian endings, with a letter wrong, missing or too many, and as what merely resembles a name.
    """
    text = without_label(query)
    words = _words(text)
    has_letters = any(char.isalpha() for char in text)
    found = list(_as_typed(text, words))
    written = _words(text, mended=False)
    if has_letters and written != words:
        found.append(_of_words(written))
    mended = _words(wrong_layout(text)) if words and has_letters else ()
    if mended:
        found.append(_of_words(mended))
    if has_letters:
        # A swap that makes another word is rarer than a stem that is part of one.
        if swaps := _with_swapped_letters(words):
            found.append(swaps)
        for typed in (words, mended):
            stems = tuple(stem(word) for word in typed)
            if stems != typed:
                found.append(_of_words(stems))
        near = tuple(word for word in words if _may_be_mistyped(word))
        plain = tuple(like(word) for word in words if word not in near)
        if near:
            found.append(Reading((plain,), words, near, _VERY_LIKE))
        # Finds by an index what trigrams alone tell from too little: домастрой.
        if mistaken := _with_a_wrong_letter(words):
            found.append(mistaken)
        if near:
            found.append(Reading((plain,), words, near, _LIKE))
    return tuple(dict.fromkeys(found))


def without_label(query: str) -> str:
    """The query as one line, without «ИНН» before a number and mailto: before an address."""
    return _LABEL.sub("", clean_line(query))


def _words(text: str, *, mended: bool = True) -> tuple[str, ...]:
    """The words of a text that somebody may have pasted by mistake: enough of them, and of each."""
    words = query_words(text, mended=mended)
    return tuple(dict.fromkeys(word[:_LONGEST_WORD] for word in words))[:_MOST_WORDS]


def like(word: str) -> str:
    """The pattern of a folded word: anywhere, or where a word begins if it or its number is short.

    In «Завод 345» the number is not meant to be found inside of some phone.
    """
    starts = len(word) < TRIGRAM or (word.isdigit() and len(word) < _PART_OF_NUMBER)
    return f"% {word}%" if starts else f"%{word}%"


def _of_words(words: tuple[str, ...]) -> Reading:
    return Reading((tuple(like(word) for word in words),), words)


def _with_swapped_letters(words: tuple[str, ...]) -> Reading | None:
    """Two neighbouring letters of one word in the wrong order, of which trigrams keep too little: сторй."""
    swapped = _with_one_changed(words, _may_be_mistyped, _swaps)
    if not 0 < len(swapped) <= _MOST_SWAPS:
        return None
    patterns = tuple(tuple(like(word) for word in typed) for typed in swapped)
    return Reading(patterns, tuple(dict.fromkeys(word for typed in swapped for word in typed)))


def _swaps(word: str) -> Iterator[str]:
    for place in range(len(word) - 1):
        if word[place] != word[place + 1]:
            yield word[:place] + word[place + 1] + word[place] + word[place + 2 :]


def _with_a_wrong_letter(words: tuple[str, ...]) -> Reading | None:
    """One letter of one word another, missing or too many, where a word begins so."""
    patterns = tuple(
        tuple(f"% {word}%" if "%" in word else like(word) for word in typed)
        for typed in _with_one_changed(words, _may_have_a_wrong_letter, _gaps)
    )
    if not 0 < len(patterns) <= _MOST_MISTAKES:
        return None
    meant = "|".join(
        meant for word in words if _may_have_a_wrong_letter(word) for meant in _meant_words(word)
    )
    return Reading(patterns, words, exact=f" (?:{meant})")


def _may_have_a_wrong_letter(word: str) -> bool:
    return _may_be_mistyped(word) and len(word) >= _MISTAKE_LENGTH


def _gaps(word: str) -> Iterator[str]:
    """The word without one letter and with anything in its place: few patterns, and wide ones."""
    for place in range(len(word)):
        yield word[:place] + "%" + word[place + 1 :]


def _meant_words(word: str) -> Iterator[str]:
    """Regular expressions of what the word may have been meant as."""
    for place in range(len(word)):
        yield word[:place] + ".?" + word[place + 1 :]
        if place:
            yield word[:place] + "." + word[place:]


def _with_one_changed(
    words: tuple[str, ...], may_change: Callable[[str], bool], changes: Callable[[str], Iterator[str]]
) -> tuple[tuple[str, ...], ...]:
    """The words with one of them changed, in each way once."""
    return tuple(
        dict.fromkeys(
            (*words[:number], changed, *words[number + 1 :])
            for number, word in enumerate(words)
            if may_change(word)
            for changed in changes(word)
        )
    )


def _may_be_mistyped(word: str) -> bool:
    return len(word) >= _TYPO_LENGTH and word.isalpha()


def _as_typed(text: str, words: tuple[str, ...]) -> list[Reading]:
    if len(text) > _LONGEST_NUMBER:
        return [_of_words(words)] if words else []
    if words and _ADDRESS.search(text):
        return [_with_addresses(text, words)]
    if alone := _EXTENSION_ALONE.match(text):
        named = tuple(like(word) for word in words)
        return [_of_alternatives([(f"%#{alone['extension']}%",), named], (alone["extension"], *words))]
    extended = _EXTENSION.match(text)
    number = digits_of_query(extended["number"]) if extended else None
    with_extension = (
        (f"%{number}#{extended['extension']}%",) if extended and number and len(number) >= 5 else ()
    )
    digits = digits_of_query(text)
    if digits is None:
        if with_extension and extended is not None:
            return [Reading((with_extension,), (number or "", extended["extension"]))]
        return [_of_words(words)] if words else []
    raw = re.sub(r"\D", "", text)
    # A leading 7 or 8 that a phone drops belongs to an INN.
    alternatives: list[tuple[str, ...]] = [(f"%{digits}%",), (f"%{raw}%",)]
    if len(digits) < _WHOLE_NUMBER:  # 2000 5: numbers in a name
        alternatives.append(tuple(like(word) for word in words))
    marks = tuple(dict.fromkeys((digits, raw, *words)))
    if not with_extension:
        return [_of_alternatives(alternatives, marks)]
    if extended is not None and extended["told"]:
        return [
            Reading((with_extension,), (number or "", extended["extension"])),
            _of_alternatives(alternatives, marks),
        ]
    return [_of_alternatives([with_extension, *alternatives], marks)]


def _of_alternatives(alternatives: list[tuple[str, ...]], words: tuple[str, ...]) -> Reading:
    return Reading(tuple(dict.fromkeys(kind for kind in alternatives if kind)), words)


def _with_addresses(text: str, words: tuple[str, ...]) -> Reading:
    """Parts of e-mails and sites stand in the text as they are written, all the rest as words."""
    patterns: list[str] = []
    marks: list[str] = []
    for token in text.lower().replace("ё", "е").split():
        token = token.strip(",;<>()\"'«»")
        if _ADDRESS.search(token) and token.strip("@."):
            patterns.append("%" + _SPECIAL.sub(r"\\\1", token) + "%")
            marks.append(token)
        else:
            patterns.extend(like(word) for word in query_words(token))
            marks.extend(query_words(token))
    named = tuple(like(word) for word in words)
    return _of_alternatives([tuple(patterns), named], tuple(dict.fromkeys((*marks, *words))))
