"""How names are searched and ordered: ё is е, case, quotes and legal forms do not count, mixed alphabets are mended.

The database stores `search_text` and `sort_key`; a query is broken up by `query_words` in the same way.
"""

import re
import unicodedata
from collections.abc import Iterable

from altius_desktop.domain.texts import clean_line

SEARCH_TEXT_LIMIT = 4000
SORT_KEY_LIMIT = 200

# A word that half of all rows contain says nothing and makes the search slow.
_LEGAL_FORMS = frozenset(
    re.findall(
        r"\w+",
        """ооо ао зао оао пао нао спао одо тоо осоо ип чп пбоюл кфх ано нко
        гуп муп фгуп фгбу фгбоу фгау фку гбу мбу гку мку гбоу мбоу
        llc ltd llp plc inc gmbh""",
    )
)
_LONG_FORMS = re.compile(
    r"\b(?:общество с (?:ограниченной|дополнительной) ответственностью"
    r"|(?:(?:не)?публичное |закрытое |открытое )?акционерное общество"
    r"|индивидуальный предприниматель"
    r"|автономная некоммерческая организация)\b"
)
# Declensions of nouns and adjectives; a fleeting vowel (посёлок, посёлка) is beyond such a rule.
_ENDINGS = sorted(
    re.findall(
        r"\w+",
        """а я о е ы и у ю ь й ой ей ом ем ам ям ах ях ов ев ый ий ая яя ое ее ые ие ую юю ых их ым им ою ею
        ого его ому ему ыми ими ами ями ия ию ии ием иям иях иями ью""",
    ),
    key=len,
    reverse=True,
)
_STEM_LENGTH = 4
_PUNCTUATION = re.compile(r"[\W_]+")

# Letters that look the same in print, small and capital: a word of a Russian name with a Latin «о» is a Russian word.
_LATIN_TWINS, _RUSSIAN_TWINS = "abcehkmoptxy", "авсенкмортху"
_TO_RUSSIAN = str.maketrans(_LATIN_TWINS, _RUSSIAN_TWINS)
_TO_LATIN = str.maketrans(_RUSSIAN_TWINS, _LATIN_TWINS)
_LATIN_WORD, _RUSSIAN_WORD = re.compile(r"[a-z0-9]+"), re.compile(r"[а-я0-9]+")
_MIXED = re.compile(r"(?=\w*[a-z])(?=\w*[а-я])\w+")

_LATIN_KEYS = "`qwertyuiop[]asdfghjkl;'zxcvbnm,.~QWERTYUIOP{}ASDFGHJKL:\"ZXCVBNM<>"
_RUSSIAN_KEYS = "ёйцукенгшщзхъфывапролджэячсмитьбюЁЙЦУКЕНГШЩЗХЪФЫВАПРОЛДЖЭЯЧСМИТЬБЮ"
_OTHER_LAYOUT = str.maketrans(_LATIN_KEYS + _RUSSIAN_KEYS, _RUSSIAN_KEYS + _LATIN_KEYS)


def search_text(*parts: str | None) -> str:
    """The words of all parts as they are searched; of a name that is nothing but a legal form, that form."""
    folded = _fold(" ".join(part for part in parts if part))
    return _cut(_without_legal_forms(folded) or folded, SEARCH_TEXT_LIMIT)


def sort_key(name: str) -> str:
    """What the name is ordered by: «"Альфа" ООО» as «альфа»; empty only for a blank name."""
    return _cut(search_text(name) or clean_line(name).lower(), SORT_KEY_LIMIT)


def query_words(text: str, *, mended: bool = True) -> tuple[str, ...]:
    """The words that a row must contain, each once, in the order typed; none where only a legal form was typed.

    Not `mended`: words of mixed alphabets stay as they are, as in texts that are not kept by `search_text`.
    """
    folded = _fold(text) if mended else _fold_letters(text)
    return tuple(dict.fromkeys(_cut(_without_legal_forms(folded), SEARCH_TEXT_LIMIT).split()))


def stem(word: str) -> str:
    """The folded word without its Russian ending, for words over four letters: домостроем gives домостро.

    At least four letters stay, so that what is found still has to do with what was typed.
    """
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _STEM_LENGTH:
            return word.removesuffix(ending)
    return word


def spans_of(words: Iterable[str], title: str) -> tuple[tuple[int, int], ...]:
    """Where the folded words stand in the title as it is written: (start, end), in order, none overlapping."""
    # Letter by letter, so that the places stay those of the title.
    folded = "".join((char.lower() if len(char.lower()) == 1 else char).replace("ё", "е") for char in title)
    folded = _in_one_alphabet(folded)
    taken = [False] * len(title)
    for word in words:
        start = folded.find(word) if word else -1
        while start >= 0:
            taken[start : start + len(word)] = [True] * len(word)
            start = folded.find(word, start + len(word))
    edges = [
        place
        for place in range(len(title) + 1)
        if (place > 0 and taken[place - 1]) != (place < len(title) and taken[place])
    ]
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def wrong_layout(text: str) -> str:
    """What the same keys give in the other layout: ghbdtn is привет, руддщ is hello.

    Takes the text as typed, before `query_words`: х, ъ, ж, э, б, ю and ё lie on punctuation keys.
    """
    return text.translate(_OTHER_LAYOUT)


def _fold(text: str) -> str:
    return _in_one_alphabet(_fold_letters(text))


def _fold_letters(text: str) -> str:
    lowered = unicodedata.normalize("NFC", clean_line(text)).lower().replace("ё", "е")
    return _PUNCTUATION.sub(" ", lowered).strip()


def _in_one_alphabet(folded: str) -> str:
    """The text, letter for letter, with each word in the one alphabet that all its letters can be of, if there is one."""

    def mend(found: re.Match[str]) -> str:
        word = found[0]
        for table, whole in ((_TO_RUSSIAN, _RUSSIAN_WORD), (_TO_LATIN, _LATIN_WORD)):
            if whole.fullmatch(translated := word.translate(table)):
                return translated
        return word

    return _MIXED.sub(mend, folded)


def _without_legal_forms(folded: str) -> str:
    while True:
        shorter = " ".join(w for w in _LONG_FORMS.sub(" ", folded).split() if w not in _LEGAL_FORMS)
        if shorter == folded:
            return shorter
        folded = shorter


def _cut(text: str, limit: int) -> str:
    return text[:limit].rstrip()
