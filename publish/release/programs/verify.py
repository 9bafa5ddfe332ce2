"""Work out the derived tables of a release anew, and compare:  python verify.py [RELEASE]

It needs pandas, and shares no code with the program that made the release: it reads csv/*.csv.gz, CODES.csv and
DICTIONARY.csv and follows the words of the dictionary. What it takes as given are the tables that were read from
reports, and which report is another's `neighbour` (a search that is not exact); the share that the two have in
common is counted here too. Every difference is a line; the exit code is 1 if there is one.
"""

import math
import re
import sys
from collections import Counter
from decimal import Decimal
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import pandas as pd

UNCERTAIN = {"uncertain", "absent", "text"}
STATUSES = ["verified", "reviewed", "inconsistent", "uncertain", "incomplete"]
LEVELS = ("county", "city", "province")
APPLICANTS = (
    *("natural_person", "company", "research_institute", "public_interest_org", "legal_services", "other_applicant"),
    "total",
)
# Columns of panel that are sums of several cells, as their descriptions say.
SUMS = {
    "refused": ["applications/refused_*/total"],
    "unavailable": ["applications/unavailable_*/total"],
    "declined": ["applications/declined_*/total"],
    "other_outcomes": ["applications/other_*/total"],
    "review_decided": [f"disputes/review/{outcome}" for outcome in ("upheld", "corrected", "other_outcome")],
    "suits_total": ["disputes/suit_*/total"],
    "suits_corrected": ["disputes/suit_*/corrected"],
    "suits_decided": [f"disputes/suit_*/{outcome}" for outcome in ("upheld", "corrected", "other_outcome")],
}
OUTCOMES = ("granted", "partly_granted", "refused", "unavailable", "declined", "other_outcomes")
SHARES = {
    **{f"{outcome}_share": (outcome, "concluded") for outcome in OUTCOMES},
    **{f"{applicant}_share": (f"received_{applicant}", "received") for applicant in APPLICANTS[:-1]},
    "review_correction_rate": ("review_corrected", "review_decided"),
    "suits_correction_rate": ("suits_corrected", "suits_decided"),
}
SMALL = {
    "concluded_small": "concluded",
    "received_small": "received",
    "review_small": "review_decided",
    "suits_small": "suits_decided",
}
OF_DEPARTMENTS = ("licensing_", "penalties_", "coercive_", "administrative_fees_")
NO_TEXT = re.compile(r"[\W\d_]+")

Frame = Any
Row = dict[str, Any]


class Release:
    """The files of a release as frames, read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.dictionary = pd.read_csv(folder / "DICTIONARY.csv", encoding="utf-8-sig", dtype=str)
        self.codes = pd.read_csv(folder / "CODES.csv", encoding="utf-8-sig", dtype=str)
        self._frames: dict[str, Frame] = {}

    def table(self, name: str) -> Frame:
        """A table; texts and dates are str or None, all else numbers."""
        if name not in self._frames:
            columns = self.dictionary[self.dictionary["table"] == name].set_index("column")["type"]
            texts = [column for column, kind in columns.items() if kind in ("text", "date")]
            frame = pd.read_csv(
                self.folder / f"csv/{name}.csv.gz",
                dtype={column: "object" if column in texts else "float64" for column in columns.index},
                keep_default_na=False,
                na_values=[""],
            )
            frame[texts] = frame[texts].astype(object).where(frame[texts].notna(), None)
            self._frames[name] = frame
        return self._frames[name]

    def columns(self, name: str) -> list[str]:
        """The names of a table's columns."""
        return list(self.dictionary[self.dictionary["table"] == name]["column"])


def cells_of(release: Release) -> dict[str, set[str]]:
    """The figures of the panel, each with the keys of its cells."""
    keys = list(release.codes[release.codes["of"] == "cell"]["code"])
    figures: dict[str, set[str]] = {}
    for key in keys:
        table, row, column = key.split("/")
        if table == "applications":
            name = row if column == "total" else f"{row}_{column}" if row == "received" else None
        else:
            name = f"{row}_{column}"
        if name:
            figures[name] = {key}
    for name, patterns in SUMS.items():
        figures[name] = {key for key in keys if any(fnmatch(key, pattern) for pattern in patterns)}
    published = release.columns("panel")
    return {name: figures[name] for name in published if name in figures}


