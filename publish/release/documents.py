"""What a release says of itself: landing page, dictionary, guide, licence, citation."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import yaml
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup

from database.schema import Table
from publish.release.dictionary import allowed
from publish.release.facts import CREATOR, KEYWORDS, LICENCE, LICENCE_URL, TITLE_EN, TITLE_ZH, Facts
from publish.release.folder import SUMS, sha256_of
from publish.release.formats.datapackage import File
from publish.release.tables import released_tables

_STATUSES = ("verified", "reviewed", "inconsistent", "uncertain", "incomplete")


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("publish.release"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"size": _size, "thousands": "{:,}".format, "allowed": allowed}
    return environment


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB"):
        if count < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} GB"


def write_document(path: Path, facts: Facts, **context: Any) -> None:
    """Write the document that has a template of the file's name."""
    names = {"title_zh": TITLE_ZH, "title_en": TITLE_EN, "licence": LICENCE, "licence_url": LICENCE_URL}
    text = _environment().get_template(path.name).render(facts=facts, creator=CREATOR, **names, **context)
    path.write_text(text, encoding="utf-8")


def write_json(path: Path, value: object) -> None:
    """Write a value for people and programs to read."""
    path.write_text(json.dumps(value, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def write_citation(path: Path, facts: Facts) -> None:
    """Write ``CITATION.cff``."""
    citation = {
        "cff-version": "1.2.0",
        "message": "引用本数据请注明版本。If you use these data, please cite this version.",
        "type": "dataset",
        "title": f"{TITLE_ZH} · {TITLE_EN}",
        "authors": [{"name": CREATOR}],
        "version": facts.version,
        "date-released": facts.date,
        "license": LICENCE,
        "keywords": KEYWORDS,
        "abstract": f"{facts.where} {facts.years}: {facts.reports:,} reports by {facts.agencies:,} agencies.",
    }
    path.write_text(yaml.safe_dump(citation, allow_unicode=True, sort_keys=False, width=1000), encoding="utf-8")


def write_dictionary(path: Path, facts: Facts, tables: Sequence[Table], codes: Iterable[Sequence[object]]) -> None:
    """Write the dictionary for reading."""
    by_column = defaultdict(list)
    for of, *code in codes:
        by_column[of].append(code)
    write_document(path, facts, tables=tables, codes=by_column)


def write_landing(path: Path, facts: Facts, files: Sequence[File], db: sqlite3.Connection) -> None:
    """Write the landing page, with what search engines for data read."""
    rows = db.execute("select year, measure, count from quality").fetchall()
    years: dict[str, dict[str, int]] = defaultdict(dict)
    for year, measure, count in rows:
        years[year][measure] = count
    described = json.dumps(_dataset(facts, files, path.parent), ensure_ascii=False, indent=1)
    sizes = {file.path: (path.parent / file.path).stat().st_size for file in files}
    write_document(
        path,
        facts,
        tables=released_tables(),
        files=files,
        sizes=sizes,
        statuses=_STATUSES,
        years={year: counts for year, counts in sorted(years.items()) if year != "all"},
        # Nothing in the data may end the script.
        json_ld=Markup(described.replace("<", "\\u003c")),  # noqa: S704
    )


def _dataset(facts: Facts, files: Sequence[File], folder: Path) -> dict[str, Any]:
    """The release as a Dataset of schema.org."""
    distribution = [_download(file, folder) for file in files]
    distribution.append({"@type": "DataDownload", "contentUrl": SUMS, "encodingFormat": "text/plain", "name": SUMS})
    years = {"temporalCoverage": f"{facts.first}-01-01/{facts.last}-12-31"} if facts.first else {}
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        "name": [_in("zh", TITLE_ZH), _in("en", TITLE_EN)],
        "description": [
            _in(
                "zh",
                f"{facts.where}{facts.years}年{facts.agencies:,}个机关的{facts.reports:,}份政府信息公开工作年度报告。",
            ),
            _in("en", f"{facts.reports:,} annual reports by {facts.agencies:,} agencies, {facts.years}, cell by cell."),
        ],
        "version": facts.version,
        "dateModified": facts.date,
        "license": LICENCE_URL,
        "creator": {"@type": "Organization", "name": CREATOR},
        "inLanguage": ["zh", "en"],
        "isAccessibleForFree": True,
        "keywords": KEYWORDS,
        **years,
        "spatialCoverage": [{"@type": "Place", "name": name, "identifier": code} for code, name in facts.places],
        "distribution": distribution,
    }


def _in(language: str, text: str) -> dict[str, str]:
    return {"@language": language, "@value": text}


def _download(file: File, folder: Path) -> dict[str, Any]:
    path = folder / file.path
    return {
        "@type": "DataDownload",
        "name": file.path,
        "description": f"{file.zh} · {file.en}",
        "contentUrl": file.path,
        "encodingFormat": file.media_type,
        "contentSize": str(path.stat().st_size),
        "sha256": sha256_of(path),
    }
