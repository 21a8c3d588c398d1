"""Check boxes in both themes."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest

from altius_desktop.ui import theme
from altius_desktop.ui.tick_box import CHECK, TickBox


@pytest.fixture(autouse=True)
def light_again(qapp):
    yield
    theme.apply_theme(qapp, "light")


@pytest.fixture(params=["light", "dark"])
def box(request, qapp, qtbot):
    theme.apply_theme(qapp, request.param)
    box = TickBox("Личное")
    qtbot.addWidget(box)
    box.show()
    return box


def share(box, token):
    """Which part of the box itself is drawn in this colour."""
    image, wanted = box.grab().toImage(), QColor(getattr(theme.palette(), token))
    top = (box.height() - CHECK) // 2
    pixels = [image.pixelColor(1 + x, top + y) for x in range(CHECK) for y in range(CHECK)]
    return sum(pixel == wanted for pixel in pixels) / len(pixels)


def test_a_ticked_box_is_filled_and_bears_a_white_tick(box):
    assert share(box, "accent") == 0
    assert share(box, "surface") > 0.5
    box.setChecked(True)
    assert share(box, "accent") > 0.5
    assert share(box, "on_accent") > 0
    box.setEnabled(False)
    assert share(box, "accent") == 0
    assert share(box, "disabled") > 0.5


def test_the_words_are_pressed_like_the_box_and_space_like_both(box):
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(box.width() - 4, box.height() // 2))
    assert box.isChecked()
    QTest.keyClick(box, Qt.Key.Key_Space)
    assert not box.isChecked()
