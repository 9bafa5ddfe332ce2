"""What stands in Redis: requests that wait for a fetcher or are with one, what came of them, when a host may be asked.

Requests are a stream that is read by a consumer group: each is delivered to one fetcher, and is pending until that
has posted what came of it. A fetcher that lives claims again and again what it is at; what has been idle for longer
than the lease is nobody's.
"""

import asyncio
import json
import logging
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any, TypeVar
from urllib.parse import urlsplit

from redis import asyncio as aioredis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import AuthenticationError, RedisError, ResponseError
from redis.exceptions import ConnectionError as Disconnected
from redis.exceptions import TimeoutError as Unanswered

log = logging.getLogger("nianbao")

_T = TypeVar("_T")

_TASKS, _RESULTS, _GROUP = "nianbao:tasks", "nianbao:results", "fetchers"
_CRAWL, _ALIVE = "nianbao:crawl", "nianbao:fetcher:"
_NEXT, _CONNECTIONS = "nianbao:next:", "nianbao:connections:"
_BLOCK_MS = 1000
_MANY = 100_000
_AGAIN = 0.3
_AWAY = (Disconnected, Unanswered, OSError)
# What is told apart where it is asked for; any other complaint of Redis ends whoever hears it.
_EXPECTED = ("NOGROUP", "UNBLOCKED", "BUSYGROUP", "no such key", "equal or smaller")
# Seconds after which a server that says nothing, or a network that swallows everything, counts as away.
_SILENCE = 10.0
# Longer than any request takes; that of a fetcher that died is given back with the request.
_CONNECTION_MS = 180_000
# How long a host is remembered beyond the pause after its last request.
_REMEMBERED_MS = 60_000
_BUSY_MS = 20

# A request is good for one life of the server: one that has forgotten what was done may not have it done again.
_LIFE = "local life = string.match(redis.call('INFO', 'server'), 'run_id:(%x+)')\n"
_NOW = "local time = redis.call('TIME')\nlocal now = time[1] * 1000 + math.floor(time[2] / 1000)\n"
_ISSUE = f"{_LIFE}return redis.call('XADD', KEYS[1], ARGV[1], 'task', ARGV[2], 'life', life)"
# Milliseconds to wait before a request; 0 lets it go, -1 says that it is no longer the fetcher's.
_MAY_GO = f"""{_LIFE}{_NOW}
if ARGV[1] ~= life then return -1 end
local with = redis.call('XPENDING', KEYS[1], '{_GROUP}', ARGV[2], ARGV[2], 1)
if #with == 0 or with[1][2] ~= ARGV[3] then return -1 end
local delay = tonumber(ARGV[4])
local next = tonumber(redis.call('GET', KEYS[3]) or now + delay)
if now < next then
  redis.call('SET', KEYS[3], next, 'PX', next - now + {_REMEMBERED_MS})
  return next - now
end
redis.call('ZREMRANGEBYSCORE', KEYS[2], '-inf', now)
if redis.call('ZCARD', KEYS[2]) >= tonumber(ARGV[5]) then return {_BUSY_MS} end
redis.call('ZADD', KEYS[2], now + {_CONNECTION_MS}, ARGV[2])
redis.call('PEXPIRE', KEYS[2], {_CONNECTION_MS})
redis.call('SET', KEYS[3], now + delay, 'PX', delay + {_REMEMBERED_MS})
return 0
"""
# Only what nobody asks for yet.
_RECALL = f"""local recalled = {{}}
for i, turn in ipairs(ARGV) do
  if not redis.call('ZSCORE', KEYS[i + 1], turn) then
    pcall(redis.call, 'XACK', KEYS[1], '{_GROUP}', turn)
    redis.call('XDEL', KEYS[1], turn)
    recalled[#recalled + 1] = turn
  end
end
return recalled
"""
_LEAVE = "if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end"
_REST = f"""{_NOW}
local next = math.max(now + ARGV[1], tonumber(redis.call('GET', KEYS[1]) or 0))
redis.call('SET', KEYS[1], next, 'PX', next - now + {_REMEMBERED_MS})
"""


class BoardError(Exception):
    """Redis does not answer, or not as it should."""


