"""Figures as they are printed, and addresses as they may be linked."""

from publish.room.queries import Record


def printed_text(cell: Record) -> str:
    """A cell as it was printed: its own text if that is kept, else its number, else nothing."""
    if cell["raw"] is not None:
        return str(cell["raw"])
    return "" if cell["value"] is None else number_text(cell["value"])


def number_text(value: float) -> str:
    """A number without the point that only its storage gives it."""
    return str(int(value)) if value == int(value) else str(value)


def web_address(text: str | None) -> str | None:
    """An address that a link may lead to: what the network says may begin with javascript: or data:."""
    return text if text and text.lower().startswith(("http://", "https://")) else None


def share_text(value: float) -> str:
    """A share in per cent."""
    return f"{value:.1%}"
