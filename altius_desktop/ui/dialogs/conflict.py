"""Two people changed the same fields: what was there, mine and theirs side by side, a choice for each field."""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QVBoxLayout, QWidget

from altius_desktop.domain.errors import Conflict, FieldConflict
from altius_desktop.domain.names import with_initial
from altius_desktop.i18n import _
from altius_desktop.ui import theme
from altius_desktop.ui.controls import Button, card, label
from altius_desktop.ui.form import DialogFrame
from altius_desktop.ui.formats import clock, full_day
from altius_desktop.ui.theme import Font


class ConflictDialog(DialogFrame):
    """Asks, field by field, whether my value or the colleague's is to be saved; nothing is chosen beforehand.

    `labels` names the fields and `text_of(field, value)` writes a value as people read it. After it was
    accepted `keeps_mine` tells the choice by field.
    """

    def __init__(
        self,
        parent: QWidget | None,
        conflict: Conflict,
        *,
        labels: Mapping[str, str],
        text_of: Callable[[str, Any], str],
        subtitle: str = "",
    ) -> None:
        theirs = conflict.theirs
        super().__init__(
            parent,
            name="conflictDialog",
            icon="warn",
            title=_("A colleague changed the same"),
            subtitle=subtitle,
            details=_("{name}, {day} at {time}").format(
                name=with_initial(theirs.changed_by_name) or "—",
                day=full_day(theirs.changed_at.date()),
                time=clock(theirs.changed_at),
            ),
            save_text=_("Save the chosen"),
        )
        self._choices: dict[str, QButtonGroup] = {}
        self._who = with_initial(theirs.changed_by_name) or _("colleague")
        self.body.addWidget(label(_("Nothing is lost: choose for each field what to save."), tone="text2"))
        for field in conflict.fields:
            self.body.addWidget(self._field(field, labels.get(field.field, field.field), text_of))
        self.body.addStretch()
        self.name_cancel(_("Back to the form"))
        self.save_button.setEnabled(False)
        self.setMinimumWidth(theme.metrics(Font.BASE).averageCharWidth() * 92)

    @property
    def keeps_mine(self) -> dict[str, bool]:
        """For each field whether mine is kept (True) or theirs (False)."""
        return {field: group.checkedId() == 1 for field, group in self._choices.items()}

    def _field(self, field: FieldConflict, name: str, text_of: Callable[[str, Any], str]) -> QWidget:
        block = card()
        block.setObjectName(f"{field.field}Conflict")
        block.setAccessibleName(name)
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        group = QButtonGroup(block)
        group.idToggled.connect(lambda _id, _on: self._allow_save())
        mine = Button(_("Mine"), small=True, name=f"{field.field}MineButton")
        theirs = Button(self._who, small=True, name=f"{field.field}TheirsButton")
        for number, choice in enumerate((theirs, mine)):
            choice.setCheckable(True)
            choice.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            group.addButton(choice, number)
        was = label(_("It was"), role=Font.TABLE, tone="text2")
        for column, (head, value, key) in enumerate(
            ((was, field.original, "Original"), (mine, field.mine, "Mine"), (theirs, field.theirs, "Theirs"))
        ):
            text = text_of(field.field, value) or "—"
            words = label(text, wrap=True, name=f"{field.field}{key}Text")
            words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            words.setAlignment(Qt.AlignmentFlag.AlignTop)
            if isinstance(head, Button):
                head.setAccessibleName(f"{name}, {head.text()}: {text}")
            grid.addWidget(head, 0, column)
            grid.addWidget(words, 1, column)
            grid.setColumnStretch(column, 1)
        self._choices[field.field] = group
        whole = QVBoxLayout(block)
        whole.setContentsMargins(14, 10, 14, 12)
        whole.setSpacing(8)
        whole.addWidget(label(name, role=Font.STRONG))
        whole.addLayout(grid)
        return block

    def _allow_save(self) -> None:
        chosen = all(group.checkedId() >= 0 for group in self._choices.values())
        self.save_button.setEnabled(chosen)
