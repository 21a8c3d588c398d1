"""Texts as people type and paste them, made fit to be stored: no NUL, no control characters, no lone surrogates."""

import re

from altius_desktop.domain.errors import FieldError
from altius_desktop.i18n import _

# Bidirectional overrides are dropped too: with them one firm's name can be made to look like another's.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\u00ad\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_LINE_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def clean_text(text: str) -> str:
    """The text with its line breaks as \\n, without control characters and without blank space at its ends."""
    return _UNWANTED.sub("", _LINE_BREAKS.sub("\n", text)).strip()


def clean_line(text: str) -> str:
    """The text on one line, every run of blank space folded to one space."""
    return _SPACES.sub(" ", clean_text(text)).strip()


def check_length(field: str, text: str, limit: int) -> str:
    """The text itself; FieldError if it is longer than `limit`: a text is never cut silently."""
    if len(text) > limit:
        raise FieldError(
            field,
            _("The text is too long: {count} characters, at most {limit} fit.").format(
                count=len(text), limit=limit
            ),
            _("Shorten it, or keep the rest in the note."),
        )
    return text
