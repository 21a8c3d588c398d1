"""The one place that looks at this PC's clock; the office's "today" and "now" come from the server."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """This PC's time, with its zone: to measure how far it is off the server's, and to anchor the demo."""
    return datetime.now(UTC)
