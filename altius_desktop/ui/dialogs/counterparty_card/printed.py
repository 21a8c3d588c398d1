"""The card on paper: the firm, its persons, dates, wishes, terms and plan, seen in a preview first."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from html import escape

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import (
    QAbstractTextDocumentLayout,
    QFont,
    QPageLayout,
    QPainter,
    QPalette,
    QTextCursor,
    QTextDocument,
    QTextFormat,
)
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QWidget

from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.services.card_parts import PersonRow
from altius_desktop.services.counterparty_card import Card
from altius_desktop.services.day import ActivityRow
from altius_desktop.ui import theme
from altius_desktop.ui.dialogs.counterparty_card.columns import point_text
from altius_desktop.ui.dialogs.counterparty_card.labels import field_labels
from altius_desktop.ui.dialogs.counterparty_card.part_dialog import feedback_kinds
from altius_desktop.ui.formats import clock, full_day
from altius_desktop.ui.printing import PrintPreview, a4
from altius_desktop.ui.theme import LIGHT, Font

CARD_PAGE = a4(QPageLayout.Orientation.Portrait, left=14)
FieldText = Callable[[str], str]
_REQUISITES = (
    "roles",
    "full_name",
    "inn",
    "kpp",
    "address",
    "phones",
    "faxes",
    "emails",
    "site",
    "responsible_id",
    "applied_on",
    "delivery_days",
)
_ATTRIBUTES = ("business_line_id", "region_id", "group_id", "category_id", "ad_source_id")
_STYLE = f"""
    h1 {{ font-size: 16pt; margin-top: 0px; margin-bottom: 2px; }}
    h2 {{ font-size: 11pt; margin-top: 14px; margin-bottom: 5px; }}
    p {{ margin-top: 0px; margin-bottom: 0px; }}
    .cell {{ border-bottom: 1px solid {LIGHT.border}; }}
    .quiet, .name {{ color: {LIGHT.muted}; }}
    th {{ text-align: left; font-weight: 500; background-color: {LIGHT.hover}; }}
