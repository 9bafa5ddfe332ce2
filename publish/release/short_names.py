"""Names of columns for Stata, which takes 32 characters."""

from parsers.declarations import declared

MOST = 32
_RESERVED = {"class": "agency_class"}


def short_name(name: str) -> str:
    """The name of a column, its longer words cut if it is too long; another one if Stata keeps that for itself."""
    if len(name) > MOST:
        for word, short in declared(__package__, "short_names.yaml", dict[str, str]).items():
            name = name.replace(word, short)
    return _RESERVED.get(name, name)
