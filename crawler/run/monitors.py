"""Checks after every run, with Spidermon: a monitor that fails makes the run exit with 1 and notifies the operator.

A monitor is a ``unittest`` case: each of its tests looks at the run's :class:`crawler.run.summary.Summary`.
"""

import json
import logging
import shlex
import subprocess
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, select_autoescape
from spidermon import Monitor, MonitorSuite
from spidermon.core.actions import Action

SUMMARY = "nianbao/summary"
ALARMS = "nianbao/alarms"

log = logging.getLogger("nianbao")

# Chosen, not measured, as no season has been watched yet; tests/crawler/run/test_monitors.py shows either side.
# Of 20 reports one is 5 %: with fewer, two odd ones would be a fall of 10 %.
_LEAST_READ = 20
# Per cent by which the share of verified reports may fall: two reports of the 20.
_FALL = 10.0
# Per cent of a form's 200 cells by which more may be missing: four a report, about what one lost row costs.
_DRIFT = 2.0
# Of last year's reports by the same day. Agencies are late by days, and January's holidays move by weeks.
_SEASON_SHARE = 0.8
_NOTIFY_SECONDS = 60


class _RunMonitor(Monitor):  # type: ignore[misc]
    @property
    def summary(self) -> dict[str, Any]:
        """The run's :class:`crawler.run.summary.Summary` as plain values."""
        summary: dict[str, Any] = self.data.stats.get(SUMMARY, {})
        if not summary:
            self.skipTest("the run could not be summed up, and says why")
        return summary


class Books(_RunMonitor):
    """The run's own accounts."""

    def test_every_planned_address_came_to_an_outcome(self) -> None:
        counts = self.summary["counts"]
        ended = sum(count for name, count in counts.items() if name not in ("requests", "planned"))
        self.assertEqual(ended, counts["planned"], f"{counts['planned']} planned, {ended} with an outcome")


class Findings(_RunMonitor):
    """What the run itself found amiss."""

    def test_nothing_was_found_amiss(self) -> None:
        findings = self.summary["findings"]
        self.assertEqual(findings, [], "; ".join(findings))


class Walls(_RunMonitor):
    """Whether the portal let the crawl in."""

    def test_no_bot_wall(self) -> None:
        walls = self.summary["counts"].get("wall", 0)
        self.assertEqual(walls, 0, f"{walls} addresses met a bot wall")


class Reports(_RunMonitor):
    """Whether as many reports were found, and as many can be trusted, as before."""

    def test_as_many_are_verified_as_before(self) -> None:
        now, before = self.summary["verified"], self.summary["verified_before"]
        if sum(self.summary["read"].values()) >= _LEAST_READ and before is not None:
            self.assertGreaterEqual(
                now, before - _FALL, f"{now} % of this run's reports are verified, {before} % before"
            )

    def test_as_many_as_last_year_by_this_day(self) -> None:
        season = self.summary["season"]
        if season["watched"] and season["last_year_by_now"] >= _LEAST_READ:
            least = _SEASON_SHARE * season["last_year_by_now"]
            said = f"{season['found']} reports on {season['year']}, {season['last_year_by_now']} a year ago"
            self.assertGreaterEqual(season["found"], least, said)


class Form(_RunMonitor):
    """Whether pages still bear the labels of the form."""

    def test_no_more_cells_are_lost_than_before(self) -> None:
        now, before = self.summary["lost_cells"], self.summary["lost_cells_before"]
        if sum(self.summary["read"].values()) >= _LEAST_READ and before is not None:
            self.assertLessEqual(now, before + _DRIFT, f"{now} % of this run's cells were not found, {before} % before")


class Failures(_RunMonitor):
    """Whether anything fails in a way that was not seen before."""

    def test_no_new_kind_of_failure(self) -> None:
        new = self.summary["new_failures"]
        self.assertEqual(new, [], f"not seen before: {'; '.join(new)}")


class Collect(Action):  # type: ignore[misc]
    """Log what failed, and keep it for the exit code and the page."""

    def run_action(self) -> None:
        """Write the alarms to the run's stats."""
        alarms = [_message(result.error) for result in self.result.monitors_failed_results]
        self.data.crawler.stats.set_value(ALARMS, alarms)
        for alarm in alarms:
            log.warning("%s", alarm)


class WritePage(Action):  # type: ignore[misc]
    """Write the summary as one HTML page beside the database."""

    def run_action(self) -> None:
        """Render the template."""
        environment = Environment(loader=PackageLoader("crawler.run"), autoescape=select_autoescape(["html"]))
        summary = self.data.stats.get(SUMMARY, {})
        page = environment.get_template("summary.html").render(
            run=summary, alarms=self.data.crawler.stats.get_value(ALARMS, [])
        )
        path = Path(self.data.crawler.settings["NIANBAO_DB"]).with_suffix(".crawl.html")
        try:
            path.write_text(page, encoding="utf-8")
        except OSError as error:
            log.error("%s: %s", path, error.strerror)


class Notify(Action):  # type: ignore[misc]
    """Run the command of the setting ``NIANBAO_NOTIFY``, as ``mail -s nianbao me@example.org``, on the summary."""

    def run_action(self) -> None:
        """Run it if there is one and a monitor failed."""
        command = shlex.split(self.data.crawler.settings["NIANBAO_NOTIFY"])
        if command:
            summary = self.data.stats.get(SUMMARY, {})
            text = "\n".join(
                [*self.data.crawler.stats.get_value(ALARMS, []), json.dumps(summary, ensure_ascii=False, indent=1)]
            )
            done = subprocess.run(  # noqa: S603 - the operator's own command
                command, input=text, text=True, capture_output=True, timeout=_NOTIFY_SECONDS, check=False
            )
            if done.returncode:
                log.error("NIANBAO_NOTIFY exited with %d: %s", done.returncode, done.stderr.strip())


class RunSuite(MonitorSuite):  # type: ignore[misc]
    """All monitors."""

    monitors = (Books, Findings, Walls, Reports, Form, Failures)
    monitors_finished_actions = (Collect, WritePage)
    monitors_failed_actions = (Notify,)


def _message(traceback: str) -> str:
    """The message of a failed assertion."""
    line = traceback.strip().splitlines()[-1]
    return line.rpartition(" : ")[2] or line
