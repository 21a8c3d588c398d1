"""Small widgets of the house look (button, chip, switch, avatar, label, rule), and keys for both layouts."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtGui import Qt as Text
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStyle,
    QStyleOptionButton,
    QStylePainter,
    QWidget,
)

from altius_desktop.ui import icons, theme
from altius_desktop.ui.theme import Font

_ICON = 16
_GAP = 8


class Button(QPushButton):
    """A push button with an icon, a text, the key that does the same, and an arrow if it opens a menu.

    `kind` is primary, secondary, flat or danger. A click does not take the focus from a table; Tab reaches it.
    """

    def __init__(
        self,
        text: str = "",
        *,
        icon: str = "",
        hint: str = "",
        kind: str = "secondary",
        small: bool = False,
        arrow: bool = False,
        name: str = "",
        tip: str = "",
        on_click: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self._icon_name = icon
        # A button without words shows its key in the tool tip alone.
        self._hint = hint if text else ""
        self._arrow = arrow
        self.setProperty("kind", kind)
        self.setProperty("small", small)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setAutoDefault(False)
        if name:
            self.setObjectName(name)
        self.setAccessibleName(text.replace("&", "") or tip)
        if tip or (not text and hint):
            self.setToolTip(f"{tip} ({hint})" if tip and hint else tip or hint)
        if on_click is not None:
            self.clicked.connect(lambda: on_click())
        self.setSizePolicy(
            QSizePolicy.Policy.Fixed if not text else QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, never the dialog's default in its place."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not enter or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
        elif not event.isAutoRepeat():
            self.click()

    @property
    def icon_name(self) -> str:
        return self._icon_name

    def set_icon_name(self, name: str) -> None:
        self._icon_name = name
        self.updateGeometry()
        self.update()

    def set_hint(self, hint: str) -> None:
        self._hint = hint
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        small = bool(self.property("small"))
        line = theme.metrics(Font.BASE).height()
        height = line + (12 if small else 16)
        text = self.text().replace("&", "")
        if not text and not self._hint and not self._arrow:
            return QSize(height, height)
        return QSize(self._content_width() + (20 if small else 24), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _content_width(self) -> int:
        text = self.text().replace("&", "")
        parts = [_ICON] if self._icon_name else []
        if text:
            parts.append(theme.metrics(Font.BASE).horizontalAdvance(text) + 1)
        if self._hint:
            parts.append(theme.metrics(Font.CAPTION).horizontalAdvance(self._hint) + 1)
        if self._arrow:
            parts.append(_ICON)
        return sum(parts) + _GAP * max(0, len(parts) - 1)

    def _roles(self) -> tuple[str, str, str]:
        """Tokens of the text, the icon and the hint."""
        if not self.isEnabled():
            return "disabled", "disabled", "disabled"
        kind = self.property("kind")
        if kind == "primary":
            return "on_accent", "on_accent", "on_accent"
        if kind == "danger":
            return "danger", "danger", "muted"
        if kind == "flat" and not self.text():
            return "text2", "text2", "muted"
        if kind == "flat" or self.isChecked():
            return "on_soft", "on_soft", "text2"
        return "text", "text2", "muted"

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.features &= ~QStyleOptionButton.ButtonFeature.HasMenu
        painter.drawControl(QStyle.ControlElement.CE_PushButtonBevel, option)
        text_role, icon_role, hint_role = self._roles()
        colors = theme.palette()
        x = (self.width() - self._content_width()) // 2
        middle = self.height() / 2
        if self._icon_name:
            icons.draw(painter, self._icon_name, x, middle - _ICON / 2, role=icon_role)
            x += _ICON + _GAP
        if self.text():
            painter.setFont(theme.font(Font.BASE))
            painter.setPen(colors.color(text_role))
            rect = QRect(x, 0, self.width() - x, self.height())
            painter.drawText(
                rect,
                Qt.AlignmentFlag.AlignVCenter
                | Qt.AlignmentFlag.AlignLeft
                | Qt.TextFlag.TextHideMnemonic
                | Qt.TextFlag.TextSingleLine,
                self.text(),
            )
            x += theme.metrics(Font.BASE).horizontalAdvance(self.text().replace("&", "")) + 1 + _GAP
        if self._hint:
            painter.setFont(theme.font(Font.CAPTION))
            painter.setPen(colors.color(hint_role))
            rect = QRect(x, 0, self.width() - x, self.height())
            painter.drawText(rect, Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine, self._hint)
            x += theme.metrics(Font.CAPTION).horizontalAdvance(self._hint) + 1 + _GAP
        if self._arrow:
            icons.draw(painter, "chevron_down", x, middle - _ICON / 2, role=icon_role)


class Switch(QAbstractButton):
    """An on/off switch with its text to the right; Space toggles it."""

    _WIDTH, _HEIGHT = 32, 18

    def __init__(self, text: str, *, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setText(text)
        self.setCheckable(True)
        self.setAccessibleName(text)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        if name:
            self.setObjectName(name)

    def sizeHint(self) -> QSize:
        metrics = theme.metrics(Font.BASE)
        return QSize(self._WIDTH + _GAP + metrics.horizontalAdvance(self.text()) + 4, metrics.height() + 8)

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        track = QRectF(1, (self.height() - self._HEIGHT) / 2, self._WIDTH, self._HEIGHT)
        if self.hasFocus():
            painter.setPen(QPen(colors.color("text"), 1.4))
        else:
            painter.setPen(Qt.PenStyle.NoPen)
        on = self.isChecked() and self.isEnabled()
        painter.setBrush(colors.color("accent" if on else "scroll"))
        painter.drawRoundedRect(track, self._HEIGHT / 2, self._HEIGHT / 2)
        knob = self._HEIGHT - 4
        x = track.right() - knob - 2 if self.isChecked() else track.left() + 2
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor("#FFFFFF"))
        painter.drawEllipse(QRectF(x, track.top() + 2, knob, knob))
        painter.setPen(colors.color("text" if self.isEnabled() else "disabled"))
        painter.setFont(theme.font(Font.BASE))
        left = self._WIDTH + _GAP + 1
        painter.drawText(
            QRect(left, 0, self.width() - left, self.height()), Qt.AlignmentFlag.AlignVCenter, self.text()
        )


class Chip(QWidget):
    """A grey rounded tag: an icon and a short text."""

    def __init__(self, text: str, *, icon: str = "", tip: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self._icon_name = icon
        self.setAccessibleName(tip or text)
        self.setToolTip(tip)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        metrics = theme.metrics(Font.CAPTION)
        icon = 14 + 6 if self._icon_name else 0
        return QSize(metrics.horizontalAdvance(self._text) + icon + 18, metrics.height() + 7)

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color("hover"))
        painter.drawRoundedRect(self.rect(), self.height() / 2, self.height() / 2)
        x = 9
        if self._icon_name:
            icons.draw(painter, self._icon_name, x - 1, (self.height() - 14) / 2, size=14)
            x += 14 + 5
        painter.setPen(colors.color("text2"))
        painter.setFont(theme.font(Font.CAPTION))
        room = self.width() - x - 8
        text = theme.metrics(Font.CAPTION).elidedText(self._text, Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(x, 0, room + 8, self.height()), Qt.AlignmentFlag.AlignVCenter, text)


class Avatar(QWidget):
    """A round mark: a person's initials, or an icon."""

    def __init__(
        self,
        text: str = "",
        *,
        icon: str = "",
        size: int = 28,
        fill: str = "soft",
        role: str = "on_soft",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._text = text
        self._icon_name = icon
        self._fill, self._role = fill, role
        self.setFixedSize(size, size)

    def show_text(self, text: str) -> None:
        self._text = text
        self.update()

    def show_icon(self, name: str, *, fill: str = "soft", role: str = "on_soft") -> None:
        self._icon_name, self._fill, self._role = name, fill, role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        colors = theme.palette()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colors.color(self._fill))
        side = self.width()
        painter.drawEllipse(QPointF(side / 2, side / 2), side / 2, side / 2)
        if self._icon_name:
            size = 20 if side >= 36 else 14
            at = (side - size) / 2
            icons.draw(painter, self._icon_name, at, at, role=self._role, size=size)
        else:
            painter.setFont(theme.font(Font.STRONG if side >= 32 else Font.CAPTION_STRONG))
            painter.setPen(colors.color(self._role))
            painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, self._text)


