"""The window's only threads: a write lane (one thread, strictly in order) and a read lane (two).

An op runs on a lane's thread and returns frozen rows; the answer comes back to the GUI thread through
the event loop. Nothing but Python objects crosses, and none that may hold a widget ends on a lane's thread:
a widget destroyed outside the GUI thread ends or hangs the process.
"""

import gc
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Hashable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QTimer, Signal

from altius_desktop.domain.errors import UserError

LaneName = Literal["read", "write"]
T = TypeVar("T")

_BUSY_AFTER_MS = 300
_IDLE_SECONDS = 60.0
_COLLECT_EVERY_MS = 1000


@dataclass(frozen=True, eq=False)
class _Job:
    op: Callable[[], Any]
    parent: QObject
    done: Callable[[Any], None]
    failed: Callable[[UserError], None] | None
    lane: LaneName
    slot: tuple[int, Hashable] | None


@dataclass(frozen=True, eq=False)
class _Answer:
    value: Any = None
    error: UserError | None = None
    crash: tuple | None = None


class _Parcel:
    """A job on its way to a lane and back: the lane keeps only this, which the GUI thread empties."""

    def __init__(self, job: _Job) -> None:
        self.job: _Job | None = job
        self.answer: _Answer | None = None

    def take(self) -> tuple[_Job, _Answer]:
        """In the GUI thread: what came back, from now on held by the caller alone."""
        job, answer = self.job, self.answer
        assert job is not None and answer is not None
        self.job = self.answer = None
        return job, answer


