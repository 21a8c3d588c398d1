"""What every page and dialog is given: who works here, the ways to read and to act, and the way back."""

from collections.abc import Callable, Hashable
from typing import Any, TypeVar
from uuid import UUID

from PySide6.QtCore import QObject, QTimer, Signal

from altius_desktop.database.connection import Database
from altius_desktop.database.listener import News
from altius_desktop.domain.errors import AlreadyFinished, UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.services.activities import why_not_change
from altius_desktop.services.acts import Acted, Inverse, undo_act
from altius_desktop.services.day import ActivityRow
from altius_desktop.services.directories import DIRECTORY_TABLES, Directories, get_directories
from altius_desktop.services.identity import Identity
from altius_desktop.services.layouts import save_layouts
from altius_desktop.settings import Settings
from altius_desktop.ui.live import Live
from altius_desktop.ui.worker import Worker

T = TypeVar("T")
UNDO_DEPTH = 50
_LAYOUTS_AFTER_MS = 1500


class Workplace(QObject):
    """The logged-in employee's connection to the office, handed to every page and dialog."""

    acted = Signal(object)  # frozenset of activity ids that an act of ours touched
    directories_changed = Signal()
    directory_asked = Signal(object)  # a DirectoryRequest: somebody wants to see a directory
    undo_changed = Signal()
    leaving = Signal()  # the worker is about to be closed: long work stops

    def __init__(
        self,
        *,
        database: Database,
        worker: Worker,
        live: Live,
        identity: Identity,
        directories: Directories,
        settings: Settings,
        layouts: dict[str, Any] | None = None,
    ) -> None:
        """`layouts` are the employee's tables as the server keeps them; None leaves those of this PC."""
        super().__init__()
        self.database = database
        self.worker = worker
        self.live = live
        self.identity = identity
        self.directories = directories
        self.settings = settings
        self.window_id = new_id()
        """Tells this running program from the others, an employee's own ones too."""
        self._undo: list[Inverse] = []
        self._layouts = layouts
        self._layouts_to_save: set[str] = set()
        self._layouts_timer = QTimer(self, singleShot=True, interval=_LAYOUTS_AFTER_MS)
        self._layouts_timer.timeout.connect(self.flush_layouts)
        live.news.connect(self._on_news)
        live.returned.connect(self.read_directories)
        live.returned.connect(self.flush_layouts)

    def read(
        self,
        op: Callable[[Any], T],
        *,
        parent: QObject,
        done: Callable[[T], None],
        failed: Callable[[UserError], None] | None = None,
        key: Hashable = None,
    ) -> None:
        """Run a query on the read lane in a transaction of its own; answers of older runs of `key` are dropped."""
        self.worker.run(lambda: self._in_transaction(op), parent=parent, done=done, failed=failed, key=key)

    def act(
        self,
        op: Callable[[Any, UUID], Acted],
        *,
        parent: QObject,
        done: Callable[[Acted], None] | None = None,
        failed: Callable[[UserError], None] | None = None,
        act_id: UUID | None = None,
    ) -> None:
        """Run a user's act on the write lane; its way back goes onto the undo stack.

        A dialog that may be asked to save again passes the same `act_id` each time: the act is done once.
        """
        act = act_id or new_id()

        def finish(acted: Acted) -> None:
            if acted.inverse is not None:
                self._undo.append(acted.inverse)
                del self._undo[:-UNDO_DEPTH]
                self.undo_changed.emit()
            self.acted.emit(acted.activity_ids)
            if done is not None:
                done(acted)

        def fail(error: UserError) -> None:
            if isinstance(error, AlreadyFinished):
                self.acted.emit(frozenset({error.theirs.id}))
            if failed is not None:
                failed(error)
            else:
                self.worker.failed_unhandled.emit(parent, error)

        self.worker.run(
            lambda: self._in_transaction(lambda session: op(session, act)),
            parent=parent,
            done=finish,
            failed=fail,
            lane="write",
        )

    def why_not_change(self, row: ActivityRow) -> str:
        """Why whoever works here changes nothing but the colour of this activity; "" if he may."""
        return why_not_change(row, self.identity, self.directories.answers_for)

    @property
    def last_act(self) -> str:
        """What Ctrl+Z would take back, in a word; "" where there is nothing."""
        return self._undo[-1].label if self._undo else ""

    def undo(
        self, *, parent: QObject, done: Callable[[str], None], failed: Callable[[UserError], None]
    ) -> None:
        """Take the last act back; `done` gets its name. One that cannot be taken back any more is forgotten."""
        if not self._undo:
            return
        inverse = self._undo.pop()
        self.undo_changed.emit()

        def fail(error: UserError) -> None:
            if not isinstance(error, AlreadyFinished) and not self.live.connected:
                self._undo.append(inverse)
                self.undo_changed.emit()
            failed(error)

        self.act(
            lambda session, act_id: undo_act(session, act_id=act_id, inverse=inverse),
            parent=parent,
            done=lambda acted: done(f"{inverse.label}. {acted.note}" if acted.note else inverse.label),
            failed=fail,
        )

    def save_layout(self, name: str, state: Any) -> None:
        """Keep how the widget called `name` is arranged for the next start.

        The state of a table, a dict, follows the employee to every PC; sizes of windows stay on this one.
        """
        if self.layout(name) == state:
            return
        # An administrator has no place of his own on the server.
        if isinstance(state, dict) and self.identity.is_employee:
            if self._layouts is not None:
                self._layouts[name] = state
            self._layouts_to_save.add(name)
            self._layouts_timer.start()
        if self.settings.layouts.get(name) != state:
            self.settings.layouts[name] = state
            self.settings.save()

    def layout(self, name: str) -> Any:
        """What save_layout() kept, or None; of tables what the server keeps, if it was there at the login."""
        if self._layouts is not None and name in self._layouts:
            return self._layouts[name]
        local = self.settings.layouts.get(name)
        # Somebody else's table may have been arranged on this PC before.
        return None if self._layouts is not None and isinstance(local, dict) else local

    def leave(self) -> None:
        """Stop long work and hand the last writes to the worker, which is closed next."""
        self.leaving.emit()
        self.flush_layouts()

    def flush_layouts(self) -> None:
        """Send to the server what was rearranged."""
        self._layouts_timer.stop()
        names, self._layouts_to_save = self._layouts_to_save, set()
        if not names:
            return
        states = {name: self.settings.layouts[name] for name in sorted(names)}

        def later(_error: UserError) -> None:
            self._layouts_to_save |= names

        def write() -> None:
            self._in_transaction(lambda session: save_layouts(session, states=states))

        self.worker.run(write, parent=self, done=lambda _none: None, failed=later, lane="write")

    def _in_transaction(self, op: Callable[[Any], T]) -> T:
        with self.database.transaction() as session:
            return op(session)

    def _on_news(self, news: tuple[News, ...]) -> None:
        if any(item.table in DIRECTORY_TABLES for item in news):
            self.read_directories()

    def read_directories(self) -> None:
        """Read the directories again; directories_changed tells if they are others now."""

        def changed(directories: Directories) -> None:
            if directories != self.directories:
                self.directories = directories
                self.directories_changed.emit()

        def not_now(_error: UserError) -> None:
            """The banner tells of a lost line; the lists are read again at its return."""

        self.read(get_directories, parent=self, done=changed, failed=not_now, key="directories")
