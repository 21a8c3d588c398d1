"""The card on paper: all that is known of the firm, as texts and never as marks, dark on white in any theme."""

from datetime import date, timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextDocument
from PySide6.QtPrintSupport import QPrinter, QPrintPreviewDialog, QPrintPreviewWidget
from PySide6.QtTest import QTest

from altius_desktop.services.card_parts import DateFields, FeedbackFields, PersonFields, TermFields
from altius_desktop.ui import theme
from altius_desktop.ui.dialogs.counterparty_card.printed import CARD_PAGE, card_html, paint_card
from tests.ui.cards import add, change, enter, opened, stored


def html_of(card):
    return card_html(
        card.card, lambda name: card.form.text_of(name, getattr(card.card.fields, name)), "сегодня"
    )


def words_of(html):
    document = QTextDocument()
    document.setHtml(html)
    return document.toPlainText()


def paint(path, html):
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    printer.setPageLayout(CARD_PAGE)
    return paint_card(printer, "Карточка", html)


def test_all_that_is_known_of_a_firm_stands_on_the_paper(qtbot, office, desk):
    firm, today = enter(desk, inn="7707083893", phones="8 (495) 555-70-20"), office.today()
    add(desk, firm, PersonFields("Зайцева Елена", "снабжение", date(1984, 2, 29), True, "8 495 555-70-22"))
    add(desk, firm, DateFields("Юбилей фирмы", date(1990, 12, 12)))
    add(desk, firm, FeedbackFields("complaint", None, "Опоздала поставка", "Извинились"))
    add(desk, firm, TermFields("Скидка 7 %", None, today + timedelta(days=1)))
    change(desk, firm, note="Платят по вторникам\nЗвонить после 10:00")
    card = opened(qtbot, desk, firm)
    words = words_of(html_of(card))
    for text in (
        "ООО «Ромашка»",
        "7707083893",
        "Зайцева Елена",
        "29.02.1984",
        "+7 495 555-70-22",
        "Юбилей фирмы",
        "Опоздала поставка",
        "Извинились",
        "Скидка 7 %",
        "Звонить после 10:00",
    ):
        assert text in words


def test_signs_of_a_mark_up_are_printed_as_they_are_typed(qtbot, desk):
    firm = enter(desk, "ООО <b>&amp; «Сыновья»</b>")
    change(desk, firm, note="<img src='file:///etc/hostname'><h1>1 < 2")
    words = words_of(html_of(opened(qtbot, desk, firm)))
    assert "ООО <b>&amp; «Сыновья»</b>" in words
    assert "<img src='file:///etc/hostname'><h1>1 < 2" in words


def test_a_long_note_goes_over_several_pages(qtbot, desk, tmp_path):
    firm = enter(desk)
    card = opened(qtbot, desk, firm)
    short = paint(tmp_path / "short.pdf", html_of(card))
    change(desk, firm, note="\n".join(f"строка {number}" for number in range(200)), name="я" * 300)
    card.card = stored(desk, firm)
    long = paint(tmp_path / "long.pdf", html_of(card))
    assert (short, long > 2) == (1, True)
    assert (tmp_path / "long.pdf").read_bytes().startswith(b"%PDF")


@pytest.mark.parametrize("name", ["light", "dark"])
def test_ctrl_p_shows_the_card_dark_on_white_in_any_theme(qtbot, qapp, desk, name):
    theme.apply_theme(qapp, name)
    card = opened(qtbot, desk, enter(desk))
    QTest.keyClick(card, Qt.Key.Key_P, Qt.KeyboardModifier.ControlModifier)
    preview = card.findChild(QPrintPreviewDialog)
    assert preview is not None
    assert "ООО «Ромашка»" in preview.windowTitle()
    pages = preview.findChild(QPrintPreviewWidget)
    pages.fitToWidth()
    qtbot.waitUntil(lambda: ink_on_paper(pages))
    preview.close()
    theme.apply_theme(qapp, "light")


def ink_on_paper(pages):
    """Whether a line of the preview is white for the most part and has dark letters."""
    image = pages.grab().toImage()
    across = range(image.width() // 5, image.width() * 4 // 5)
    for y in range(20, image.height() - 20, 2):
        lights = [image.pixelColor(x, y).lightness() for x in across]
        if sum(light > 250 for light in lights) > len(lights) * 0.6 and min(lights) < 60:
            return True
    return False
