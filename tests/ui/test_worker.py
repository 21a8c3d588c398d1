"""The window's door to background work."""

import gc
import threading
import time

import pytest
from PySide6.QtCore import QObject

from altius_desktop.domain.errors import UserError
from altius_desktop.ui.worker import Worker

pytestmark = pytest.mark.usefixtures("qapp")


@pytest.fixture
def worker():
    made = Worker()
    yield made
    assert made.close(5)


@pytest.fixture
def page():
    return QObject()


def idle(worker, qtbot):
    qtbot.waitUntil(lambda: worker.pending == 0, timeout=5000)


@pytest.mark.parametrize("lane", ["read", "write"])
def test_op_runs_on_a_lanes_thread_and_the_answer_comes_to_the_gui_thread(worker, page, qtbot, lane):
    seen = []
    worker.run(
        lambda: threading.current_thread().name,
        parent=page,
        done=lambda name: seen.append((name, threading.current_thread())),
        lane=lane,
    )
    assert seen == []
    idle(worker, qtbot)
    assert seen == [(f"altius-{lane}", threading.main_thread())]


def test_writes_run_strictly_in_the_order_they_were_asked_for(worker, page, qtbot):
    ran, answered = [], []
    first = threading.Event()

    def op(number):
        if number == 0:
            first.wait(5)
        ran.append(number)
        return number

    for number in range(50):
        worker.run(lambda number=number: op(number), parent=page, done=answered.append, lane="write")
    first.set()
    idle(worker, qtbot)
    assert ran == answered == list(range(50))


def test_two_reads_run_at_once_and_a_third_waits(worker, page, qtbot):
    both, go = threading.Barrier(3), threading.Event()
    started = []

    def held():
        both.wait(5)
        go.wait(5)

    for _ in range(2):
        worker.run(held, parent=page, done=lambda _: None)
    worker.run(lambda: started.append(1), parent=page, done=lambda _: None)
    both.wait(5)
    assert started == []
    go.set()
    idle(worker, qtbot)
    assert started == [1]


def test_a_read_does_not_wait_for_a_long_write(worker, page, qtbot):
    go, seen = threading.Event(), []
    worker.run(lambda: go.wait(5), parent=page, done=lambda _: seen.append("write"), lane="write")
    worker.run(lambda: "read", parent=page, done=seen.append)
    qtbot.waitUntil(lambda: seen == ["read"])
    go.set()
    idle(worker, qtbot)
    assert seen == ["read", "write"]


def test_answer_is_dropped_when_its_page_is_gone(worker, page, qtbot):
    go, seen = threading.Event(), []
    gone = QObject(page)
    worker.run(lambda: go.wait(5), parent=gone, done=seen.append)
    gone.deleteLater()
    with qtbot.waitSignal(gone.destroyed):
        pass
    go.set()
    idle(worker, qtbot)
    assert seen == []


def test_older_answer_with_the_same_key_is_dropped_though_it_comes_last(worker, page, qtbot):
    old, seen = threading.Event(), []
    worker.run(lambda: old.wait(5) and "old", parent=page, done=seen.append, key="day")
    worker.run(lambda: "new", parent=page, done=seen.append, key="day")
    worker.run(lambda: "other key", parent=page, done=seen.append, key="panel")
    qtbot.waitUntil(lambda: set(seen) == {"new", "other key"})
    old.set()
    idle(worker, qtbot)
    assert "old" not in seen


def test_same_key_of_another_page_is_another_question(worker, page, qtbot):
    other, seen = QObject(), []
    worker.run(lambda: 1, parent=page, done=seen.append, key="day")
    worker.run(lambda: 2, parent=other, done=seen.append, key="day")
    idle(worker, qtbot)
    assert sorted(seen) == [1, 2]


def test_outdated_write_still_runs(worker, page, qtbot):
    ran = []
    for number in range(3):
        worker.run(
            lambda number=number: ran.append(number), parent=page, done=lambda _: None, lane="write", key="k"
        )
    idle(worker, qtbot)
    assert ran == [0, 1, 2]


def raising(error):
    def op():
        raise error

    return op


def test_user_error_goes_to_failed_and_to_nobody_else(worker, page, qtbot):
    seen, unhandled = [], []
    worker.failed_unhandled.connect(lambda *args: unhandled.append(args))
    error = UserError("No.")
    worker.run(raising(error), parent=page, done=seen.append, failed=seen.append)
    idle(worker, qtbot)
    assert seen == [error]
    assert unhandled == []


def test_user_error_without_a_handler_is_reported_with_its_page(worker, page, qtbot):
    error = UserError("No.")
    with qtbot.waitSignal(worker.failed_unhandled) as caught:
        worker.run(raising(error), parent=page, done=lambda _: None)
    assert caught.args == [page, error]


