"""Russian letters in Latin ones, as logins and addresses have them."""

_LATIN = str.maketrans(
    dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True))
    | {
        "ж": "zh",
        "х": "kh",
        "ц": "ts",
        "ч": "ch",
        "ш": "sh",
        "щ": "sch",
        "ю": "yu",
        "я": "ya",
        "ъ": "",
        "ь": "",
    }
)


def transliterate(text: str) -> str:
    """The text in small letters, the Russian ones in Latin: «Щербакова» gives scherbakova; all else stays."""
    return text.lower().translate(_LATIN)