@dataclass(frozen=True, slots=True)
class Task:
    """A request to be made: for which run, of what, with which headers, and how its host is to be treated.

    ``delay`` is in seconds between two requests to the host, ``connections`` how many there may be at a time;
    ``known`` is the payload that the address had last: hash on the wire, URL and time of its record.
    """

    crawl: str
    portal: str
    url: str
    address: str | None
    headers: list[tuple[str, str]]
    delay: float
    connections: int
    known: tuple[str, str, str] | None = None
    tries: int = 1

    @property
    def host(self) -> str:
        """What is asked at."""
        return urlsplit(self.url).netloc


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a request: where the archive has the answer, or why there is none."""

    turn: str
    portal: str
    warc: str = ""
    offset: int = 0
    seconds: float | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class Taken:
    """A request that a fetcher has taken, and in which life of the server it was put up."""

    turn: str
    task: Task
    life: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A request on the board, whether it was taken, and whether it is lost: nobody is at it, and nobody will be."""

    task: Task
    was_taken: bool
    is_lost: bool


class Board:
    """The one Redis database that a crawl and its fetchers share.

    ``lease`` is in seconds: what no living fetcher has claimed for so long is given out again. While Redis is away,
    every call waits for it, ``patience`` seconds at most and until ``is_leaving``, and then raises :class:`BoardError`.
    """

    def __init__(
        self,
        url: str,
        lease: float,
        *,
        patience: float = float("inf"),
        is_leaving: Callable[[], bool] = lambda: False,
    ) -> None:
        self.name = without_password(url)
        self.lease = lease
        self._patience = patience
        self._is_leaving = is_leaving
        self._is_away = False
        if set("/?#") & set(url.partition("://")[2].rpartition("@")[0]):
            # What would be said of it otherwise shows a part of it.
            raise BoardError(f"{self.name}: in a password, / ? # and @ are written as %2F %3F %23 and %40")
        try:
            # Redis' own types leave open whether anything is awaited.
            self._redis: Any = aioredis.Redis.from_url(
                url, decode_responses=True, encoding_errors="replace", protocol=2, retry=Retry(NoBackoff(), 0),
                socket_timeout=_SILENCE, socket_connect_timeout=_SILENCE,
            )  # fmt: skip
            # What options a connection has, it says only when it is made.
            self._redis.connection_pool.make_connection()  # type: ignore[no-untyped-call]
        except (TypeError, ValueError) as error:
            raise BoardError(f"{self.name}: {error}") from error
        self._issue = self._redis.register_script(_ISSUE)
        self._may_go = self._redis.register_script(_MAY_GO)
        self._rest = self._redis.register_script(_REST)
        self._recall = self._redis.register_script(_RECALL)
        self._leave = self._redis.register_script(_LEAVE)

    async def close(self) -> None:
        """Leave."""
        await self._redis.aclose()

    async def ping(self) -> None:
        """See whether Redis is there."""
        await self._insist(self._redis.ping)

    # For the crawl

    async def hold(self, crawl: str, seconds: float) -> bool:
        """Be the one crawl of this board for so long; False if another is."""
        held = partial(self._redis.set, _CRAWL, crawl, px=int(seconds * 1000))
        if await self._insist(held, nx=True):
            return True
        if await self._insist(self._redis.get, _CRAWL) != crawl:
            return False
        await self._insist(held)
        return True

    async def recall(self, tasks: Mapping[str, Task]) -> list[str]:
        """Take requests off, by turn, unless they are being made; returns those that will not be made."""
        recalled: list[str] = await self._insist(self._recall, keys=_places(tasks), args=list(tasks))
        return recalled

    async def leave(self, crawl: str, tasks: Mapping[str, Task]) -> None:
        """Recall requests, and let another crawl use the board; who leaves in vain is forgotten after a while."""
        with suppress(RedisError, OSError):
            await self._recall(keys=_places(tasks), args=list(tasks))
            await self._leave(keys=[_CRAWL], args=[crawl])

    async def issue(self, turn: str, task: Task) -> None:
        """Put a request up."""
        text = json.dumps(asdict(task), ensure_ascii=False)
        try:
            await self._insist(self._issue, keys=[_TASKS], args=[turn, text])
        except ResponseError as error:
            # It had come through although the connection broke.
            if "equal or smaller" not in str(error):
                raise

    async def last_turn(self) -> int:
        """The milliseconds of the highest turn that there was."""
        try:
            info = await self._insist(self._redis.xinfo_stream, _TASKS)
        except ResponseError:
            return 0
        return int(info["last-generated-id"].partition("-")[0])

    async def entries(self) -> dict[str, Entry]:
        """All requests that are up, by turn."""
        server = await self._insist(self._redis.info, "server")
        found = await self._insist(self._redis.xrange, _TASKS)
        try:
            pending = await self._insist(self._redis.xpending_range, _TASKS, _GROUP, "-", "+", _MANY)
        except ResponseError:
            pending = []
        idle = {one["message_id"]: one["time_since_delivered"] / 1000 for one in pending}

        def is_lost(turn: str, life: str) -> bool:
            # What was put up in an earlier life of the server, nobody will make any more.
            return idle[turn] > self.lease if turn in idle else bool(life != server["run_id"])

        tasks = [
            (turn, fields.get("life", ""), await self._read(_TASKS, turn, fields, _task)) for turn, fields in found
        ]
        return {turn: Entry(task, turn in idle, is_lost(turn, life)) for turn, life, task in tasks if task}

    async def withdraw(self, turn: str, task: Task) -> None:
        """Take a request off, and give its host's connection back."""
        await self._together(lambda several: _off(several, turn, task))

    async def results(self) -> list[tuple[str, Result]]:
        """What came of requests, with the name of each entry; waits a second for the first."""
        streams = await self._insist(self._redis.xread, {_RESULTS: "0"}, block=_BLOCK_MS)
        read = [
            (name, await self._read(_RESULTS, name, fields, _result)) for _, found in streams for name, fields in found
        ]
        return [(name, result) for name, result in read if result]

    async def forget(self, name: str) -> None:
        """Take off a result that is in the books."""
        await self._insist(self._redis.xdel, _RESULTS, name)

    async def fetchers(self) -> int:
        """How many fetchers are alive."""
        return len(await self._insist(self._redis.keys, f"{_ALIVE}*"))

    # For a fetcher

    async def take(self, fetcher: str) -> Taken | None:
        """The next request, if there is one within a second."""
        try:
            streams = await self._insist(
                self._redis.xreadgroup, _GROUP, fetcher, {_TASKS: ">"}, count=1, block=_BLOCK_MS
            )
        except ResponseError as error:
            if not str(error).startswith(("NOGROUP", "UNBLOCKED")):
                raise
            await self._make_group()
            return None
        for _, found in streams:
            for turn, fields in found:
                task = await self._read(_TASKS, turn, fields, _task)
                return Taken(turn, task, fields.get("life", "")) if task else None
        return None

    async def wait(self, fetcher: str, taken: Taken) -> float | None:
        """Seconds to wait before a request; 0 is go, None says that it is no longer this fetcher's."""
        task = taken.task
        keys = [_TASKS, _CONNECTIONS + task.host, _NEXT + task.host]
        args = [taken.life, taken.turn, fetcher, int(task.delay * 1000), task.connections]
        wait = await self._insist(self._may_go, keys=keys, args=args)
        return None if wait < 0 else wait / 1000

    async def rest(self, task: Task, seconds: float) -> None:
        """Have a host left alone for so long."""
        await self._insist(self._rest, keys=[_NEXT + task.host], args=[int(seconds * 1000)])

    async def keep(self, fetcher: str, turns: Collection[str]) -> None:
        """Say that a fetcher is alive, and still at some requests."""
        await self._insist(self._redis.set, _ALIVE + fetcher, 1, px=int(self.lease * 1000))
        if turns:
            with suppress(ResponseError):
                await self._insist(self._redis.xclaim, _TASKS, _GROUP, fetcher, 0, list(turns), justid=True)

    async def post(self, taken: Taken, result: Result) -> None:
        """Say what came of a request."""
        text = json.dumps(asdict(result), ensure_ascii=False)

        def put(several: Any) -> None:
            several.xadd(_RESULTS, {"result": text})
            _off(several, taken.turn, taken.task)

        await self._together(put)

    async def give_back(self, fetcher: str, taken: Taken) -> None:
        """Have a request given out again that was not made."""
        with suppress(ResponseError):
            claim = partial(self._redis.xclaim, _TASKS, _GROUP, fetcher, 0, [taken.turn], justid=True)
            await self._insist(claim, idle=int(2 * self.lease * 1000))

    async def go(self, fetcher: str) -> None:
        """Be forgotten as a fetcher, now rather than after a while."""
        with suppress(RedisError, OSError):
            await self._redis.delete(_ALIVE + fetcher)

    async def _make_group(self) -> None:
        with suppress(ResponseError):
            await self._insist(self._redis.xgroup_create, _TASKS, _GROUP, "0", mkstream=True)

    async def _read(
        self, stream: str, name: str, fields: dict[str, str], parse: Callable[[dict[str, str]], _T]
    ) -> _T | None:
        """What an entry says; one that says nothing is not ours, and would be in everybody's way."""
        try:
            return parse(fields)
        except (KeyError, TypeError, ValueError):
            log.warning("%s: entry %s of %s cannot be read, and is taken off", self.name, name, stream)
            await self._insist(self._redis.xdel, stream, name)
            return None

    async def _together(self, put: Callable[[Any], None]) -> None:
        """Have several commands done, all or none."""

        async def execute() -> None:
            async with self._redis.pipeline(transaction=True) as several:
                put(several)
                await several.execute()

        await self._insist(execute)

    async def _insist(self, call: Callable[..., Awaitable[Any]], *args: Any, **kwargs: Any) -> Any:
        """Call Redis, again and again while it is away."""
        began = time.monotonic()
        while True:
            try:
                answer = await call(*args, **kwargs)
                self._is_away = False
                return answer
            except AuthenticationError as error:
                raise BoardError(f"{self.name}: {error}") from error
            except _AWAY as error:
                if time.monotonic() - began >= self._patience or self._is_leaving():
                    raise BoardError(f"no Redis server answers at {self.name}") from error
                if not self._is_away:
                    log.info("no Redis server answers at %s: waiting for it", self.name)
                self._is_away = True
            except RedisError as error:
                if isinstance(error, ResponseError) and any(words in str(error) for words in _EXPECTED):
                    raise
                raise BoardError(f"{self.name}: {error}") from error
            await asyncio.sleep(_AGAIN)


