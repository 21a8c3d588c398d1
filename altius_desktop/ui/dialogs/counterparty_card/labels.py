"""What the fields of a counterparty are called, alone and in the middle of a sentence."""

from collections.abc import Iterable

from altius_desktop.i18n import _


def field_labels() -> dict[str, str]:
    return {
        "roles": _("Role"),
        "name": _("Name"),
        "full_name": _("Full name of the firm"),
        "inn": _("INN"),
        "kpp": _("KPP"),
        "address": _("Address"),
        "phones": _("Phone"),
        "faxes": _("Fax"),
        "emails": _("E-mail"),
        "site": _("Site"),
        "responsible_id": _("Manager"),
        "business_line_id": _("Business line"),
        "region_id": _("Region"),
        "group_id": _("Group"),
        "category_id": _("Category"),
        "ad_source_id": _("Advertising"),
        "applied_on": _("First contact"),
        "delivery_days": _("Delivery, days"),
        "note": _("Note"),
    }


def told_fields(names: Iterable[str]) -> str:
    """The fields in the middle of a sentence: «ИНН, телефон»."""
    labels = field_labels()
    texts = [labels[name] for name in names]
    return ", ".join(text if text[1:2].isupper() else text[0].lower() + text[1:] for text in texts)
