"""The program's texts in the user's language: gettext catalogues, no Qt.

Texts in the code are English; `set_language` is called once at the start and again when the
user switches. The language is passed in: Windows has no LANG.
"""

import gettext

from altius_desktop.assets import resource_path

DOMAIN = "altius"
LANGUAGES = ("ru", "en")

_translations: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def set_language(language: str) -> None:
    """Use the catalogue of `language` ("ru" or "en") from now on; unknown ones give English."""
    global _translations, _language
    _language = language if language in LANGUAGES else "en"
    _translations = gettext.translation(
        DOMAIN, localedir=str(resource_path("locale")), languages=[_language], fallback=_language == "en"
    )


def current_language() -> str:
    return _language


def choose_language(wanted: str, system: str) -> str:
    """The language to use: the user's choice, else the system's (a locale name), else Russian."""
    for name in (wanted, system):
        code = name.replace("-", "_").split("_")[0].lower()
        if code in LANGUAGES:
            return code
    return "ru"


def _(text: str) -> str:
    return _translations.gettext(text)


def pgettext(context: str, text: str) -> str:
    """A text that needs its context to be translated, such as a short label used twice."""
    return _translations.pgettext(context, text)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form of a text that fits `count`; Russian has three."""
    return _translations.ngettext(singular, plural, count)


def N_(text: str) -> str:
    """Mark a text of a constant for translation; `_` translates it when it is shown."""
    return text
