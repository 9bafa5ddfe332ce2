"""The page of search: agencies by name, then reports by title and prose; what the form itself says only on request."""

import asyncio
import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import chain, combinations, groupby
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import Request, Response

from database.ngrams import fragments, match, snippet, terms
from database.rows import NARRATIVE
from publish.room.drawing.form import chapter_headings
from publish.room.language import said
from publish.room.queries import Record, select, select_typed
from publish.room.rendering import page

# The number by which a report's title goes among its chapters.
_TITLE = 0
_PAGE = 20
_WIDTH = 110
# From this many chapters on it is quicker to walk through all reports, the newest first, than to gather what was found.
# To choose it again, time rare and frequent queries of `python -m benchmarks.room` with other numbers here.
_FREQUENT = 4000

# Terms may be split between the agency's name and a chapter: each way to split them is a query.
_APART = 3

_IN_ONE = "select rowid as chapter from sections_fts where sections_fts match :match"
_IN_TWO = """
union select s.rowid from reports r cross join sections s on s.report = r.id
where s.rowid in (select rowid from sections_fts where sections_fts match :said{number}) and r.rowid in (
  select rowid from reports_fts where reports_fts match 'agency : (' || :named{number} || ')'
  union select rowid from reports where agency_id in (
    select id from agencies where rowid in (select rowid from agencies_fts where agencies_fts match :named{number})))
"""
_IN_A_NAME = """
select 1 from reports_fts where reports_fts match 'agency : (' || :match || ')'
union all select 1 from agencies_fts where agencies_fts match :match limit 1
"""
_IN_TITLES = "r.rowid in (select rowid from reports_fts where reports_fts match :match)"
_MANY = f"select count(*) as found from (select 1 from found limit {_FREQUENT})"
_FOUND = "s.rowid in (select chapter from found)"
_ASKED = "s.number in (select value from json_each(:chapters))"
_WALKED = "reports r cross join sections s on s.report = r.id"
_GATHERED = "sections s cross join reports r on r.id = s.report"
_COUNTS = f"""
select r.year, s.number as chapter, count(*) as hits from {{source}} where {_FOUND} group by 1, 2
union all
select r.year, {_TITLE}, count(*) from reports r where {_IN_TITLES} group by 1
"""
# The reports in which something was found: each looked at, or gathered from what was found.
_EACH_REPORT = f"""
select r.rowid as entry, r.year, r.id as report, {_IN_TITLES} as named from reports r
where (:year is null or r.year = :year) and ((:titles and {_IN_TITLES})
  or exists (select 1 from sections s where s.report = r.id and {_ASKED} and {_FOUND}))
"""
_FOUND_REPORTS = f"""
select r.rowid as entry, r.year, r.id as report, {_IN_TITLES} as named from reports r
where (:year is null or r.year = :year) and ((:titles and {_IN_TITLES})
  or r.id in (select s.report from sections s where {_FOUND} and {_ASKED}))
"""
# A title that matches goes first, then the newest year, and of a year what came in last.
_PAGE_OF = f"select report from ({{reports}}) order by named desc, year desc, entry desc limit {_PAGE} offset :skipped"
_TOTAL = "select count(*) as reports from ({reports})"
_CHAPTERS = f"""
select s.report, s.number as chapter from json_each(:reports) w cross join sections s on s.report = w.value
where {_ASKED} and +{_FOUND} order by s.number
"""
_SHOWN = """
select r.id, r.title, r.agency, a.name as agency_name, r.year, r.status, s.number, s.heading, s.text
from json_each(:places) p join reports r on r.id = json_extract(p.value, '$[0]')
left join agencies a on a.id = r.agency_id
left join sections s on s.report = r.id and s.number = json_extract(p.value, '$[1]')
order by p.key
"""
_AGENCIES = """
with printed as (
  select agency_id as id, min(name) as name from agency_names
  where agency_id is not null and rowid in (select rowid from agency_names_fts where agency_names_fts match :match)
  group by 1
), found as (
  select id from agencies where rowid in (select rowid from agencies_fts where agencies_fts match :match)
  union select id from printed
), shown as (
  select a.id, a.name, a.level, a.kind, p.name as printed, count(*) over () as total
  from found join agencies a on a.id = found.id left join printed p on p.id = found.id
  order by a.name = :typed desc, length(a.name), a.name limit 10
)
select *, (select count(*) from reports r where r.agency_id = shown.id) as reports from shown
"""
# Regions and agencies whose names hold a word, or are held by one, as 示例县 is by 示例县财政局.
_MEANT = """
select 'region' as what, code as key, name from regions
where valid_to is null and kind = 'region' and exists (
  select 1 from json_each(:words) w where length(name) > 1 and instr(w.value, name) > 0)
union all
select * from (select 'agency', id, name from agencies where exists (
  select 1 from json_each(:words) w where length(w.value) > 1 and instr(name, w.value) > 0)
  order by length(name) limit 5)
"""


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What an address asks for: a query, the year and the chapters to keep to, and the page, from 1."""

    query: str
    year: int | None = None
    part: str | None = None
    page: int = 1

    @property
    def chapters(self) -> tuple[int, ...]:
        """The numbers of the chapters to keep to: titles and prose, if nothing else is asked for."""
        return _parts().get(self.part or "", (_TITLE, *NARRATIVE))

    def keeps(self, row: Record) -> bool:
        """Whether what was found in a year and chapter is asked for."""
        return self.year in (None, row["year"]) and row["chapter"] in self.chapters

    def to(self, **other: str | int | None) -> str:
        """The query string that asks for something else of the same query: its first page, unless told otherwise."""
        named = {"q": self.query, "year": self.year, "part": self.part, **other}
        return urlencode({name: value for name, value in named.items() if value is not None})


@cache
def _chapter_names() -> dict[int, str]:
    return {_TITLE: "标题", **chapter_headings()}


@cache
def _parts() -> dict[str, tuple[int, ...]]:
    """What a search can keep to, by the name that it has in an address: all, prose, or one chapter."""
    return {
        "all": tuple(_chapter_names()),
        "prose": NARRATIVE,
        **{str(number): (number,) for number in _chapter_names()},
    }


async def search(datasette: Datasette, request: Request) -> Response:
    """The page at /-/search?q=…, with ``year``, ``part`` and ``page`` as they are linked from it."""
    asked = _search_request(request.args)
    wanted = terms(asked.query)
    context: Record = {"asked": asked, "terms": wanted}
    try:
        context |= await _results(datasette, asked) if wanted else {}
    except QueryInterrupted:
        context["too_slow"] = True
    return await page(datasette, request, "search.html", context)


def _search_request(args: Any) -> SearchRequest:
    part = args.get("part")
    return SearchRequest(
        query=(args.get("q") or "").strip(),
        year=_number(args.get("year")),
        part=part if part in _parts() else None,
        page=_number(args.get("page")) or 1,
    )


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 7 else None


async def _results(datasette: Datasette, asked: SearchRequest) -> Record:
    found, parted = _chapters_sql(await _term_splits(datasette, terms(asked.query)))
    parted |= {"match": match(asked.query)}
    frequent = await _is_frequent(datasette, asked.query, found, parted)
    reports = _EACH_REPORT if frequent else _FOUND_REPORTS
    kept = {"year": asked.year, "chapters": json.dumps(asked.chapters), "titles": _TITLE in asked.chapters}
    skipped = (asked.page - 1) * _PAGE
    counts, page_of, total, agencies = await asyncio.gather(
        select_typed(datasette, found + _COUNTS.format(source=_WALKED if frequent else _GATHERED), **parted),
        select_typed(datasette, found + _PAGE_OF.format(reports=reports), **parted, **kept, skipped=skipped),
        select_typed(datasette, found + _TOTAL.format(reports=reports), **parted, **kept),
        select_typed(datasette, _AGENCIES, match=parted["match"], typed=asked.query),
    )
    ids = [row["report"] for row in page_of]
    chapters = await select_typed(datasette, found + _CHAPTERS, **parted, **kept, reports=json.dumps(ids))
    # Where only the title matches, there is no chapter to show.
    places = [(one, row["chapter"]) for one in ids for row in chapters if row["report"] == one]
    places += [(one, _TITLE) for one in ids if one not in {report for report, _ in places}]
    places.sort(key=lambda place: ids.index(place[0]))
    shown = await select(datasette, _SHOWN, places=json.dumps(places))
    hits = sum(row["hits"] for row in counts if asked.keeps(row))
    return {
        "agencies": agencies,
        "total": total[0]["reports"],
        "hits": hits,
        "elsewhere": sum(row["hits"] for row in counts) - hits if not ids and asked.page == 1 else 0,
        "offers": [] if ids or agencies else await _offers(datasette, asked),
        "pages": -(-total[0]["reports"] // _PAGE),
        "reports": _by_report(asked.query, shown),
        "years": _years(counts, asked),
        "parts": _part_counts(counts, asked),
        "marked": lambda text: fragments(text, asked.query),
    }


async def _offers(datasette: Datasette, asked: SearchRequest) -> list[Record]:
    """What else may be meant where nothing is found: a region, an agency, fewer words."""
    words = asked.query.split()
    found = await select_typed(datasette, _MEANT, words=json.dumps(words))
    if len(words) > 1:
        fewer = [" ".join(word for word in words if word != dropped) for dropped in words]
    else:
        half = len(asked.query) // 2
        fewer = [asked.query[:half], asked.query[half:]] if half > 1 else []
    return [*found, *({"what": "words", "name": said} for said in dict.fromkeys(fewer))]


async def _term_splits(datasette: Datasette, wanted: Sequence[str]) -> list[tuple[str, str]]:
    """The ways to split terms between an agency's name and a chapter, as matches."""
    if len(wanted) > _APART:
        return []
    asked = [term for term in wanted if len(term) > 1]
    names = [term for term in asked if await select_typed(datasette, _IN_A_NAME, match=match(term))]
    parts = chain.from_iterable(combinations(names, size) for size in range(1, len(wanted)))
    return [(match(" ".join(part)), match(" ".join(term for term in wanted if term not in part))) for part in parts]


