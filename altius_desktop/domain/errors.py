"""Errors split by guilt: the user's or the surroundings' (UserError and below), or ours (anything else)."""

from dataclasses import dataclass
from typing import Any


class UserError(Exception):
    """Something the user can act on: one clear sentence in his language, and what to do about it."""

    def __init__(self, text: str, hint: str = "") -> None:
        super().__init__(text)
        self.text = text
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.text} {self.hint}".strip()


class ConnectionLost(UserError):
    """The server did not answer; what was asked may or may not have been done, so repeat with the same act id."""


class LoginRefused(UserError):
    """The server does not take this login with this password: whoever keeps the password forgets it."""


class FieldError(UserError):
    """One field of a form holds something that cannot be saved; `field` is its name in the form."""

    def __init__(self, field: str, text: str, hint: str = "") -> None:
        super().__init__(text, hint)
        self.field = field


@dataclass(frozen=True)
class CellError:
    """What is wrong in one cell of a plan: `row` counts from 0, `field` names the column ("" the row)."""

    row: int
    field: str
    text: str


class PlanRejected(UserError):
    """Nothing of the plan was saved; `cells` says where to look."""

    def __init__(self, text: str, cells: tuple[CellError, ...]) -> None:
        super().__init__(text)
        self.cells = cells


class AlreadyFinished(UserError):
    """Somebody was first: the activity has a result, was taken or was changed since it was seen.

    `theirs` is the activity's present row.
    """

    def __init__(self, text: str, theirs: Any) -> None:
        super().__init__(text)
        self.theirs = theirs


@dataclass(frozen=True)
class FieldConflict:
    """One field that both sides changed: what was there, what I typed, what the colleague saved."""

    field: str
    original: Any
    mine: Any
    theirs: Any


class Conflict(UserError):
    """Both sides changed the same fields; nothing was saved. `theirs` is the present row, with its version."""

    def __init__(self, text: str, theirs: Any, fields: tuple[FieldConflict, ...]) -> None:
        super().__init__(text)
        self.theirs = theirs
        self.fields = fields
