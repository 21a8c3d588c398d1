"""How names are searched and ordered: ё is е, case, quotes and legal forms do not count, layouts are mended.

The database stores `search_text` and `sort_key`; a query is broken up by `query_words` in the same way.
"""

import re
import unicodedata

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
_PUNCTUATION = re.compile(r"[\W_]+")

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


def query_words(text: str) -> tuple[str, ...]:
    """The words that a row must contain, each once, in the order typed; none where only a legal form was typed."""
    return tuple(dict.fromkeys(_cut(_without_legal_forms(_fold(text)), SEARCH_TEXT_LIMIT).split()))


def wrong_layout(text: str) -> str:
    """What the same keys give in the other layout: ghbdtn is привет, руддщ is hello.

    Takes the text as typed, before `query_words`: х, ъ, ж, э, б, ю and ё lie on punctuation keys.
    """
    return text.translate(_OTHER_LAYOUT)


def _fold(text: str) -> str:
    lowered = unicodedata.normalize("NFC", clean_line(text)).lower().replace("ё", "е")
    return _PUNCTUATION.sub(" ", lowered).strip()


def _without_legal_forms(folded: str) -> str:
    while True:
        shorter = " ".join(w for w in _LONG_FORMS.sub(" ", folded).split() if w not in _LEGAL_FORMS)
        if shorter == folded:
            return shorter
        folded = shorter


def _cut(text: str, limit: int) -> str:
    return text[:limit].rstrip()
