"""What the columns of other people's lists of firms are called, in Russian and in English."""

import re

from altius_desktop.domain.texts import clean_line

# Headers by field, as `header_key` writes them. The order within a field counts: of two columns for one
# single value the first in the file fills it, the other goes into the note.
_HEADERS: dict[str, tuple[str, ...]] = {
    "name": (
        "наименование",
        "название",
        "организация",
        "компания",
        "контрагент",
        "клиент",
        "поставщик",
        "фирма",
        "предприятие",
        "краткое наименование",
        "сокращенное наименование",
        "наименование организации",
        "название организации",
        "название компании",
        "наименование контрагента",
        "name",
        "company",
        "company name",
        "organization",
        "organisation",
        "account name",
        "customer",
    ),
    "full_name": (
        "полное наименование",
        "полное название",
        "юридическое наименование",
        "full name",
        "legal name",
    ),
    "inn": ("инн", "inn", "tax id", "tax number", "инн организации"),
    "kpp": ("кпп", "kpp"),
    "address": (
        "адрес",
        "юридический адрес",
        "фактический адрес",
        "почтовый адрес",
        "улица",
        "улица раб адрес",
        "address",
        "street",
        "work address",
        "business street",
    ),
    "postcode": (
        "индекс",
        "почтовый индекс",
        "zip",
        "postcode",
        "postal code",
        "zip code",
        "business postal code",
    ),
    "city": (
        "город",
        "населенный пункт",
        "город раб адрес",
        "city",
        "town",
        "work city",
        "business city",
    ),
    "site": (
        "сайт",
        "веб сайт",
        "веб страница",
        "site",
        "website",
        "web site",
        "web page",
        "web page 1",
        "url",
        "www",
    ),
    "note": (
        "примечание",
        "примечания",
        "комментарий",
        "комментарии",
        "заметки",
        "заметка",
        "note",
        "notes",
        "comment",
        "comments",
        "remark",
    ),
    "contact_person": (
        "контактное лицо",
        "основное контактное лицо",
        "контакт",
        "фио",
        "фио контактного лица",
        "руководитель",
        "директор",
        "полное имя контакта",
        "contact",
        "contact person",
        "contact name",
        "display name",
    ),
    "last_name": ("фамилия", "last", "last name", "surname", "family name"),
    "first_name": ("имя", "first", "first name", "given name"),
    "middle_name": ("отчество", "middle", "middle name", "additional name", "patronymic"),
    "position": ("должность", "должность контактного лица", "job title", "position"),
    "business_line": (
        "вид деятельности",
        "деятельность",
        "отрасль",
        "сфера деятельности",
        "industry",
        "business line",
    ),
    "region": ("регион", "область", "субъект", "субъект рф", "region", "state", "business state"),
    "group": ("группа", "группа контрагентов", "group"),
    "category": ("категория", "категория клиента", "category"),
    "ad_source": (
        "реклама",
        "источник",
        "рекламный источник",
        "источник рекламы",
        "откуда узнали",
        "по какой рекламе обратились",
        "источник обращения",
        "source",
        "lead source",
        "ad source",
    ),
    "phones": ("тел", "моб", "мобильный", "сотовый", "phone", "phones", "mobile", "tel"),
    "faxes": ("факс", "факсы", "fax"),
    "emails": ("e mail", "email", "mail", "почта", "эл почта", "эл адрес", "адрес эл почты"),
}
FIELDS = tuple(_HEADERS)
_FIELD_OF = {header: name for name, headers in _HEADERS.items() for header in headers}
_NOT_A_VALUE = re.compile(r"\b(?:тип|краткое|type|display|label|description|дата|согласие)\b")
_PATTERNS = (
    (re.compile(r"\b(?:факс\w*|fax)\b"), "faxes"),
    (re.compile(r"телефон|\bтел\b|\bмоб\b|\b(?:tele)?phones?\b|\bmobile\b"), "phones"),
    (re.compile(r"\be ?mails?\b|электронн\w+ (?:почт|адрес)|\bэл(?:ектр)? почт"), "emails"),
)


def header_key(text: str) -> str:
    """A header as it is compared: «E-Mail:» and «e_mail» are one, ё is е."""
    return re.sub(r"[\W_]+", " ", clean_line(text).lower().replace("ё", "е")).strip()


def field_of_header(header: str) -> str | None:
    """The field that a column of this name fills, None if there is none."""
    key = header_key(header)
    if key in _FIELD_OF:
        return _FIELD_OF[key]
    if _NOT_A_VALUE.search(key):
        return None
    return next((name for pattern, name in _PATTERNS if pattern.search(key)), None)


def is_known_header(text: str) -> bool:
    return field_of_header(text) is not None
