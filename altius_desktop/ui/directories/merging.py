"""Merging two values: where the one is used, and which other takes over all of it."""

from collections.abc import Callable, Sequence
from typing import cast
from uuid import UUID

from PySide6.QtWidgets import QGridLayout, QWidget

from altius_desktop.domain.errors import UserError
from altius_desktop.domain.ids import new_id
from altius_desktop.i18n import _, ngettext
from altius_desktop.services.acts import Acted
from altius_desktop.services.directory_merges import (
    MOST_TAKEN_BACK,
    Merged,
    Uses,
    list_uses,
    merge_values,
)
from altius_desktop.services.directory_rows import DirectoryValue
from altius_desktop.ui import theme
from altius_desktop.ui.controls import label, set_tone
from altius_desktop.ui.directories.base import Directory
from altius_desktop.ui.form import DialogFrame, LookupEdit, LookupItem
from altius_desktop.ui.formats import number
from altius_desktop.ui.theme import Font
from altius_desktop.ui.workplace import Workplace


class MergeDialog(DialogFrame):
    """Shows what a merge will touch before it is done, and whether it can be taken back."""

    def __init__(
        self,
        workplace: Workplace,
        directory: Directory,
        loser: DirectoryValue,
        values: Sequence[DirectoryValue],
        parent: QWidget,
        *,
        done: Callable[[Acted, UUID, str], None],
    ) -> None:
        super().__init__(
            parent,
            name="mergeDialog",
            icon=directory.icon,
            title=_("Merge two values"),
            subtitle=loser.name,
            save_text=_("Merge"),
        )
        self._workplace = workplace
        self._table = directory.table
        self._loser = loser
        self._done = done
        self._act_id = new_id()
        self._others = [
            value
            for value in values
            if value.id != loser.id
            and not value.archived
            and ("section" not in directory.rules.fields or value.field("section") == loser.field("section"))
        ]
        self.winner = LookupEdit(find=self._find)
        self.winner.line.setObjectName("winnerEdit")
        self.winner.line.setAccessibleName(_("Merge into"))
        self.winner.chosen.connect(lambda _item: self._show_state())
        words = label(_("Merge into"), role=Font.TABLE, tone="text2")
        words.setBuddy(self.winner.line)
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.addWidget(words, 0, 0)
        grid.addWidget(self.winner, 0, 1)
        grid.setColumnStretch(1, 1)
        self.body.addLayout(grid)
        self._preview = label(_("Counting where it is used…"), wrap=True, name="mergePreview")
        self.body.addWidget(self._preview)
        self.body.addWidget(
            label(
                _(
                    "Everything that uses “{name}” takes the chosen value, and “{name}” goes to the archive."
                ).format(name=loser.name),
                role=Font.CAPTION,
                tone="muted",
                wrap=True,
            )
        )
        self._way_back = label(role=Font.CAPTION, tone="muted", wrap=True, name="wayBack")
        self.body.addWidget(self._way_back)
        self.body.addStretch()
        self.setMinimumWidth(theme.metrics(Font.BASE).averageCharWidth() * 76)
        self.finished.connect(self.deleteLater)
        self._show_state()
        self.winner.setFocus()
        workplace.read(
            lambda session: list_uses(session, table=self._table, value_id=cast(UUID, loser.id)),
            parent=self,
            done=self._on_uses,
            failed=self.show_error,
        )

    def _find(self, text: str, deliver: Callable[[Sequence[LookupItem]], None]) -> None:
        words = text.lower().replace("ё", "е").split()
        deliver(
            [
                LookupItem(value.id, value.name)
                for value in self._others
                if all(word in value.name.lower().replace("ё", "е") for word in words)
            ]
        )

    def _on_uses(self, uses: Sequence[Uses]) -> None:
        lines = ", ".join(uses_text(one) for one in uses)
        self._preview.setText(
            _("It is used by: {uses}.").format(uses=lines) if lines else _("It is used nowhere.")
        )

        total = sum(one.count for one in uses)
        if total > MOST_TAKEN_BACK:
            set_tone(self._way_back, "tone", "warn")
            self._way_back.setText(
                _("It is used {count} times. A merge of more than {most} rows cannot be taken back.").format(
                    count=number(total), most=number(MOST_TAKEN_BACK)
                )
            )
        else:
            self._way_back.setText(_("Ctrl+Z in the directory takes the merge back."))

    def _show_state(self) -> None:
        self.save_button.setEnabled(self.winner.item is not None)

    def save(self) -> None:
        item = self.winner.item
        if item is None:
            return
        winner_id = cast(UUID, item.id)
        self.set_busy(True)

        def done(acted: Acted) -> None:
            moved = cast(Merged, acted).moved
            self.close_saved()
            self._done(
                acted,
                winner_id,
                ngettext("{count} row now has “{name}”", "{count} rows now have “{name}”", moved).format(
                    count=number(moved), name=item.text
                ),
            )

        def failed(error: UserError) -> None:
            self.show_error(error)

        self._workplace.act(
            lambda session, act: merge_values(
                session,
                act_id=act,
                table=self._table,
                loser_id=cast(UUID, self._loser.id),
                winner_id=winner_id,
            ),
            parent=self,
            act_id=self._act_id,
            done=done,
            failed=failed,
        )


def uses_text(uses: Uses) -> str:
    """«5 контрагентов»."""
    count = uses.count
    match uses.table:
        case "counterparty":
            text = ngettext("{count} counterparty", "{count} counterparties", count)
        case "activity":
            text = ngettext("{count} contact", "{count} contacts", count)
        case "employee":
            text = ngettext("{count} employee", "{count} employees", count)
        case "ad_expense":
            text = ngettext("{count} expense", "{count} expenses", count)
        case _:
            text = ngettext("{count} row", "{count} rows", count)
    return text.format(count=number(count))
