"""When the next request may go out, and when a run had better end: pauses that the server asks for, bot walls,
a portal that is down, the window of hours and the budget of requests.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time
from email.utils import parsedate_to_datetime

from crawler.frontier.outcomes import PASSING, Outcome
from crawler.frontier.schedule import BEIJING

# None of these rests on the real portal, which nobody here has measured. They were chosen so that a run against a
# wall ends after 5 requests, and one against a portal that is down after 30, in some three minutes at one request a
# second; tests/crawler/frontier/test_schedule.py shows what happens on either side.
# A wall in a row this often, or no answer, and the run pauses; after so many pauses without success it ends. One wall
# may be an address's own; a stretch of broken addresses is common, so that silences need more.
_WALLS, _SILENCES = 3, 10
_PAUSES = 3
# Pauses and retries are counted in delays, which are what the operator finds polite; never below this.
_LEAST_UNIT = 0.02
_PAUSE_UNITS = 60
_RETRY_UNITS = 5
TRIES = 3
# A server that asks to wait longer than that is left for the next run: the one of tomorrow is as good.
_LONGEST_WAIT = 900.0

_WINDOW = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day, Beijing time, in which a run may ask; it may reach over midnight."""

    begin: time
    end: time

    @classmethod
    def parse(cls, text: str) -> "Window":
        """From ``22:00-06:00``; raises ValueError for anything else."""
        match = _WINDOW.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"{text!r}: a window is written like 22:00-06:00")
        hours = [int(part) for part in match.groups()]
        return cls(time(hours[0] % 24, hours[1]), time(hours[2] % 24, hours[3]))

    def holds(self, moment: datetime) -> bool:
        """Whether a moment is within it."""
        clock = moment.astimezone(BEIJING).time()
        if self.begin < self.end:
            return self.begin <= clock < self.end
        return clock >= self.begin or clock < self.end

    def __str__(self) -> str:
        return f"{self.begin:%H:%M}-{self.end:%H:%M}"


class Throttle:
    """The limits between two requests; moments are of ``time.monotonic()``, seconds."""

    def __init__(self, delay: float, window: Window | None = None, budget: int | None = None) -> None:
        self._unit = max(delay, _LEAST_UNIT)
        self._window = window
        self._budget = budget
        self._resume_at = self._paused_until = 0.0
        self._spacing = 0.0
        self._last = 0.0
        self._walls = self._silences = self._pauses = 0
        self.asked = 0
        # Whether something that is known to be there had better be asked for, to tell a portal that is down from
        # a stretch of addresses that are broken.
        self.doubts = False
        self.ending: str | None = None
        self.failure: str | None = None

    def wait(self, at: float) -> float:
        """Seconds until the next request may go out."""
        return max(self._resume_at, self._last + self._spacing) - at

    def begin_request(self, at: float) -> None:
        """Count a request that is handed out."""
        self.asked += 1
        self.note_sent(at)

    def note_sent(self, at: float) -> None:
        """Note when a request goes out, from which Crawl-delay counts."""
        self._last = at

    def may_ask(self) -> bool:
        """Whether there may be another request in this run; if not, ``ending`` or ``failure`` says why."""
        if self._budget is not None and self.asked >= self._budget:
            self.ending = f"budget of {self._budget} requests spent"
        elif self._is_closed:
            self.ending = f"outside the window {self._window} (Beijing time)"
        return self.ending is None and self.failure is None

    @property
    def _is_closed(self) -> bool:
        """Whether it is an hour in which nothing may be asked."""
        return self._window is not None and not self._window.holds(datetime.now(UTC))

    def keep_apart(self, seconds: float) -> None:
        """Apply the Crawl-delay of robots.txt, in seconds; one beyond all patience ends the run."""
        self._spacing = max(self._spacing, seconds)
        if seconds > _LONGEST_WAIT:
            what = f"robots.txt asks for {seconds:.0f} seconds between two requests (Crawl-delay)"
            self.failure = f"{what}, and a run waits {_LONGEST_WAIT:.0f} at most"

    def heed(self, status: int, retry_after: str | None, at: float) -> None:
        """Apply an answer's Retry-After (RFC 9110, 10.2.3)."""
        seconds = _asked_to_wait(status, retry_after)
        if seconds is None:
            return
        if seconds > _LONGEST_WAIT:
            self.failure = f"the portal asks to come back in {seconds:.0f} seconds"
        self._resume_at = max(self._resume_at, at + seconds)

    def note(self, outcome: Outcome | None, reason: str, at: float) -> None:
        """Count walls and errors in a row; too many cause a pause, too many pauses end the run."""
        if outcome not in PASSING:
            self._walls = self._silences = self._pauses = 0
            return
        if at < self._paused_until:
            # It was asked for before the pause.
            return
        if outcome is Outcome.WALL:
            self._walls += 1
        else:
            self._silences += 1
        # After a pause, one is enough to know.
        if (self._pauses and outcome is Outcome.WALL) or self._walls >= _WALLS or self._silences >= _SILENCES:
            self._pause(outcome, reason, at)

    def _pause(self, outcome: Outcome | None, reason: str, at: float) -> None:
        self._pauses += 1
        self._walls = self._silences = 0
        self.doubts = True
        self._paused_until = at + _PAUSE_UNITS * self._unit * 2 ** (self._pauses - 1)
        self._resume_at = max(self._resume_at, self._paused_until)
        if self._pauses >= _PAUSES:
            what = "a bot wall stands before the portal" if outcome is Outcome.WALL else "the portal does not answer"
            self.failure = f"{what}, also after {self._pauses - 1} pauses: {reason}"

    def retry_in(self, tries: int) -> float | None:
        """Seconds until an address that failed for the ``tries``-th time in this run is asked again; None is never."""
        return None if tries >= TRIES else _RETRY_UNITS * self._unit * 4 ** (tries - 1)


def _asked_to_wait(status: int, retry_after: str | None) -> float | None:
    """Seconds that an answer asks to wait, if it does: the header Retry-After has a number or a date."""
    if status not in (429, 503) or not retry_after:
        return None
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max((parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds(), 0.0)
    except (TypeError, ValueError):
        return None
