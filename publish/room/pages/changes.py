"""What is new, revised, withdrawn or decided: as feeds (Atom, RFC 4287; JSON Feed 1.1) and, since a date, as JSON."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils.asgi import BadRequest, Request, Response

from database.ngrams import match
from publish.room.drawing.form import cell_labels
from publish.room.language import Words, language, said
from publish.room.queries import DATABASE, Record, select, select_typed

KINDS = {
    "new": Words("新收录", "new"),
    "revised": Words("发布后改动", "revised"),
    "withdrawn": Words("已从门户撤下", "withdrawn"),
    "decided": Words("人工核定", "decided by people"),
}
_FEED, _MOST = 50, 1000
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d:\d\dZ)?")
# What no text of an XML document may hold (XML 1.0, 2.2).
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_CHANGES = {
    "new": "select id as report, first_seen as at, 0 as cells from reports",
    "revised": "select report, seen_at as at, count(*) as cells from revisions group by report, seen_at",
    "decided": (
        "select report, max(at) as at, count(*) as cells from decisions where standing = 'applies'"
        " group by report, substr(at, 1, 10)"
    ),
    "withdrawn": "select id as report, withdrawn as at, 0 as cells from reports where withdrawn is not null",
}
_WITHIN = """
with recursive within(code) as (
  select :region union select g.code from regions g join within w on g.parent = w.code)
"""
_FOUND = """
(select report from sections where rowid in (select rowid from sections_fts where sections_fts match :match)
 union select id from reports where rowid in (select rowid from reports_fts where reports_fts match :match))
"""
_DETAILS = {
    "revised": "select cell as what, old, new from revisions where report = :report and seen_at = :at order by cell",
    "decided": (
        "select cell as what, coalesce(read_raw, read_value, read_state) as old,"
        " coalesce(value, state, decision) as new from decisions"
        " where report = :report and standing = 'applies' and substr(at, 1, 10) = substr(:at, 1, 10) order by cell"
    ),
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which changes are asked for: of a region and all within it, an agency, reports in which words are found, a kind.

    ``since`` is a day or a moment; ``after`` the report and kind of the last change that the reader has of that moment.
    """

    region: str = ""
    agency: str = ""
    q: str = ""
    kind: str = ""
    since: str = ""
    after: tuple[str, str] = ("", "")

    @classmethod
    def of(cls, request: Request) -> "Wanted":
        """What a request asks for; raises BadRequest for what cannot be."""
        given = {name: (request.args.get(name) or "").strip() for name in ("region", "agency", "q", "kind", "since")}
        if given["kind"] and given["kind"] not in KINDS:
            raise BadRequest(Words(f"kind 应为 {'、'.join(KINDS)} 之一", f"kind: one of {', '.join(KINDS)}"))
        if given["since"] and not _MOMENT.fullmatch(given["since"]):
            raise BadRequest(
                Words("since 应写作 2026-11-01", "since: a day such as 2026-11-01, or 2026-11-01T09:00:00Z")
            )
        report, _, kind = (request.args.get("after") or "").partition(" ")
        return cls(**given, after=(report, kind))

    @property
    def query(self) -> dict[str, str]:
        """The filters, for addresses."""
        return {name: value for name in ("region", "agency", "q", "kind") if (value := getattr(self, name))}


async def _changes(datasette: Datasette, wanted: Wanted, size: int, *, newest: bool) -> list[Record]:
    """The changes that are wanted, newest first or in the order in which they came."""
    kinds = [kind for kind in KINDS if wanted.kind in ("", kind)]
    union = " union all ".join(f"select '{kind}' as kind, report, at, cells from ({_CHANGES[kind]})" for kind in kinds)
    where = ["c.at <> ''"]
    where += ["r.region_code in (select code from within)"] if wanted.region else []
    where += ["r.agency_id = :agency"] if wanted.agency else []
    where += [f"c.report in {_FOUND}"] if wanted.q else []
    where += ["(c.at, c.report, c.kind) > (:since, :report, :kind)"] if wanted.since else []
    order = "c.at desc, c.report, c.kind" if newest else "c.at, c.report, c.kind"
    return await select_typed(
        datasette,
        f"{_WITHIN} select c.kind, c.at, c.report, c.cells, r.title, coalesce(a.name, r.agency) as agency, r.agency_id,"
        " r.region_code, r.year, r.edition, r.status, r.revision, r.url"
        f" from ({union or 'select 1 as kind, 1 as report, null as at, 0 as cells limit 0'}) c"
        " join reports r on r.id = c.report left join agencies a on a.id = r.agency_id"
        f" where {' and '.join(where)} order by {order} limit {size}",
        region=wanted.region,
        agency=wanted.agency,
        match=match(wanted.q),
        since=wanted.since,
        report=wanted.after[0],
        kind=wanted.after[1],
    )


def _address(datasette: Datasette, request: Request, path: str, query: Mapping[str, str] | None = None) -> str:
    address: str = datasette.absolute_url(request, datasette.urls.path(path))
    return f"{address}?{urlencode(query)}" if query else address


