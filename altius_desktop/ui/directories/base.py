"""What a directory declares: its table, its words, and what it has beside a name."""

from collections.abc import Callable
from dataclasses import dataclass

from altius_desktop.services.directory_rows import DIRECTORIES, DirectoryRules
from altius_desktop.ui.form import Field
from altius_desktop.ui.table import Column


@dataclass(frozen=True)
class Directory:
    """A declaration: texts are msgids, translated when they are shown.

    `fields` and `columns` are what stands beside the name; fields named in `once` are chosen when a value
    is added and stay. `expenses` adds the costs by period. Who may write is the service's to say.
    """

    table: str
    title: str
    new: str
    change: str
    icon: str
    fields: Callable[[], tuple[Field, ...]] = tuple
    columns: Callable[[], tuple[Column, ...]] = tuple
    once: frozenset[str] = frozenset()
    expenses: bool = False

    @property
    def rules(self) -> DirectoryRules:
        return DIRECTORIES[self.table]
