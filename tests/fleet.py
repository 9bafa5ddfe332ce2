"""A Redis server and fetchers on this machine, for those who kill them."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Self

import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Disconnected

needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason="needs redis-server")


class RedisServer:
    """A server of its own; ``is_lasting`` has every change on the disk before it is answered, else it forgets all."""

    def __init__(self, folder: Path, *, is_lasting: bool) -> None:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self._port = probe.getsockname()[1]
        self.url = f"redis://127.0.0.1:{self._port}/0"
        lasting = ["--appendonly", "yes", "--appendfsync", "always"] if is_lasting else []
        options = ["--port", str(self._port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder), *lasting]
        self._command = ["redis-server", *options]

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop(signal.SIGKILL)

    def start(self) -> None:
        """Start it, and wait until it answers."""
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL)
        with Redis.from_url(self.url) as client:
            for _ in range(200):
                with suppress(Disconnected):
                    if client.ping():
                        return
                time.sleep(0.05)
        raise TimeoutError("redis-server did not start")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End it."""
        self._process.send_signal(how)
        self._process.wait()


class Fetchers:
    """So many fetchers that write into one archive."""

    def __init__(self, count: int, redis: str, folder: Path, *, lease: float = 10) -> None:
        self._count = count
        self._command = [sys.executable, "-m", "nianbao", "fetch", redis, "--archive", str(folder / "archive")]
        self.environment = {**os.environ, "NIANBAO_LEASE": str(lease)}

    def __enter__(self) -> Self:
        self.processes = [self._started() for _ in range(self._count)]
        return self

    def __exit__(self, *_: object) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait()

    def replace(self, rng: Random) -> None:
        """Kill one, and start another."""
        one = self.processes.pop(rng.randrange(len(self.processes)))
        one.kill()
        one.wait()
        self.processes.append(self._started())

    def _started(self) -> subprocess.Popen[bytes]:
        return subprocess.Popen(self._command, env=self.environment, stdout=subprocess.DEVNULL)