def _page_of(datasette: Datasette, request: Request, change: Record) -> str:
    return _address(datasette, request, f"/{DATABASE}/reports/{change['report']}")


def _size(request: Request) -> int:
    given = request.args.get("size") or "100"
    if not given.isdecimal() or not 1 <= int(given) <= _MOST:
        raise BadRequest(Words(f"size 应为 1 至 {_MOST}", f"size: a number from 1 to {_MOST}"))
    return int(given)


async def changes(datasette: Datasette, request: Request) -> Response:
    """/-/changes.json?since=2026-11-01: what has changed since, in its order; ``next`` leads on until it is null."""
    wanted, size = Wanted.of(request), _size(request)
    found = await _changes(datasette, wanted, size, newest=False)
    rows = [
        {**{name: value for name, value in row.items() if name not in ("edition", "cells")},
         "page": _page_of(datasette, request, row), "cells": await _details(datasette, row)}
        for row in found
    ]  # fmt: skip
    following = None
    if len(found) == size:
        last = found[-1]
        on = {"since": last["at"], "after": f"{last['report']} {last['kind']}", "size": str(size)}
        following = _address(datasette, request, "/-/changes.json", {**wanted.query, **on})
    return Response.json({"since": wanted.since or None, "changes": rows, "next": following})


async def _details(datasette: Datasette, change: Record) -> list[Record]:
    """The cells and chapters that changed, with old and new."""
    sql = _DETAILS.get(change["kind"])
    return await select(datasette, sql, report=change["report"], at=change["at"]) if sql else []


async def atom(datasette: Datasette, request: Request) -> Response:
    """The feed at /-/feed.atom."""
    feed = await _feed(datasette, request, "atom")
    xml = await datasette.render_template("feed.xml", feed, request=request)
    return Response(_NO_XML.sub("\ufffd", xml), content_type="application/atom+xml; charset=utf-8")


async def json_feed(datasette: Datasette, request: Request) -> Response:
    """The feed at /-/feed.json."""
    feed = await _feed(datasette, request, "json")
    items = [
        {"id": item["id"], "url": item["url"], "title": item["title"], "content_text": item["text"],
         "date_modified": item["at"], "tags": [item["kind"]], "language": feed["language"]}
        for item in feed["items"]
    ]  # fmt: skip
    said_of_it = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed["title"],
        "home_page_url": feed["home"],
        "feed_url": feed["url"],
        "language": feed["language"],
        "items": items,
    }
    body = json.dumps(said_of_it, ensure_ascii=False)
    return Response(body, content_type="application/feed+json; charset=utf-8")


async def _feed(datasette: Datasette, request: Request, form: str) -> dict[str, Any]:
    wanted = Wanted.of(request)
    found = await _changes(datasette, wanted, _FEED, newest=True)
    items = [
        {
            "id": f"{_page_of(datasette, request, row)}#{row['kind']}-{row['at']}",
            "url": _page_of(datasette, request, row) + ("#revisions" if row["kind"] == "revised" else ""),
            "title": f"{KINDS[row['kind']]}：{row['title'] or row['report']}",
            "text": _text(row, await _details(datasette, row)),
            "kind": row["kind"],
            "agency": row["agency"] or "",
            "at": row["at"],
        }
        for row in found
    ]
    return {
        "title": await _title(datasette, wanted),
        "home": _address(datasette, request, "/"),
        "url": _address(datasette, request, f"/-/feed.{form}", wanted.query),
        "language": {"zh": "zh-Hans", "en": "en"}[language()],
        # A feed without an entry has changed when nobody knows.
        "updated": items[0]["at"] if items else "1970-01-01T00:00:00Z",
        "items": items,
    }


async def _title(datasette: Datasette, wanted: Wanted) -> str:
    sql = "select name from regions where code = :region union all select name from agencies where id = :agency"
    names = [row["name"] for row in await select(datasette, sql, region=wanted.region, agency=wanted.agency)]
    about = [*names, *([f"“{wanted.q}”"] if wanted.q else []), *([str(KINDS[wanted.kind])] if wanted.kind else [])]
    whole = said("政府信息公开工作年度报告", "Annual reports on government information disclosure")
    return " · ".join([whole, *about])


def _text(change: Record, details: Sequence[Record]) -> str:
    """What a feed says of a change: the cells with old and new, the first of many."""
    labels = cell_labels(change["edition"]) if change["edition"] else {}
    lines = [
        f"{labels.get(row['what'], row['what'])}：{_short(row['old'])} → {_short(row['new'])}" for row in details[:20]
    ]
    more = [said(f"……共 {len(details)} 处", f"… {len(details)} in all")] if len(details) > len(lines) else []
    about = " · ".join(str(part) for part in (change["agency"], change["year"], change["report"]) if part)
    return "\n".join([about, *lines, *more])


def _short(value: object) -> str:
    text = "" if value is None else str(value)
    return f"{text[:60]}…" if len(text) > 60 else text or said("空白", "blank")