def greet(url: str) -> None:
    """Raise :class:`BoardError` if no Redis server answers at an address."""

    async def ping() -> None:
        board = Board(url, 0, patience=0)
        try:
            await board.ping()
        finally:
            await board.close()

    asyncio.run(ping())


async def cancel(loops: Collection["asyncio.Task[None]"]) -> None:
    """End what calls Redis again and again; its client may swallow a cancellation, so once is not enough."""
    while pending := [loop for loop in loops if not loop.done()]:
        for loop in pending:
            loop.cancel()
        await asyncio.wait(pending, timeout=_AGAIN)


def without_password(url: str) -> str:
    """The address of a Redis server as it may be shown."""
    scheme, slashes, rest = url.partition("://") if "://" in url else ("", "", url)
    secret, at, place = rest.rpartition("@")
    # A password may also stand behind the question mark.
    shown = "..." if at and "?" in secret else place.partition("?")[0]
    return f"{scheme}{slashes}{shown}"


def _result(entry: dict[str, str]) -> Result:
    return Result(**json.loads(entry["result"]))


def _task(entry: dict[str, str]) -> Task:
    fields = json.loads(entry["task"])
    headers = [(name, value) for name, value in fields["headers"]]
    return Task(**{**fields, "headers": headers, "known": fields["known"] and tuple(fields["known"])})


def _places(tasks: Mapping[str, Task]) -> list[str]:
    return [_TASKS, *(_CONNECTIONS + task.host for task in tasks.values())]


def _off(several: Any, turn: str, task: Task) -> None:
    """Take a request off, with all that it holds."""
    several.xack(_TASKS, _GROUP, turn)
    several.xdel(_TASKS, turn)
    several.zrem(_CONNECTIONS + task.host, turn)