def test_failed_write_is_reported_though_its_page_is_gone(worker, qtbot):
    go, gone, error = threading.Event(), QObject(), UserError("No.")

    def op():
        go.wait(5)
        raise error

    worker.run(op, parent=gone, done=lambda _: None, failed=lambda _: None, lane="write")
    gone.deleteLater()
    with qtbot.waitSignal(gone.destroyed):
        pass
    with qtbot.waitSignal(worker.failed_unhandled) as caught:
        go.set()
    assert caught.args == [None, error]


def test_any_other_exception_is_a_crash_with_its_traceback(worker, page, qtbot):
    with qtbot.waitSignal(worker.crashed) as caught:
        worker.run(raising(ZeroDivisionError("ours")), parent=page, done=lambda _: None)
    parent, (kind, value, trace) = caught.args
    assert (parent, kind, str(value)) == (page, ZeroDivisionError, "ours")
    assert trace is not None


def test_crash_in_a_callback_is_reported_and_the_next_answer_still_comes(worker, page, qtbot):
    seen, crashes = [], []
    worker.crashed.connect(lambda *args: crashes.append(args[1][0]))
    worker.run(lambda: 0, parent=page, done=lambda value: 1 // value, lane="write")
    worker.run(lambda: 2, parent=page, done=seen.append, lane="write")
    idle(worker, qtbot)
    assert (seen, crashes) == ([2], [ZeroDivisionError])


def test_busy_is_told_only_for_work_that_takes_long(worker, page, qtbot):
    told = []
    worker.busy_changed.connect(told.append)
    worker.run(lambda: 1, parent=page, done=lambda _: None)
    idle(worker, qtbot)
    assert told == []
    go = threading.Event()
    with qtbot.waitSignal(worker.busy_changed) as caught:
        worker.run(lambda: go.wait(5), parent=page, done=lambda _: None)
        asked = time.monotonic()
    assert caught.args == [True]
    assert time.monotonic() - asked >= 0.25
    with qtbot.waitSignal(worker.busy_changed) as caught:
        go.set()
    assert caught.args == [False]


def test_close_finishes_every_write_forgets_the_reads_and_takes_no_more(page):
    worker = Worker()
    go, ran, answered = threading.Event(), [], []
    for number in range(10):
        worker.run(
            lambda number=number: (go.wait(5), ran.append(number)),
            parent=page,
            done=lambda _: answered.append("write"),
            lane="write",
        )
        worker.run(lambda: go.wait(5), parent=page, done=lambda _: answered.append("read"))
    # The writes are still queued when close begins.
    threading.Timer(0.1, go.set).start()
    assert worker.close(5)
    assert ran == list(range(10))
    assert answered == ["write"] * 10
    worker.run(lambda: ran.append("late"), parent=page, done=lambda _: None, lane="write")
    assert ran == list(range(10))
    assert not [t for t in threading.enumerate() if t.name in ("altius-read", "altius-write")]


def test_close_gives_up_on_a_thread_that_hangs(page):
    worker, begun, go = Worker(), threading.Event(), threading.Event()
    worker.run(lambda: (begun.set(), go.wait(10)), parent=page, done=lambda _: None)
    assert begun.wait(5)
    started = time.monotonic()
    assert not worker.close(0.1)
    assert time.monotonic() - started < 2
    go.set()
    assert worker.close(5)


class Mourned:
    """Writes down the thread in which it ends: what a widget would be destroyed in."""

    def __init__(self, ends):
        self._ends = ends

    def __del__(self):
        self._ends.append(threading.current_thread())


@pytest.mark.parametrize("way", ["answer", "error", "crash"])
def test_what_an_op_holds_ends_in_the_gui_thread_however_it_went(worker, page, qtbot, way):
    ends = []
    worker.crashed.connect(lambda _parent, _crash: None)

    def op(held: Mourned):
        if way == "answer":
            return held is not None
        raise UserError("told") if way == "error" else ValueError("ours")

    for _ in range(300):
        held = Mourned(ends)
        worker.run(lambda held=held: op(held), parent=page, done=lambda _: None, failed=lambda _: None)
        del held
    qtbot.waitUntil(lambda: len(ends) == 300)
    assert set(ends) == {threading.main_thread()}


def test_cycles_are_collected_in_the_gui_thread_alone(worker, page, qtbot):
    ends, kept = [], []

    def op():
        return [[number] for number in range(100_000)]

    gc.collect()
    cycle = Mourned(ends)
    cycle.itself = cycle
    del cycle
    worker.run(op, parent=page, done=kept.append)
    qtbot.waitUntil(lambda: bool(ends), timeout=10_000)
    assert ends == [threading.main_thread()]
    assert worker.close(5)
    assert gc.isenabled()
