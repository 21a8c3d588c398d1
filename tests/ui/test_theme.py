"""Colours, fonts and icons in both themes."""

from itertools import product

import pytest
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QFontInfo, QIcon, QImage, QPalette
from PySide6.QtWidgets import QPushButton

from altius_desktop.ui import icons, theme
from altius_desktop.ui.theme import DARK, HIGHLIGHT_NAMES, LIGHT, Font

GROUNDS = ("bg", "surface", "surface2", "hover", "sel", "soft", "danger_soft", "warn_soft", "ok_soft")
TEXTS = ("text", "text2", "muted", "danger", "warn", "ok", "on_soft")


@pytest.fixture(autouse=True)
def light_again(qapp):
    theme.apply_theme(qapp, "light")
    yield
    theme.apply_theme(qapp, "light")


def luminance(color: str) -> float:
    parts = [QColor(color).redF(), QColor(color).greenF(), QColor(color).blueF()]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda p: p.name)
@pytest.mark.parametrize(("text", "ground"), list(product(TEXTS, GROUNDS)))
def test_every_text_can_be_read_on_every_ground(colors, text, ground):
    assert contrast(getattr(colors, text), getattr(colors, ground)) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda p: p.name)
@pytest.mark.parametrize("key", HIGHLIGHT_NAMES)
@pytest.mark.parametrize("text", ["text", "text2", "danger", "warn", "ok"])
def test_every_text_of_a_row_can_be_read_on_every_row_colour(colors, key, text):
    assert contrast(getattr(colors, text), colors.tint(key)) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda p: p.name)
@pytest.mark.parametrize("ground", ["accent", "primary_hover", "badge"])
def test_white_can_be_read_on_what_is_filled(colors, ground):
    assert contrast(colors.on_accent, getattr(colors, ground)) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK], ids=lambda p: p.name)
def test_row_colours_differ_from_each_other_and_from_no_colour(colors):
    assert len({*colors.tints, colors.surface, colors.sel}) == 8
    assert colors.tint(None) is colors.tint(0) is colors.tint(7) is None


@pytest.mark.parametrize("name", ["light", "dark"])
def test_theme_dresses_the_program_and_tells_who_paints(qapp, qtbot, name):
    with qtbot.waitSignal(theme.changed):
        theme.apply_theme(qapp, name)
    colors = theme.palette()
    assert colors.name == name
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == colors.bg
    disabled = qapp.palette().color(QPalette.ColorGroup.Disabled, QPalette.ColorRole.Text)
    assert disabled.name().upper() == colors.disabled
    assert qapp.palette().color(QPalette.ColorRole.PlaceholderText).name().upper() == colors.muted


def test_system_theme_that_nobody_knows_is_light(qapp):
    theme.apply_theme(qapp, "dark")
    theme.apply_theme(qapp, "system")
    assert theme.palette().name == "light"
    theme.apply_theme(qapp, "no such theme")
    assert theme.palette().name == "light"


@pytest.mark.parametrize(
    ("role", "style"), [(Font.TABLE, "Regular"), (Font.TABLE_STRONG, "Medium"), (Font.TITLE, "Bold")]
)
def test_texts_are_set_in_roboto_of_three_weights(role, style):
    shown = QFontInfo(theme.font(role))
    assert (shown.family(), shown.styleName()) == ("Roboto", style)


def test_roboto_has_the_signs_of_a_russian_office():
    metrics = theme.metrics(Font.BASE)
    assert all(metrics.inFontUcs4(ord(sign)) for sign in "Ёё«»№₽—…–−")


@pytest.mark.parametrize("name", sorted(icons.ICONS))
def test_every_icon_is_there_and_drawn(name):
    image = icons.pixmap(name, size=24).toImage()
    assert any(image.pixelColor(x, y).alpha() for x in range(24) for y in range(24))


def drawn_in(image: QImage, color: str) -> bool:
    """Whether the most opaque pixel has this colour, but for the rounding of what lies under an edge."""
    pixels = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    found, wanted = max(pixels, key=QColor.alpha), QColor(color)
    pairs = zip(found.getRgb()[:3], wanted.getRgb()[:3], strict=True)
    return found.alpha() > 100 and all(abs(one - other) <= 3 for one, other in pairs)


def test_icon_of_a_button_follows_the_theme_and_greys_out(qapp):
    plus = icons.icon("minus", role="text")
    size = QSize(16, 16)
    assert drawn_in(plus.pixmap(size).toImage(), LIGHT.text)
    theme.apply_theme(qapp, "dark")
    assert drawn_in(plus.pixmap(size).toImage(), DARK.text)
    assert drawn_in(plus.pixmap(size, QIcon.Mode.Disabled).toImage(), DARK.disabled)
    assert drawn_in(plus.pixmap(size, QIcon.Mode.Normal, QIcon.State.On).toImage(), DARK.on_soft)


def test_icon_survives_its_copies_and_works_in_a_plain_button(qtbot):
    button = QPushButton("x")
    qtbot.addWidget(button)
    button.setIcon(QIcon(icons.icon("minus", role="danger")))
    image = button.icon().pixmap(QSize(16, 16), 2.0).toImage()
    assert image.width() == 32
    assert drawn_in(image, LIGHT.danger)


def test_unknown_icon_is_refused_in_code_and_replaced_where_it_comes_from_the_database():
    with pytest.raises(KeyError):
        icons.icon("no such icon")
    assert icons.known("no such icon") == "document"
    assert icons.known("phone") == "phone"