class _Garbage:
    """While anybody wants it, cycles of objects are collected in the GUI thread alone.

    Python collects in whichever thread happens to allocate; a lane's would destroy the widgets of a closed
    dialog there.
    """

    _wanted_by = 0

    def __init__(self, parent: QObject) -> None:
        self._timer = QTimer(parent, interval=_COLLECT_EVERY_MS)
        self._timer.timeout.connect(self._collect)
        self._timer.start()
        _Garbage._wanted_by += 1
        gc.disable()

    def close(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            _Garbage._wanted_by -= 1
            if not _Garbage._wanted_by:
                gc.enable()

    def _collect(self) -> None:
        """One generation at a time: the oldest whose count is over Python's own threshold."""
        due = [now > most for now, most in zip(gc.get_count(), gc.get_threshold(), strict=True)]
        if True in due:
            gc.collect(2 - due[::-1].index(True))


class Worker(QObject):
    """The one door to background work; made, used and closed in the GUI thread."""

    failed_unhandled = Signal(object, object)  # parent or None, UserError: nobody else shows it
    crashed = Signal(object, object)  # parent or None, exc_info: our bug
    busy_changed = Signal(bool)  # for the progress line: True once work has gone on for 300 ms

    _answered = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = True
        self._pending = 0
        self._busy = False
        self._newest: dict[tuple[int, Hashable], _Job] = {}
        self._answers: deque[_Parcel] = deque()
        self._garbage = _Garbage(self)
        self._lanes: dict[LaneName, _Lane] = {
            "read": _Lane("altius-read", 2, self._execute),
            "write": _Lane("altius-write", 1, self._execute),
        }
        self._busy_timer = QTimer(self, singleShot=True, interval=_BUSY_AFTER_MS)
        self._busy_timer.timeout.connect(self._on_busy_long)
        self._answered.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def pending(self) -> int:
        """How many ops were asked for and not yet answered."""
        return self._pending

    def run(
        self,
        op: Callable[[], T],
        *,
        parent: QObject,
        done: Callable[[T], None],
        failed: Callable[[UserError], None] | None = None,
        lane: LaneName = "read",
        key: Hashable = None,
    ) -> None:
        """Run `op` on a lane's thread, then `done` with what it returned in the GUI thread.

        No callback comes once `parent` is destroyed, nor for an older run with the same parent and `key`.
        A UserError goes to `failed`, without one to `failed_unhandled`; anything else to `crashed`.
        After close() nothing runs.
        """
        if not self._open:
            return
        # The job holds the parent's wrapper, so its id cannot be given to another while the key is in use.
        slot = None if key is None else (id(parent), key)
        job = _Job(op, parent, done, failed, lane, slot)
        if slot is not None:
            self._newest[slot] = job
        self._pending += 1
        if not self._busy_timer.isActive() and not self._busy:
            self._busy_timer.start()
        self._lanes[lane].submit(_Parcel(job))

    def close(self, timeout: float = 10.0) -> bool:
        """Take nothing more, finish the writes, forget the reads, end the threads; False if one hangs on.

        Answers to writes still reach their pages; call it while those exist.
        """
        self._open = False
        until = time.monotonic() + timeout
        self._lanes["read"].stop(forget=True)
        self._lanes["write"].stop(forget=False)
        ended = [lane.join(until) for lane in self._lanes.values()]
        self._deliver()
        self._pending = 0
        self._newest.clear()
        self._settle()
        if all(ended):
            self._garbage.close()
        return all(ended)

    def _execute(self, parcel: _Parcel) -> None:
        """On a lane's thread: run the job and leave its answer."""
        assert parcel.job is not None
        parcel.answer = self._answer_of(parcel.job)
        self._answers.append(parcel)
        # The window may be gone when a thread that close() gave up on comes back at last.
        with suppress(RuntimeError):
            self._answered.emit()

    def _answer_of(self, job: _Job) -> _Answer:
        try:
            if job.lane == "read" and self._is_outdated(job):
                return _Answer()
            return _Answer(value=job.op())
        except UserError as error:
            return _Answer(error=error)
        except BaseException:
            return _Answer(crash=sys.exc_info())

    def _is_outdated(self, job: _Job) -> bool:
        return job.slot is not None and self._newest.get(job.slot) is not job

    def _deliver(self) -> None:
        while self._answers:
            job, answer = self._answers.popleft().take()
            self._pending -= 1
            outdated = self._is_outdated(job)
            if not outdated and job.slot is not None:
                del self._newest[job.slot]
            if self._open or job.lane == "write":
                self._tell(job, answer, outdated)
        self._settle()

    def _tell(self, job: _Job, answer: _Answer, outdated: bool) -> None:
        alive = shiboken6.isValid(job.parent)
        parent = job.parent if alive else None
        try:
            if answer.crash is not None:
                self.crashed.emit(parent, answer.crash)
            elif answer.error is not None:
                if alive and not outdated and job.failed is not None:
                    job.failed(answer.error)
                elif job.lane == "write" or (alive and not outdated):
                    # A write that failed is told even when the page that asked has gone.
                    self.failed_unhandled.emit(parent, answer.error)
            elif alive and not outdated:
                job.done(answer.value)
        except Exception:
            self.crashed.emit(parent, sys.exc_info())

    def _on_busy_long(self) -> None:
        if self._pending and not self._busy:
            self._busy = True
            self.busy_changed.emit(True)

    def _settle(self) -> None:
        if self._pending:
            return
        self._busy_timer.stop()
        if self._busy:
            self._busy = False
            self.busy_changed.emit(False)


class _Lane:
    """A queue and the threads that empty it, started when needed and ended when idle for long."""

    def __init__(self, name: str, size: int, execute: Callable[[_Parcel], None]) -> None:
        self._name = name
        self._size = size
        self._execute = execute
        self._condition = threading.Condition()
        self._queue: deque[_Parcel] = deque()
        self._threads: list[threading.Thread] = []
        self._waiting = 0
        self._stopping = False

    def submit(self, parcel: _Parcel) -> None:
        with self._condition:
            self._queue.append(parcel)
            if self._waiting < len(self._queue) and len(self._threads) < self._size:
                # A daemon: a server that never answers must not keep the program from ending.
                thread = threading.Thread(target=self._work, name=self._name, daemon=True)
                self._threads.append(thread)
                thread.start()
            self._condition.notify()

    def stop(self, *, forget: bool) -> None:
        with self._condition:
            self._stopping = True
            if forget:
                self._queue.clear()
            self._condition.notify_all()

    def join(self, until: float) -> bool:
        """Wait for the threads; False if one of them still runs."""
        with self._condition:
            threads = list(self._threads)
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))
        return not any(thread.is_alive() for thread in threads)

    def _work(self) -> None:
        while (parcel := self._next()) is not None:
            self._execute(parcel)
            del parcel

    def _next(self) -> _Parcel | None:
        with self._condition:
            until = time.monotonic() + _IDLE_SECONDS
            while not self._queue:
                left = until - time.monotonic()
                if self._stopping or left <= 0:
                    self._threads.remove(threading.current_thread())
                    return None
                self._waiting += 1
                self._condition.wait(left)
                self._waiting -= 1
            return self._queue.popleft()
