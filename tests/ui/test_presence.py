"""A record that two people have open says so in both windows, and no longer when one of them is closed."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from altius_desktop.domain.ids import new_id
from altius_desktop.ui.presence import PresenceLabel
from tests.ui.workplaces import working_as


def window_with(qtbot, workplace, row):
    window = QWidget()
    label = PresenceLabel(workplace, "counterparty")
    QVBoxLayout(window).addWidget(label)
    qtbot.addWidget(window)
    window.show()
    label.stand_for(row)
    return window, label


def test_each_sees_the_other_while_both_windows_are_open(qtbot, office):
    row = new_id()
    with working_as(office, "petrova") as hers, working_as(office, "fomin") as his:
        for workplace in (hers, his):
            qtbot.waitUntil(lambda one=workplace: one.live.connected and one.worker.pending == 0)
        first, told_first = window_with(qtbot, hers, row)
        qtbot.waitUntil(lambda: hers.worker.pending == 0)
        assert not told_first.isVisible()
        second, told_second = window_with(qtbot, his, row)
        qtbot.waitUntil(lambda: told_second.isVisible() and told_first.isVisible(), timeout=15_000)
        assert told_second.words.text() == "Открыто у: Петрова А."
        assert told_first.words.text() == "Открыто у: Фомин Р."
        assert told_first.toolTip().startswith("Фомин")

        other, told_other = window_with(qtbot, his, new_id())
        qtbot.waitUntil(lambda: his.worker.pending == 0)
        assert not told_other.isVisible()

        second.hide()
        qtbot.waitUntil(lambda: not told_first.isVisible(), timeout=15_000)
        for window in (first, other):
            window.hide()
        qtbot.waitUntil(lambda: hers.worker.pending == his.worker.pending == 0)