def read_cells(release: Release) -> Frame:
    """Every cell in long form: report, cell, value, and whether it is uncertain."""
    applications = release.table("applications").melt(["report", "row"], var_name="column")
    applications["cell"] = "applications/" + applications["row"] + "/" + applications["column"]
    disputes = release.table("disputes").melt(["report", "procedure"], var_name="column")
    disputes["cell"] = "disputes/" + disputes["procedure"] + "/" + disputes["column"]
    disclosure = release.table("disclosure").copy()
    disclosure["cell"] = "disclosure/" + disclosure["row"] + "/" + disclosure["column"]
    unitless = disclosure["column"].str.endswith("_amount") & disclosure["unit"].isna() & disclosure["value"].ne(0)
    disclosure["unitless"] = unitless & disclosure["value"].notna()
    parts = [
        frame.reindex(columns=["report", "cell", "value", "unitless"]) for frame in (applications, disputes, disclosure)
    ]
    cells = pd.concat([part.astype({"value": "float64", "unitless": "object"}) for part in parts], ignore_index=True)
    flags = release.table("flags")[["report", "cell", "state"]]
    cells = cells.merge(flags, on=["report", "cell"], how="left", validate="one_to_one")
    decisions = release.table("decisions")
    decisions = decisions[(decisions["standing"] == "applies")][["report", "cell", "state", "value"]]
    cells = cells.merge(decisions, on=["report", "cell"], how="left", validate="one_to_one", suffixes=("", "_decided"))
    # A person's decision that gives a certain number, a blank or a dash stands in the place of what was read.
    cells["decided"] = cells["state_decided"].notna() & ~cells["state_decided"].isin(UNCERTAIN)
    cells["value"] = cells["value"].where(~cells["decided"], cells["value_decided"])
    cells["doubtful"] = cells["state"].isin(UNCERTAIN) & ~cells["decided"]
    cells["uncertain"] = cells["doubtful"] | (cells["unitless"].eq(True) & ~cells["decided"])
    # Across years only what was read is compared.
    keys = pd.MultiIndex.from_frame(cells[["report", "cell"]])
    cells["open"] = cells["state"].isin(UNCERTAIN) | keys.isin(pd.MultiIndex.from_frame(decisions[["report", "cell"]]))
    return cells


def is_date(text: str | None) -> bool:
    """Whether a calendar has a date."""
    if text is None:
        return False
    try:
        return str(pd.Timestamp(text).strftime("%Y-%m-%d")) == text
    except ValueError:
        return False


def choose(release: Release) -> tuple[Frame, Frame]:
    """The chosen report of each agency and year with what the panel says of several, and table duplicates."""
    reports = release.table("reports")
    reports = reports[reports["agency_id"].notna() & reports["year"].notna()].copy()
    chosen: list[Row] = []
    duplicates: list[Row] = []
    for (agency, year), group in reports.groupby(["agency_id", "year"]):
        rows = group.to_dict("records")
        rows.sort(key=lambda row: (len(row["id"]), row["id"]), reverse=True)
        rows.sort(key=lambda row: row["published"] or "", reverse=True)
        rows.sort(key=lambda row: (STATUSES.index(row["status"]), row["id"].startswith("file-")))
        first, *others = rows
        known = [row["published"] for row in rows if is_date(row["published"])]
        own = first["published"] if is_date(first["published"]) else None
        dates = [date for date in known if date >= f"{year + 1:.0f}-01-01"]
        same = [_same(first, other) for other in others]
        duplicates += [
            {"report": other["id"], "chosen": first["id"], "same": what}
            for other, what in zip(others, same, strict=True)
        ]
        chosen.append(
            {
                **{"agency_id": agency, "year": year, "report": first["id"], "reports": len(rows)},
                "rival_reports": same.count("nothing"),
                "first_published": min(dates, default=own),
                "published": own,
            }
        )
    return pd.DataFrame(chosen), pd.DataFrame(duplicates, columns=["report", "chosen", "same"])