class IconLabel(QWidget):
    """An icon by itself; give it a tool tip where it says more than decoration."""

    def __init__(
        self, name: str, *, role: str = "text2", size: int = 16, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._role, self._size = name, role, size
        self.setFixedSize(size, size)

    def show_icon(self, name: str, role: str = "text2") -> None:
        self._name, self._role = name, role
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        role = self._role if self.isEnabled() else "disabled"
        icons.draw(QPainter(self), self._name, 0, 0, role=role, size=self._size)


class ElidedLabel(QLabel):
    """A label of one line that shortens its text to its width; the whole text is in the tool tip."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, self.width())
        self.setToolTip(plain_tip(self.text()) if shown != self.text() else "")
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(self.rect(), int(self.alignment() | Qt.TextFlag.TextSingleLine), shown)


def label(
    text: str = "", *, role: Font = Font.BASE, tone: str = "", name: str = "", wrap: bool = False
) -> QLabel:
    """A plain-text label in a font of the house; `tone` is text2, muted, danger, warn, ok or link."""
    return style_label(QLabel(text), role=role, tone=tone, name=name, wrap=wrap)


def style_label(
    widget: QLabel, *, role: Font = Font.BASE, tone: str = "", name: str = "", wrap: bool = False
) -> QLabel:
    # Plain text: what people typed must never be read as markup.
    widget.setTextFormat(Qt.TextFormat.PlainText)
    widget.setFont(theme.font(role))
    widget.setWordWrap(wrap)
    if tone:
        widget.setProperty("tone", tone)
    if name:
        widget.setObjectName(name)
    return widget


def tag(text: str, look: str = "plain", *, name: str = "") -> QLabel:
    """A short text on a rounded ground: plain, danger (a count) or key (a key of the keyboard)."""
    result = label(text, role=Font.CAPTION, name=name)
    result.setProperty("chip", look)
    result.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
    return result


def rule(*, vertical: bool = False, strong: bool = False) -> QFrame:
    """A line of one pixel between blocks."""
    result = QFrame()
    result.setProperty("rule", "strong" if strong else "true")
    if vertical:
        result.setFixedWidth(1)
    else:
        result.setFixedHeight(1)
    return result


def card(surface: str = "card") -> QFrame:
    """A frame with the ground of `surface`: card, panel, quiet, danger, warn, info, ok or rail."""
    result = QFrame()
    result.setProperty("surface", surface)
    return result


def plain_tip(text: str) -> str:
    """The text as a tool tip shows it: Qt reads what looks like markup as markup, whoever typed it."""
    return Text.convertFromPlainText(text) if Text.mightBeRichText(text) else text


def set_tone(widget: QWidget, property_name: str, value: object) -> None:
    """Change a property that the style sheet looks at, and show it."""
    if widget.property(property_name) == value:
        return
    widget.setProperty(property_name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
