"""The order in which characters are seen where a text is set from right to left by force."""

RTL, LTR, END = "\u202e", "\u202d", "\u202c"
"""Unicode's own signs: what follows is set from right to left, from left to right, and as it was before."""
_SIGNS = frozenset((RTL, LTR, END))


def visual(text: str) -> str:
    """A text with overrides of its direction (``bdo``, or the signs above) in the order in which it is seen."""
    if _SIGNS.isdisjoint(text):
        return text
    return "\n".join(map(_line, text.split("\n")))


def _line(line: str) -> str:
    levels = [(LTR, "")]
    for character in line:
        if character in (RTL, LTR):
            levels.append((character, ""))
        elif character != END:
            levels[-1] = (levels[-1][0], levels[-1][1] + character)
        elif len(levels) > 1:
            _close(levels)
    while len(levels) > 1:
        _close(levels)
    return levels[0][1]


def _close(levels: list[tuple[str, str]]) -> None:
    """End the innermost override: it stands in its order within the one around it, which may turn it once more."""
    way, held = levels.pop()
    around, text = levels[-1]
    levels[-1] = (around, text + (held if way == around else held[::-1]))