def _same(one: Row, other: Row) -> str:
    cells = one["cells_digest"] is not None and one["cells_digest"] == other["cells_digest"]
    text = one["text_digest"] is not None and one["text_digest"] == other["text_digest"]
    return "cells and text" if cells and text else "cells" if cells else "text" if text else "nothing"


def compare_years(release: Release, chosen: Frame, cells: Frame, figures: Frame) -> tuple[Frame, Frame]:
    """The checks across years that do not hold, and table sudden_changes."""
    before = chosen.assign(year=chosen["year"] + 1)[["agency_id", "year", "report"]]
    pairs = chosen.merge(before.rename(columns={"report": "previous"}), on=["agency_id", "year"])[
        ["report", "previous"]
    ]
    certain = cells[~cells["open"]].set_index(["report", "cell"])["value"]
    broken = []
    for applicant in APPLICANTS:
        now = _looked_up(certain, pairs["report"], f"applications/carried_in/{applicant}")
        then = _looked_up(certain, pairs["previous"], f"applications/carried_out/{applicant}")
        broken.append(pairs.assign(identity="carry_over", scope=applicant, left=then, right=now))
    doubtful = cells[cells["open"]].set_index(["report", "cell"])["open"]
    for row in ("regulations", "normative_documents"):
        stock = _looked_up(certain, pairs["report"], f"disclosure/{row}/in_force")
        then = _looked_up(certain, pairs["previous"], f"disclosure/{row}/in_force")
        for column, sign in (("issued", 1), ("repealed", -1)):
            cell = f"disclosure/{row}/{column}"
            # A blank counts as 0, what is not certain as nothing known.
            then = then + sign * _looked_up(certain, pairs["report"], cell).fillna(0)
            then = then.where(_looked_up(doubtful, pairs["report"], cell).isna())
        broken.append(pairs.assign(identity="stock", scope=row, left=stock, right=then))
    checks = pd.concat(broken).dropna(subset=["left", "right"])
    checks = checks[checks["left"] != checks["right"]]
    watched = (
        release.dictionary.query("table == 'sudden_changes' and column == 'figure'")["allowed"].iloc[0].split(" | ")
    )
    changes = []
    for figure in watched:
        value, then = (figures[figure].reindex(pairs[side]).to_numpy() for side in ("report", "previous"))
        found = pairs.assign(figure=figure, kind="sudden change", before=then, value=value)
        low, high = (
            found[["before", "value"]].min(axis=1, skipna=False),
            found[["before", "value"]].max(axis=1, skipna=False),
        )
        changes.append(found[(high >= 50) & (high >= 5 * low)])
    return checks, pd.concat(changes)


def _looked_up(values: Frame, reports: Frame, cell: str) -> Frame:
    keys = pd.MultiIndex.from_arrays([reports, [cell] * len(reports)])
    return pd.Series(values.reindex(keys).to_numpy(), index=reports.index)


