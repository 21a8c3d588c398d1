"""The window's only threads: a write lane (one thread, strictly in order) and a read lane (two).

An op runs on a lane's thread and returns frozen rows; the answer comes back to the GUI thread through
the event loop. Nothing but Python objects crosses.
"""

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
    job: _Job
    value: Any = None
    error: UserError | None = None
    crash: tuple | None = None


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
        self._answers: deque[_Answer] = deque()
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
        self._lanes[lane].submit(job)

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
        return all(ended)

    def _execute(self, job: _Job) -> None:
        """On a lane's thread: run the job and leave its answer."""
        try:
            if job.lane == "read" and self._is_outdated(job):
                answer = _Answer(job)
            else:
                answer = _Answer(job, value=job.op())
        except UserError as error:
            answer = _Answer(job, error=error)
        except BaseException:
            answer = _Answer(job, crash=sys.exc_info())
        self._answers.append(answer)
        # The window may be gone when a thread that close() gave up on comes back at last.
        with suppress(RuntimeError):
            self._answered.emit()

    def _is_outdated(self, job: _Job) -> bool:
        return job.slot is not None and self._newest.get(job.slot) is not job

    def _deliver(self) -> None:
        while self._answers:
            answer = self._answers.popleft()
            job = answer.job
            self._pending -= 1
            outdated = self._is_outdated(job)
            if not outdated and job.slot is not None:
                del self._newest[job.slot]
            if self._open or job.lane == "write":
                self._answer(answer, outdated)
        self._settle()

    def _answer(self, answer: _Answer, outdated: bool) -> None:
        job = answer.job
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

    def __init__(self, name: str, size: int, execute: Callable[[_Job], None]) -> None:
        self._name = name
        self._size = size
        self._execute = execute
        self._condition = threading.Condition()
        self._queue: deque[_Job] = deque()
        self._threads: list[threading.Thread] = []
        self._waiting = 0
        self._stopping = False

    def submit(self, job: _Job) -> None:
        with self._condition:
            self._queue.append(job)
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
        while (job := self._next()) is not None:
            self._execute(job)
            del job

    def _next(self) -> _Job | None:
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
