from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request, Response

from crawler.archive.writer import Archive, mend
from crawler.run.run import crawl_id
from database.store import Store

AT = "2026-11-21T00:00:00Z"


def _filled(folder: Path) -> tuple[Archive, Path, list[int]]:
    """An archive with five answers, its file, and where they begin."""
    archive = Archive(folder / "archive")
    archive.begin("20261121T000000Z-0000", "http://127.0.0.1")
    with Store(folder / "test.db") as store:
        offsets = [_write(archive, store, number).offset for number in range(5)]
    archive.close()
    return archive, archive.files()[0], offsets


def _write(archive: Archive, store: Store, number: int) -> Any:
    url = f"http://127.0.0.1/{number}"
    return archive.write(Request(url), Response(url, body=b"%d" % number * 4000), AT, store.db)


def _bodies(archive: Archive, path: Path, folder: Path) -> list[bytes]:
    with Store(folder / "test.db") as store:
        return [exchange.body[:1] for exchange in archive.exchanges([path], store.db)]


def test_a_tail_is_cut_but_damage_in_the_middle_costs_its_own_record_only(tmp_path: Path) -> None:
    archive, path, offsets = _filled(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole + b"\0" * 4096)
    assert mend(path) == 4096
    assert path.read_bytes() == whole
    spoilt = bytearray(whole)
    spoilt[offsets[2] + 30 : offsets[2] + 40] = bytes(10)
    path.write_bytes(spoilt)
    assert mend(path) == 0
    assert path.stat().st_size == len(whole)
    assert _bodies(archive, path, tmp_path) == [b"0", b"1", b"3", b"4"]
    assert archive.damaged[path.name] > 0


def test_two_runs_of_one_name_do_not_write_into_one_file(tmp_path: Path) -> None:
    _, path, _ = _filled(tmp_path)
    whole = path.read_bytes()
    other = Archive(path.parent)
    other.begin("20261121T000000Z-0000", "http://127.0.0.2")
    with Store(tmp_path / "other.db") as store, pytest.raises(FileExistsError):
        _write(other, store, 9)
    assert path.read_bytes() == whole


def test_runs_that_begin_in_the_same_second_have_names_of_their_own() -> None:
    assert len({crawl_id(AT) for _ in range(10_000)}) == 10_000
    assert crawl_id("2026-11-21T00:00:01Z") > crawl_id(AT)


def test_a_file_that_stands_in_two_archives_is_read_once(tmp_path: Path) -> None:
    _, path, _ = _filled(tmp_path)
    copy = tmp_path / "copy"
    copy.mkdir()
    (copy / path.name).write_bytes(path.read_bytes())
    assert Archive(path.parent, further=[copy]).files() == [path]
    path.unlink()
    assert Archive(path.parent, further=[copy]).files() == [copy / path.name]


def test_a_record_that_finds_no_room_leaves_no_half_of_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    archive = Archive(tmp_path / "archive")
    archive.begin("20261121T000000Z-0000", "http://127.0.0.1")
    with Store(tmp_path / "test.db") as store:
        _write(archive, store, 0)
        real = archive._file
        assert real is not None

        def write(data: bytes) -> int:
            real.write(data[:50])
            raise OSError(28, "No space left on device")

        full = SimpleNamespace(
            **{name: getattr(real, name) for name in ("name", "tell", "seek", "truncate")}, write=write
        )
        monkeypatch.setattr(archive, "_file", full)
        with pytest.raises(OSError, match="No space"):
            _write(archive, store, 1)
        monkeypatch.setattr(archive, "_file", real)
        _write(archive, store, 2)
    archive.close()
    path = archive.files()[0]
    assert mend(path) == 0
    assert _bodies(archive, path, tmp_path) == [b"0", b"2"]
    assert not archive.damaged