def conflicts_of(
    release: Release, cells: Frame, figures: Frame, of: dict[str, set[str]]
) -> dict[str, dict[str, set[str]]]:
    """By report, what cannot be, each with the shares that it leaves empty."""
    found: dict[str, dict[str, set[str]]] = {}
    editions = release.table("reports").set_index("id")["edition"]
    rows_of = cells[cells["cell"].str.startswith("applications/")].copy()
    rows_of["row"] = rows_of["cell"].str.split("/").str[1]
    rows_of["edition"] = rows_of["report"].map(editions)
    outcome_rows = {
        edition: sorted(set(group["row"]) - {"received", "carried_in", "concluded", "carried_out"})
        for edition, group in rows_of.drop_duplicates(["edition", "row"]).groupby("edition")
    }
    checks = release.table("checks")
    for check in checks[checks["previous"].isna()].to_dict("records"):
        identity, scope = check["identity"], check["scope"]
        if identity == "balance":
            joined = {f"applications/{row}/{scope}" for row in ("received", "carried_in", "concluded", "carried_out")}
        elif identity == "outcomes":
            rows = [*outcome_rows[editions[check["report"]]], "concluded"]
            joined = {f"applications/{row}/{scope}" for row in rows}
        elif identity == "applicants":
            joined = {f"applications/{scope}/{applicant}" for applicant in APPLICANTS}
        else:
            outcomes = ("upheld", "corrected", "other_outcome", "pending", "total")
            joined = {f"disputes/{scope}/{outcome}" for outcome in outcomes}
        shares = {share for share, pair in SHARES.items() if all(of[name] & joined for name in pair)}
        found.setdefault(check["report"], {})[f"{identity}/{scope}"] = shares
    for share, (part, whole) in SHARES.items():
        for report in figures.index[figures[part] > figures[whole]]:
            found.setdefault(report, {})[f"part/{part}"] = {share}
    negative = cells[(cells["value"] < 0) & ~cells["doubtful"] & ~cells["cell"].str.fullmatch("disclosure/.*/change")]
    for report, cell in zip(negative["report"], negative["cell"], strict=True):
        shares = {share for share, pair in SHARES.items() if any(cell in of[name] for name in pair)}
        found.setdefault(report, {})[f"negative/{cell}"] = shares
    return found


def sum_figures(cells: Frame, of: dict[str, set[str]]) -> Frame:
    """Every figure of every report: the sum of its cells, empty if none has a number or one is uncertain."""
    pairs = pd.DataFrame([(key, name) for name, keys in of.items() for key in keys], columns=["cell", "figure"])
    rows = cells.merge(pairs, on="cell")
    groups = rows.groupby(["report", "figure"])
    sums = groups["value"].sum(min_count=1).where(~groups["uncertain"].any())
    return sums.unstack("figure").reindex(columns=list(of))


def make_panel(release: Release) -> dict[str, Frame]:
    """The panel, and on the way the tables duplicates, checks across years and sudden_changes."""
    of, cells = cells_of(release), read_cells(release)
    chosen, duplicates = choose(release)
    cells = cells[cells["report"].isin(chosen["report"])]
    uncertain_cells = cells[cells["uncertain"]].groupby("report")["cell"].agg(set)
    figures = sum_figures(cells, of).reindex(chosen["report"])
    checks, changes = compare_years(release, chosen, cells, figures)
    panel = chosen.set_index("report", drop=False).join(figures)
    panel = _with_facts(release, panel, cells)
    _add_doubts(release, panel, cells, of, uncertain_cells, checks, changes)
    _add_narratives(release, panel)
    _add_dates(panel)
    summaries = _add_summaries(panel)
    deadline = (panel["year"] + 1).astype(int).astype(str) + panel["summary"].map({1: "-03-31", 0: "-01-31"})
    known = panel["year_doubt"].isna() & panel["first_published"].notna()
    panel["late"] = (panel["first_published"].fillna("") > deadline).astype(float).where(known)
    across = checks.assign(key=checks["report"] + "/" + checks["identity"] + "/" + checks["scope"])
    return {
        "panel": panel,
        "duplicates": duplicates,
        "sudden_changes": changes,
        "summaries": summaries,
        "checks": across,
    }