"""


def preview_card(parent: QWidget, title: str, html: str) -> PrintPreview:
    """The preview of a card, which stands upright on the page."""
    return PrintPreview(
        parent, title=title, page=CARD_PAGE, paint=lambda printer: paint_card(printer, title, html)
    )


def paint_card(printer: QPrinter, title: str, html: str) -> int:
    """Paint all pages, each with the title and its number at the foot; gives their number."""
    painter = QPainter()
    if not painter.begin(printer):
        return 0
    try:
        page = printer.pageLayout().paintRectPixels(printer.resolution())
        document = QTextDocument()
        document.setDocumentMargin(0)
        document.setDefaultFont(_font(Font.TABLE))
        document.setDefaultStyleSheet(_STYLE)
        document.setHtml(html)
        layout = document.documentLayout()
        # Measured in the printer's dots: else a line breaks elsewhere on paper than in the preview.
        layout.setPaintDevice(printer)
        painter.setFont(_font(Font.SMALL))
        foot = painter.fontMetrics().height() * 2
        height = page.height() - foot
        document.setPageSize(QSizeF(page.width(), height))
        _keep_heads(document, height, room=foot * 5)
        context = QAbstractTextDocumentLayout.PaintContext()
        # Paper is white in the dark theme too.
        context.palette.setColor(QPalette.ColorRole.Text, LIGHT.color("text"))
        count = document.pageCount()
        for number in range(count):
            if number:
                printer.newPage()
            painter.save()
            painter.translate(0, -number * height)
            context.clip = QRectF(0, number * height, page.width(), height)
            painter.setClipRect(context.clip)
            layout.draw(painter, context)
            painter.restore()
            _paint_foot(painter, QRectF(0, height, page.width(), foot), title, number + 1, count)
        return count
    finally:
        painter.end()


def _keep_heads(document: QTextDocument, height: float, *, room: float) -> None:
    """Let a title go on to the next page where nothing of what it heads would stand beneath it."""
    block = document.begin()
    while block.isValid():
        style = block.blockFormat()
        if style.headingLevel() == 2:
            top = document.documentLayout().blockBoundingRect(block).top()
            if top % height + room > height:
                style.setPageBreakPolicy(QTextFormat.PageBreakFlag.PageBreak_AlwaysBefore)
                QTextCursor(block).setBlockFormat(style)
        block = block.next()


def _paint_foot(painter: QPainter, box: QRectF, title: str, number: int, count: int) -> None:
    told = _("Page {number} of {count}").format(number=number, count=count)
    painter.setPen(LIGHT.color("muted"))
    below = Qt.AlignmentFlag.AlignBottom
    painter.drawText(box, Qt.AlignmentFlag.AlignRight | below, told)
    metrics = painter.fontMetrics()
    room = box.width() - metrics.horizontalAdvance(told) * 2
    shown = metrics.elidedText(title, Qt.TextElideMode.ElideRight, int(room))
    painter.drawText(box, Qt.AlignmentFlag.AlignLeft | below, shown)


def _font(role: Font) -> QFont:
    return QFont(theme.font(role))


def card_html(card: Card, text_of: FieldText, printed: str) -> str:
    """The whole card; `text_of` gives a field of the firm as people read it, `printed` when and by whom it is printed."""
    parts = [
        "<html><body>",
        f"<h1>{escape(card.fields.name)}</h1>",
        f'<p class="quiet">{escape(printed)}</p>',
        _head(_("Requisites")),
        _pairs((field_labels()[name], text_of(name)) for name in _REQUISITES),
        _head(_("Classification")),
        _pairs((field_labels()[name], text_of(name)) for name in _ATTRIBUTES),
    ]
    if card.fields.note:
        parts += [_head(field_labels()["note"]), f"<p>{_lines(card.fields.note)}</p>"]
    parts += [
        _table(
            _("Contact persons"),
            (
                (_("Full name"), 24),
                (_("Position"), 16),
                (_("Phone"), 20),
                (_("E-mail"), 28),
                (_("Birthday"), 12),
            ),
            [_person(person) for person in card.persons],
        ),
        _table(
            _("Important dates"),
            ((_("Day"), 16), (_("What it is"), 42), (_("Contact person"), 42)),
            [(full_day(row.fields.falls_on), row.fields.title, row.person_name) for row in card.dates],
        ),
        _table(
            _("Terms and discounts"),
            ((_("Term or discount"), 64), (_("Valid from"), 18), (_("Valid to"), 18)),
            [
                (row.fields.text, full_day(row.fields.valid_from), full_day(row.fields.valid_to))
                for row in card.terms
            ],
        ),
        _table(
            _("Wishes and complaints"),
            ((_("Date"), 12), (_("Kind"), 12), (_("Text"), 34), (_("Answer"), 28), (_("Closed"), 14)),
            [
                (
                    full_day(row.fields.said_on),
                    feedback_kinds()[row.fields.kind],
                    row.fields.text,
                    row.fields.answer,
                    full_day(row.fields.closed_on),
                )
                for row in card.feedback
            ],
        ),
        _table(
            _("Plan"),
            (
                (_("Due"), 17),
                (_("Kind"), 12),
                (_("Topic"), 23),
                (_("Description"), 30),
                (_("Assignee"), 18),
            ),
            [_planned(row) for row in card.plan],
        ),
        "</body></html>",
    ]
    return "".join(parts)


def printed_words(day: date, name: str) -> str:
    """When and by whom the sheet was printed."""
    return _("printed {day}, {name}").format(day=full_day(day), name=name)


def _person(row: PersonRow) -> tuple[str, ...]:
    fields = row.fields
    return (
        f"{fields.full_name} ({_('main')})" if fields.is_main else fields.full_name,
        fields.position,
        "\n".join(point_text(point) for point in row.points if point.kind != "email"),
        "\n".join(point.value for point in row.points if point.kind == "email"),
        full_day(fields.birthday),
    )


def _planned(row: ActivityRow) -> tuple[str, ...]:
    moment = f"{full_day(row.due_on)}  {clock(row.due_time)}".strip()
    who = with_initial(row.assignee_name) or row.department_name
    return moment, row.kind_name or _("Task"), row.topic, row.description, who


def _head(text: str) -> str:
    return f"<h2>{escape(text)}</h2>"


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>")


def _pairs(pairs: Iterable[tuple[str, str]]) -> str:
    """Names and values side by side; what is not filled in is left out."""
    rows = [
        f'<tr><td width="28%" class="name">{escape(name)}</td><td>{_lines(text)}</td></tr>'
        for name, text in pairs
        if text
    ]
    if not rows:
        return f'<p class="quiet">{escape(_("nothing is entered"))}</p>'
    return f'<table width="100%" cellspacing="0" cellpadding="2">{"".join(rows)}</table>'


def _table(title: str, columns: Sequence[tuple[str, int]], rows: Sequence[tuple[str, ...]]) -> str:
    """A titled table whose head is repeated on each page; nothing where there are no rows."""
    if not rows:
        return ""
    heads = "".join(f'<th width="{width}%">{escape(text)}</th>' for text, width in columns)
    lines = "".join(f"<tr>{_cells(row)}</tr>" for row in rows)
    return (
        f'{_head(title)}<table width="100%" cellspacing="0" cellpadding="4" style="border-collapse: collapse;">'
        f"<thead><tr>{heads}</tr></thead>{lines}</table>"
    )


def _cells(texts: Iterable[str]) -> str:
    return "".join(f'<td class="cell">{_lines(text)}</td>' for text in texts)
