"""Keep the catalogues in step with the texts in the code.

    translations.py extract    take new texts into the .po files, drop those that are gone
    translations.py compile    write the .mo files
    translations.py check      say what is missing or wrong; status 1 if anything is

English is the language of the code and needs no catalogue.
"""
# ruff: noqa: T201 -- a script that talks to its terminal

import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from string import Formatter

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
CODE = ROOT / "altius_desktop"
LOCALE = ROOT / "resources" / "locale"
LANGUAGES = ("ru",)
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}


def po_path(language: str) -> Path:
    return LOCALE / language / "LC_MESSAGES" / "altius.po"


def texts_of_code() -> Catalog:
    template = Catalog()
    for text, context in found_texts():
        template.add(text, context=context)
    return template


def found_texts() -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """Each text as the code has it, a pair where it has a plural, with its context."""
    for _file, _line, text, _comments, context in extract_from_dir(
        str(CODE), method_map=[("**.py", "python")], keywords=KEYWORDS
    ):
        yield text, context


def mixed_texts() -> Iterator[str]:
    """A text with a plural that is used without one elsewhere: gettext finds it there in some Pythons only."""
    found = set(found_texts())
    plurals = {(text[0], context) for text, context in found if isinstance(text, tuple)}
    return (f"{text!r} is used with and without a plural" for text, _context in plurals & found)


def read_catalogue(language: str) -> Catalog:
    path = po_path(language)
    if not path.exists():
        return Catalog(
            locale=language,
            project="Altius Desktop",
            version="1",
            header_comment="",
            msgid_bugs_address="-",
            last_translator="Altius Desktop developers",
            language_team="Altius Desktop developers",
            revision_date=datetime.now(UTC),
            fuzzy=False,
        )
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def extract() -> int:
    template = texts_of_code()
    for language in LANGUAGES:
        catalogue = read_catalogue(language)
        catalogue.update(
            template, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False
        )
        path = po_path(language)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            write_po(file, catalogue, width=100, no_location=True, sort_output=True, ignore_obsolete=True)
        untranslated = sum(1 for message in texts(catalogue) if not all(forms(message)))
        print(f"{language}: {len(catalogue)} texts, {untranslated} to be translated")
    return 0


def compile_catalogues() -> int:
    for language in LANGUAGES:
        with po_path(language).with_suffix(".mo").open("wb") as file:
            write_mo(file, read_catalogue(language))
    return 0


def check() -> int:
    template = texts_of_code()
    complaints = [*mixed_texts(), *(line for one in LANGUAGES for line in complaints_of(one, template))]
    print(*(complaints or [f"{len(template)} texts, all translated"]), sep="\n")
    if complaints:
        print("To mend: make translations, then fill in the .po file and run it again.")
    return 1 if complaints else 0


def complaints_of(language: str, template: Catalog) -> Iterator[str]:
    """What is wrong with a language's catalogue, a sentence each."""
    catalogue = read_catalogue(language)
    for wanted in texts(template):
        message = catalogue.get(wanted.id, wanted.context)
        name = f"{language}: {msgid(wanted)!r}"
        if message is None:
            yield f"{name} is not in the catalogue"
        elif message.fuzzy:
            yield f"{name} is marked fuzzy"
        elif message.pluralizable != wanted.pluralizable:
            yield f"{name} has plural forms in the catalogue or in the code, not in both"
        elif len(forms(message)) != (catalogue.num_plurals if wanted.pluralizable else 1) or not all(
            forms(message)
        ):
            yield f"{name} is not translated in all its forms"
        else:
            for form in forms(message):
                if placeholders(form) != placeholders(msgid(wanted)):
                    yield f"{name} and {form!r} have different placeholders"
    for message in texts(catalogue):
        if template.get(message.id, message.context) is None:
            yield f"{language}: {msgid(message)!r} is no longer in the code"
    for message in catalogue.obsolete.values():
        yield f"{language}: {msgid(message)!r} is kept as obsolete"
    mo_path = po_path(language).with_suffix(".mo")
    if not mo_path.exists():
        yield f"{language}: the .mo file is missing"
    else:
        with mo_path.open("rb") as file:
            compiled = translations(read_mo(file))
        if compiled != translations(catalogue):
            yield f"{language}: the .mo file is older than the .po file"


def texts(catalogue: Catalog) -> Iterator[Message]:
    """The messages without the header."""
    return (message for message in catalogue if message.id)


def translations(catalogue: Catalog) -> dict[object, tuple[str, ...]]:
    return {
        (message.context, msgid(message)): forms(message)
        for message in texts(catalogue)
        if any(forms(message))
    }


def forms(message: Message) -> tuple[str, ...]:
    return tuple(message.string) if isinstance(message.string, (tuple, list)) else (message.string or "",)


def msgid(message: Message) -> str:
    """The text, of two forms the plural: it is the one that names the count."""
    return message.id[-1] if isinstance(message.id, (tuple, list)) else message.id


def placeholders(text: str) -> set[str] | None:
    """The names in braces; None, which equals no set, where the braces do not match."""
    try:
        return {
            field for _literal, field, _format, _conversion in Formatter().parse(text) if field is not None
        }
    except ValueError:
        return None


VERBS: dict[str, Callable[[], int]] = {"extract": extract, "compile": compile_catalogues, "check": check}

if __name__ == "__main__":
    if len(sys.argv) != 2 or sys.argv[1] not in VERBS:
        sys.exit(f"usage: translations.py {'|'.join(VERBS)}")
    sys.exit(VERBS[sys.argv[1]]())
