"""Words of the command line as Unicode, and what is said of an error. What every command imports: little."""


def decoded(word: str) -> str:
    """A word of the command line as Unicode, also where its bytes are not."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def printable(name: str) -> str:
    """A file's name as one line of Unicode, also where its bytes are not."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in decoded(name))


def reason(error: Exception) -> str:
    """Why something failed, as the end of a line: of an error of the system what that says of it."""
    return (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