def _with_facts(release: Release, panel: Frame, cells: Frame) -> Frame:
    """Add what reports, agencies and regions say."""
    reports = release.table("reports").set_index("id")
    agencies = release.table("agencies").set_index("id")
    media = reports["document"].map(release.table("documents").set_index("sha256")["media_type"])
    for name, column in {
        "printed_agency": "agency",
        "status": "status",
        "identities": "identities",
        "withdrawn": "withdrawn",
    }.items():
        panel[name] = panel["report"].map(reports[column])
    scanned = panel["report"].map(reports["scanned"])
    types = [kind if isinstance(kind, str) else "" for kind in panel["report"].map(media)]
    is_page = [kind.startswith(("text/html", "application/xhtml")) for kind in types]
    panel["medium"] = [
        "scan" if scan == 1 else "page" if page else "file" if scan == 0 else None
        for scan, page in zip(scanned, is_page, strict=True)
    ]
    for column in ("name", "level", "kind", "class", "region_code"):
        panel["agency" if column == "name" else column] = panel["agency_id"].map(agencies[column])
    regions = release.table("regions").set_index("code")[["name", "level", "parent"]].to_dict("index")
    panel["region"] = [regions.get(code, {}).get("name") for code in panel["region_code"]]
    for level in LEVELS:
        codes = [_ancestor(code, level, regions) for code in panel["region_code"]]
        panel[f"{level}_code"] = codes
        panel[level] = [regions[code]["name"] if code else None for code in codes]
    counts = cells[cells["state"].notna() & (cells["state"] != "printed")].groupby("report").size()
    panel["flags"] = panel["report"].map(counts).fillna(0)
    panel["uncertain_cells"] = panel["report"].map(cells[cells["doubtful"]].groupby("report").size()).fillna(0)
    edition = panel["report"].map(reports["edition"])
    everything = panel["report"].map(cells.groupby("report").size())
    panel["edition"] = edition.where(panel["uncertain_cells"] < everything)
    seen = pd.to_numeric(panel["report"].map(reports["first_seen"]).str[:4], errors="coerce")
    panel["year_doubt"] = None
    first_day = (panel["year"] + 1).astype(int).astype(str) + "-01-01"
    early = panel["first_published"].notna() & (panel["first_published"].fillna("") < first_day)
    panel.loc[early, "year_doubt"] = "early"
    panel.loc[panel["year"] < panel["edition"], "year_doubt"] = "no form"
    panel.loc[panel["year"] >= seen, "year_doubt"] = "not over"
    return panel


def _ancestor(code: str | None, level: str, regions: dict[str, Row]) -> str | None:
    while code and code in regions and (len(code) != 6 or regions[code]["level"] != level):
        code = regions[code]["parent"]
    return code if code in regions else None


def _add_doubts(
    release: Release,
    panel: Frame,
    cells: Frame,
    of: dict[str, set[str]],
    uncertain: Frame,
    checks: Frame,
    changes: Frame,
) -> None:
    """Add what is uncertain or in conflict, the counts of both, the shares and the marks."""
    own = release.table("checks")
    panel["broken_checks"] = panel["report"].map(own[own["previous"].isna()].groupby("report").size()).fillna(0)
    panel["broken_across"] = panel["report"].map(checks.groupby("report").size()).fillna(0)
    panel["sudden_changes"] = panel["report"].map(changes.groupby("report").size()).fillna(0)
    order = release.columns("panel")
    conflicts = conflicts_of(release, cells, panel, of)
    panel["uncertain"] = [_named(uncertain.get(report, set()), of, order) for report in panel["report"]]
    decided = cells[cells["decided"]].groupby("report")["cell"].agg(set)
    panel["decided"] = [_named(decided.get(report, set()), of, order) for report in panel["report"]]
    panel["conflict"] = [" ".join(sorted(conflicts.get(report, {}))) or None for report in panel["report"]]
    for share, (part, whole) in SHARES.items():
        emptied = {report for report, found in conflicts.items() if any(share in shares for shares in found.values())}
        share_of = panel[part] / panel[whole].where(panel[whole] != 0)
        panel[share] = share_of.where(~panel["report"].isin(emptied))
    for mark, whole in SMALL.items():
        panel[mark] = (panel[whole] < 10).astype(float).where(panel[whole].notna())


def _named(doubtful: set[str], of: dict[str, set[str]], order: list[str]) -> str | None:
    names = {name for name, keys in of.items() if keys & doubtful}
    names |= {share for share, pair in SHARES.items() if names.intersection(pair)}
    names |= {mark for mark, whole in SMALL.items() if whole in names}
    return " ".join(sorted(names, key=order.index)) or None


def _add_dates(panel: Frame) -> None:
    days = pd.to_datetime(panel["first_published"]) - pd.to_datetime(
        (panel["year"] + 1).astype(int).astype(str) + "-01-31"
    )
    panel["delay"] = days.dt.days.where(panel["year_doubt"].isna())