def _chapters_sql(partings: Sequence[tuple[str, str]]) -> tuple[str, dict[str, str]]:
    """The beginning of a query, in which ``found`` are the chapters that are asked for; and its parameters."""
    ways = "".join(_IN_TWO.format(number=number) for number in range(len(partings)))
    params = {
        f"{side}{number}": parting
        for number, sides in enumerate(partings)
        for side, parting in zip(("named", "said"), sides, strict=True)
    }
    return f"with found as ({_IN_ONE}{ways})\n", params


async def _is_frequent(datasette: Datasette, query: str, found: str, params: dict[str, str]) -> bool:
    # Single characters are, and to begin to count them takes as long as to find them all.
    if any(len(term) == 1 for term in terms(query)):
        return True
    return await select_typed(datasette, found + _MANY, **params) == [{"found": _FREQUENT}]


def _by_report(query: str, rows: Sequence[Record]) -> list[Record]:
    """The results, a report each, with the chapters that match."""
    return [
        {**found[0], "chapters": [_chapter(query, row) for row in found if row["number"]]}
        for found in (list(rows) for _, rows in groupby(rows, key=lambda row: row["id"]))
    ]


def _chapter(query: str, row: Record) -> Record:
    """A chapter's heading and the text around the match, unless only the heading matches."""
    text = snippet(row["text"] or "", query, _WIDTH)
    return {
        "number": row["number"],
        "heading": fragments(row["heading"] or "", query),
        "text": text if any(piece.hit for piece in text) else (),
    }


def _years(counts: Sequence[Record], asked: SearchRequest) -> list[tuple[int, int]]:
    """The years in which something was found, newest first, with how much."""
    found: Counter[int] = Counter()
    for row in counts:
        if row["year"] is not None and row["chapter"] in asked.chapters:
            found[row["year"]] += row["hits"]
    return sorted(found.items(), reverse=True)


def _part_counts(counts: Sequence[Record], asked: SearchRequest) -> list[tuple[str, str, int]]:
    """The parts in which something was found, with name and how much."""
    found: Counter[int] = Counter()
    for row in counts:
        if asked.year in (None, row["year"]):
            found[row["chapter"]] += row["hits"]
    chapters = {str(number): name for number, name in _chapter_names().items()}
    named = {**chapters, "prose": said("叙述（一、五、六）", "prose (1, 5, 6)"), str(_TITLE): said("标题", "title")}
    named["all"] = said("各章，含表格的行名", "all chapters, rows of the form too")
    sums = {part: sum(found[chapter] for chapter in chapters) for part, chapters in _parts().items()}
    return [(part, named[part], hits) for part, hits in sums.items() if hits]
