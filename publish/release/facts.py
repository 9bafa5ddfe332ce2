"""What a release is: everything that its documents say of it, from the database alone."""

import sqlite3
from dataclasses import dataclass

TITLE_ZH = "政府信息公开工作年度报告数据库"
TITLE_EN = "Annual reports on government information disclosure: a database"
LICENCE = "CC-BY-4.0"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"
KEYWORDS = ["政府信息公开", "年度报告", "open government information", "China"]
CREATOR = "nianbao developers"

_PLACES = """
select distinct g.code, g.name from panel p join regions g on g.code = p.province_code order by g.code
"""
# A year that is in doubt may be a misprint; reports of no known agency are not in the panel.
_YEARS = """
select min(r.year), max(r.year) from reports r left join panel p on p.report = r.id
where p.year_doubt is null and r.year < substr(r.first_seen, 1, 4)
"""


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a release; ``version`` is its date and the beginning of its content's SHA-256.

    The date is that of the last moment at which any report was seen: nothing in a release depends on the clock.
    """

    version: str
    date: str
    since: str | None
    first: int | None
    last: int | None
    reports: int
    agencies: int
    places: tuple[tuple[str, str], ...]

    @property
    def years(self) -> str:
        """The years that the reports are on, as one text."""
        return f"{self.first}–{self.last}" if self.first != self.last else f"{self.first or ''}"

    @property
    def where(self) -> str:
        """The provinces, as one text."""
        return "、".join(name for _, name in self.places)

    @property
    def citation(self) -> str:
        """The release as an electronic source ([DB/OL]) of GB/T 7714-2015."""
        where = f"（{self.where}）" if self.where else ""
        return f"{CREATOR}. {TITLE_ZH}{where}[DB/OL]. 版本 {self.version}. {self.date}."

    def rows(self) -> list[tuple[str, str]]:
        """The rows of table ``metadata``."""
        known = {
            "title_zh": TITLE_ZH,
            "title_en": TITLE_EN,
            "version": self.version,
            "date": self.date,
            "previous_version": self.since,
            "years": self.years,
            "places": self.where,
            "reports": str(self.reports),
            "agencies": str(self.agencies),
            "licence": f"{LICENCE} {LICENCE_URL}",
            "citation": self.citation,
        }
        return [(name, value) for name, value in known.items() if value]


def date_of(db: sqlite3.Connection) -> str | None:
    """The day on which any report was last seen; None without reports."""
    (seen,) = db.execute("select max(last_seen) from reports").fetchone()
    return str(seen)[:10] if seen else None


def facts(db: sqlite3.Connection, date: str, digest: str, since: str | None) -> Facts:
    """The facts of a database whose content has such a digest."""
    first, last = db.execute(_YEARS).fetchone()
    reports, agencies = db.execute("select count(*), count(distinct agency_id) from reports").fetchone()
    version = f"{date.replace('-', '.')}-{digest[:8]}"
    return Facts(version, date, since, first, last, reports, agencies, tuple(db.execute(_PLACES)))