def _add_narratives(release: Release, panel: Frame) -> None:
    """Add how long each narrative is, and how much of it stands in last year's and in the neighbour's."""
    sections = release.table("sections")
    sections = sections[sections["number"].isin((1, 5, 6))].sort_values(["report", "number"])
    texts = {
        report: NO_TEXT.sub("", "".join(text or "" for text in group))
        for report, group in sections.groupby("report")["text"]
    }
    years = {
        (agency, year): report
        for agency, year, report in panel[["agency_id", "year", "report"]].itertuples(index=False)
    }
    neighbours = release.table("narratives").set_index("report")["neighbour"].to_dict()
    rows = []
    for agency, year, report in panel[["agency_id", "year", "report"]].itertuples(index=False):
        neighbour = neighbours.get(report)
        shares = [_containment(texts, report, other) for other in (years.get((agency, year - 1)), neighbour)]
        rows.append((float(len(texts.get(report, ""))), shares[0], neighbour, shares[1]))
    columns = ["narrative_length", "reuse", "neighbour", "neighbour_share"]
    panel[columns] = pd.DataFrame(rows, columns=columns, index=panel.index)


def _containment(texts: dict[str, str], report: str, other: str | None) -> float:
    text, others = texts.get(report, ""), texts.get(other or "", "")
    if other is None or len(text) < 100 or len(others) < 100:
        return math.nan
    runs = {text[at : at + 8] for at in range(len(text) - 7)}
    return len(runs & {others[at : at + 8] for at in range(len(others) - 7)}) / len(runs)


def _add_summaries(panel: Frame) -> Frame:
    """Tell which reports of governments and their offices count a whole region, from below; returns table summaries."""
    titled = panel["agency_id"].str.endswith("-government")
    panel["summary"] = titled.astype(float)
    panel["summary_basis"] = ["title" if kind == "government" else None for kind in panel["kind"]]
    compared = [name for name in FIGURES if _is_added_up(name)]
    rows: list[Row] = []
    for level in LEVELS:
        code = f"{level}_code"
        others = panel[is_counted(panel) & ~((panel["kind"] == "government") & (panel["region_code"] == panel[code]))]
        groups = others.groupby([code, "year"])
        sizes, sums, counts = groups.size(), sum_of(groups, compared), groups[compared].count().to_dict("index")
        sums = sums.to_dict("index")
        candidates = panel[(panel["kind"] == "government") & (panel["level"] == level)]
        for own in candidates[["report", "region_code", "year", *compared]].to_dict("records"):
            where = (own["region_code"], own["year"])
            if sizes.get(where, 0) < 2:
                continue
            mine = [
                {
                    **{"report": own["report"], "figure": name, "region_code": where[0], "year": where[1]},
                    **{"stated": own[name], "sum": sums[where][name], "agencies": counts[where][name]},
                }
                for name in compared
                if not (math.isnan(own[name]) or math.isnan(sums[where][name]))
            ]
            rows += [one for one in mine if one["stated"] or one["sum"]]
            by_title = bool(titled[own["report"]])
            told = _adds_up(mine, by_title=by_title)
            panel.loc[own["report"], "summary"] = float(by_title if told is None else told)
            basis = "title" if told is None else "title and figures" if told == by_title else "figures"
            panel.loc[own["report"], "summary_basis"] = basis
    names = ["report", "figure", "region_code", "year", "stated", "sum", "agencies"]
    found = pd.DataFrame(rows, columns=names)
    return found.assign(difference=found["stated"] - found["sum"])


def _adds_up(figures: list[Row], *, by_title: bool) -> bool | None:
    found = [one for one in figures if one["sum"] > 0]
    if all(one["stated"] == one["sum"] for one in found) and len({one["sum"] for one in found}) >= 3:
        return True
    if len(found) < 5:
        return None
    if by_title:
        return bool(2 * sum(2 * one["stated"] >= one["sum"] for one in found) >= len(found))
    return all(one["stated"] >= one["sum"] for one in found) and any(
        one["figure"].startswith(OF_DEPARTMENTS) for one in found
    )


