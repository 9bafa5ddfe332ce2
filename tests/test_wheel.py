"""What the wheel installs: its own rooms, with their data, and no name that others' packages have."""

import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[1]
ROOMS = {"crawler", "database", "derived", "gazetteer", "nianbao", "parsers", "publish"}
# HoloViz Panel, which researchers have, is imported as panel.
OTHERS = {"panel", "tests", "tools", "benchmarks", "data", "docs"}


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    (wheel,) = WheelBuilder(str(ROOT)).build(directory=str(tmp_path_factory.mktemp("wheel")), versions=["standard"])
    with zipfile.ZipFile(wheel) as file:
        return set(file.namelist())


def test_the_wheel_has_the_rooms_and_nothing_else(names: set[str]) -> None:
    top = {name.partition("/")[0] for name in names if ".dist-info/" not in name}
    assert top == ROOMS
    assert not top & OTHERS


def test_the_wheel_has_the_data_that_the_rooms_read(names: set[str]) -> None:
    for room in ROOMS:
        committed = {path.relative_to(ROOT).as_posix() for path in (ROOT / room).rglob("*.*") if path.is_file()}
        assert {name for name in committed if "__pycache__" not in name} <= names, room
    assert "gazetteer/regions/41/regions.csv" in names
