"""The commands ``nianbao publish`` and ``nianbao diff``: what they print, and what they complain of."""

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click

from derived.coverage import Assertion
from nianbao.coverage import PART
from nianbao.words import reason
from publish.release.build import Refused
from publish.release.build import publish as build
from publish.release.changes import Change, Comparison, database_of, version_of
from publish.release.folder import NoRelease, files_of
from publish.release.formats.csvfile import write_plain
from publish.release.formats.export import is_installed
from publish.release.tables import release_table

_SHOWN = 20
_KINDS = {
    "added": "reports added 新增报告",
    "removed": "reports removed 消失的报告",
    "revised": "reports revised 修订的报告",
    "fact": "facts of reports 报告信息变动",
    "cell": "cells 单元格变动",
    "chapter": "chapters 章节变动",
}
_CAUSES = {
    "publisher": "by the publisher 发布者改动",
    "reading": "read differently 读取方式改变",
    "decision": "decided by people 人工核定",
    "unclear": "unclear 原因不明",
}


def publish(db: Path, folder: Path, assertions: Sequence[Assertion], since: Path | None) -> list[str]:
    """Publish a release and say what it is; returns the reasons for which it was refused."""
    if not is_installed():
        raise click.ClickException("this needs the extra release: pip install 'nianbao[release]'")
    with _complaints():
        try:
            published = build(db, folder, assertions, database_of(since) if since else None)
        except Refused as refused:
            part = [PART] if any(reason.startswith("coverage: ") for reason in refused.reasons) else []
            return [*(f"refused: {reason}" for reason in refused.reasons), *part]
    for warning in published.warnings:
        click.echo(f"warning: {warning}", err=True)
    what = f"{published.facts.reports:,} reports, {len(files_of(folder))} files"
    click.echo(f"{folder}: release {published.facts.version}, {what}; see {folder / 'index.html'}")
    return []


def diff(old: Path, new: Path, csv: Path | None, *, as_json: bool) -> None:
    """Print what differs between two releases, and write it into a CSV file if one is wanted."""
    with _complaints():
        before, after = database_of(old), database_of(new)
        with Comparison(before, after) as comparison:
            if csv:
                head = (column.name for column in release_table("changes").columns)
                write_plain(csv, head, (change.row() for change in comparison.changes()))
            if as_json:
                for change in comparison.changes():
                    click.echo(json.dumps(asdict(change), ensure_ascii=False))
            else:
                click.echo(f"{version_of(before)} → {version_of(after)}")
                _summarise(comparison.changes())


@contextmanager
def _complaints() -> Iterator[None]:
    """Whatever is wrong with what the user named, in one line."""
    try:
        yield
    except BrokenPipeError:
        # Whoever reads the output has had enough.
        raise
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        raise click.ClickException(f"{where}{reason(error)}") from error
    except sqlite3.DatabaseError as error:
        raise click.ClickException(f"the database cannot be used: {error}") from error
    except (LookupError, NoRelease, ValueError) as error:
        raise click.ClickException(str(error.args[0])) from error


def _summarise(changes: Iterable[Change]) -> None:
    counts: Counter[tuple[str, str | None]] = Counter()
    shown: list[Change] = []
    for change in changes:
        counts[change.change, change.cause] += 1
        if len(shown) < _SHOWN and change.change != "added":
            shown.append(change)
    for kind, words in _KINDS.items():
        causes = {cause: counts[kind, cause] for cause in (None, *_CAUSES) if counts[kind, cause]}
        why = ", ".join(f"{count:,} {_CAUSES[cause]}" for cause, count in causes.items() if cause)
        click.echo(f"{sum(causes.values()):8,} {words}{f': {why}' if why else ''}")
    for change in shown:
        click.echo(f"  {_change_line(change)}")
    if counts.total() > len(shown):
        click.echo("  … every change: --csv FILE or --json")


def _change_line(change: Change) -> str:
    about = f"{change.report} {change.agency or ''} {change.year or ''}"
    if change.change in ("added", "removed"):
        return f"{about}: {change.change}"
    old, new = _value_or_state(change.old_state, change.old), _value_or_state(change.new_state, change.new)
    return f"{about}: {change.what or 'revision'}: {old} → {new} ({change.cause})"


def _value_or_state(state: str | None, value: str | None) -> str:
    """A value, or which kind of nothing it is."""
    return value if value is not None else state or "nothing"