FIGURES: dict[str, set[str]] = {}


def _is_added_up(name: str) -> bool:
    return all(cell.endswith("/total") or cell.startswith("disclosure/") for cell in FIGURES[name])


def sum_of(groups: Frame, names: list[str]) -> Frame:
    """The sums of figures over groups, empty where no one states them; amounts are added as decimals."""
    sums = groups[names].sum(min_count=1)
    for name in names:
        if any(cell.endswith("_amount") for cell in FIGURES[name]):
            sums[name] = groups[name].agg(_exact)
    return sums


def _exact(values: Frame) -> float:
    known = values.dropna()
    return float(sum((Decimal(str(value)) for value in known), Decimal(0))) if len(known) else math.nan


def is_counted(panel: Frame) -> Frame:
    """Which rows of the panel regions sum."""
    return (panel["summary"] == 0) & ~panel["year_doubt"].isin(["not over", "no form"])


def make_regions(panel: Frame) -> Frame:
    """Table panel_regions."""
    counted = panel[is_counted(panel)].copy()
    return pd.concat([_level(counted, level) for level in LEVELS], ignore_index=True)


def _level(counted: Frame, level: str) -> Frame:
    key, names = [f"{level}_code", "year"], list(FIGURES)
    counted = counted[counted[key[0]].notna()]
    groups = counted.groupby(key)
    said = {
        "agencies": pd.Series(1, counted.index),
        **{status: counted["status"] == status for status in ("verified", "incomplete")},
        **{f"form_{edition}": counted["edition"] == edition for edition in (2021, 2019)},
        **{column: counted[column].notna() for column in ("year_doubt", "uncertain", "conflict")},
    }
    keys = [counted[name] for name in key]
    counts = pd.DataFrame(said).astype(float).groupby(keys).sum()
    wanted = {"year_doubt": "early_agencies"} | {
        name: f"{name}_agencies" for name in ("incomplete", "uncertain", "conflict")
    }
    is_sound = counted["status"].isin(["verified", "reviewed"])
    verified = sum_of(counted[is_sound].groupby(key), names).reindex(counts.index)
    stated = groups[[*names, *SHARES]].count()
    shares, wholes = {}, {}
    for share, (part, whole) in SHARES.items():
        having = counted[[part, whole]].where(counted[share].notna()).groupby(keys).sum(min_count=1)
        shares[share], wholes[share] = having[part] / having[whole], having[whole]
    sums = sum_of(groups, names)
    marks = {
        mark: (pd.DataFrame([sums[whole], *(wholes[s] for s, pair in SHARES.items() if pair[1] == whole)]).min() < 10)
        .astype(float)
        .where(sums[whole].notna())
        for mark, whole in SMALL.items()
    }
    texts = [
        {
            "uncertain": _marks(group[group["status"] != "incomplete"]["uncertain"], len(group), names),
            "conflict": _marks(group["conflict"], len(group), None),
            "region": group[level].iloc[0],
        }
        for _, group in counted[[*key, level, "status", "uncertain", "conflict"]].groupby(key)
    ]
    parts = [counts.rename(columns=wanted), sums, verified.add_suffix("_verified"), stated.add_suffix("_agencies")]
    frame = pd.concat(
        [*parts, pd.DataFrame(shares), pd.DataFrame(marks), pd.DataFrame(texts, index=counts.index)], axis=1
    )
    return frame.assign(level=level).reset_index(names=["region_code", "year"])


def _marks(values: Frame, agencies: int, order: list[str] | None) -> str | None:
    counts = Counter(name for text in values.dropna() for name in text.split())
    names = sorted(counts, key=[*order, *SHARES, *SMALL].index) if order else sorted(counts)
    return " ".join(f"{name} {counts[name]}/{agencies}" for name in names) or None


def make_coverage(release: Release, panel: Frame, levels: tuple[str, ...]) -> Frame:
    """Coverage by the first of such levels that an agency has."""
    sure = panel[panel["year_doubt"].isna()].groupby("year").size()
    years = set(sure[sure > 1].index)
    there = {
        (agency, year): status
        for agency, year, status in panel[["agency_id", "year", "status"]].itertuples(index=False)
    }
    agencies = release.table("agencies")
    lasting = set(agencies[agencies["successor"].isna()]["id"])
    steps = {(agency, year + step) for agency, year in there for step in (-1, 1) if agency in lasting}
    expected = {*there, *(one for one in steps if one[1] in years)}
    codes = [panel[["agency_id", f"{level}_code", level]].dropna() for level in levels]
    places = [{agency: (code, name) for agency, code, name in part.itertuples(index=False)} for part in codes]
    rows: dict[tuple[str, float], Counter[str]] = {}
    names: dict[str, str] = {}
    for agency, year in expected:
        place = next((where[agency] for where in places if agency in where), None)
        if place:
            names[place[0]] = place[1]
            counts = rows.setdefault((place[0], year), Counter())
            status = there.get((agency, year))
            counts.update(
                {
                    "expected": 1,
                    "found": bool(status),
                    "read": bool(status) and status != "incomplete",
                    "verified": status == "verified",
                }
            )
    found = [
        {"region_code": code, "year": year, "region": names[code], **counts} for (code, year), counts in rows.items()
    ]
    return pd.DataFrame(found, columns=["region_code", "year", "region", "expected", "found", "read", "verified"])


def differences(name: str, expected: Frame, published: Frame, key: list[str], columns: list[str]) -> list[str]:
    """What differs, a line each."""
    if expected.empty and published.empty:
        return []
    one, two = (frame.set_index(key)[columns] for frame in (expected.reset_index(drop=True), published))
    lines = [f"{name}: {at} is not published" for at in one.index.difference(two.index)]
    lines += [f"{name}: {at} should not be there" for at in two.index.difference(one.index)]
    both = one.index.intersection(two.index)
    one, two = one.reindex(both), two.reindex(both)
    for column in columns:
        for at, right, left in zip(both, one[column].tolist(), two[column].tolist(), strict=True):
            if not _equal(right, left):
                lines.append(f"{name}.{column}: {at} has {left!r}, worked out is {right!r}")
    return lines


def _equal(one: Any, other: Any) -> bool:
    if pd.isna(one) or pd.isna(other):
        return bool(pd.isna(one) and pd.isna(other))
    if isinstance(one, str):
        # The order in which conflicts are named says nothing.
        return isinstance(other, str) and (
            one == other or sorted(re.split(r" (?!\d)", one)) == sorted(re.split(r" (?!\d)", other))
        )
    return math.isclose(one, other, rel_tol=1e-12, abs_tol=1e-12)


def verify(folder: Path) -> list[str]:
    """All differences between a release and what its base tables say."""
    release = Release(folder)
    FIGURES.update(cells_of(release))
    found = make_panel(release)
    panel = found["panel"]
    found["panel_regions"] = regions = make_regions(panel)
    found["coverage"] = make_coverage(release, panel, ("city", "province"))
    found["coverage_counties"] = make_coverage(release, panel, ("county",))
    for level, view in zip(LEVELS, ("panel_counties", "panel_cities", "panel_provinces"), strict=True):
        found[view] = regions[regions["level"] == level] if len(regions) else regions
    checks = release.table("checks")
    keys = {"panel": ["agency_id", "year"], "duplicates": ["report"], "sudden_changes": ["report", "figure"]}
    keys |= {"summaries": ["report", "figure"], "checks": ["report", "identity", "scope"]}
    lines = []
    for name, frame in found.items():
        published = checks[checks["previous"].notna()] if name == "checks" else release.table(name)
        key = keys.get(name, ["region_code", "year"])
        columns = [column for column in release.columns(name) if column not in key]
        lines += differences(name, frame, published, key, columns)
        print(f"{name}: {len(published):,} rows, {len(columns) + len(key)} columns")
    return lines


if __name__ == "__main__":
    differing = verify(Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parent))
    print("\n".join([*differing[:50], f"{len(differing)} differences"]))
    sys.exit(bool(differing))
