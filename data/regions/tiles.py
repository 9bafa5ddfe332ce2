"""Make ``tiles.csv`` of a province: a square a county, as near to the county's seat as all of them can be.

    pip install cpca scipy
    python data/regions/tiles.py 41

Run by hand; nianbao needs neither package. PyPI ``cpca`` has a point for every county of China, under the MIT licence:
points only, no boundary. The province's shape is the set of squares whose centre is nearer to a seat of the province
than to any other; the side of a square is chosen so that there are as many squares as counties. A linear assignment
gives each county a square at the least sum of squared distances; then pairs change places where that joins the parts
of a city and costs little.
"""

import csv
import math
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial import KDTree

HERE = Path(__file__).parent
# Kilometres to a degree of latitude; of longitude, at the province's middle.
DEGREE = 111.2
# What a side between two cities costs, in squared sides of a square: under 2.5 cities of Henan stay in pieces, over it
# counties move farther than they need.
BORDER = 2.5
# What it costs that a county has none of its city beside it: without it 濮阳县 stays behind 滑县, cut off.
ALONE = 8
ROUNDS = 600_000
# Kilometres from any seat at which a square is no part of the province, whoever is nearest.
FARTHEST = 60

Cell = tuple[int, int]


def main() -> None:
    """Write the file of the province that the command line names by its two digits."""
    province = sys.argv[1]
    counties = counties_of(province)
    everywhere = {code: point for code, *point in seats()}
    points = {code: everywhere[origin] for code, origin in origins(province, counties, everywhere).items()}
    middle = math.cos(math.radians(sum(lat for _, lat in points.values()) / len(points))) * DEGREE
    flat = {code: (lon * middle, -lat * DEGREE) for code, (lon, lat) in points.items()}
    all_seats = np.array([(lon * middle, -lat * DEGREE) for lon, lat in everywhere.values()])
    inside = np.array([code.startswith(province) for code in everywhere])
    side, shift, cells = squares(all_seats, inside, np.array(list(flat.values())), len(counties))
    wish = {code: (x / side - shift, y / side - shift) for code, (x, y) in flat.items()}
    placed = assigned(wish, cells)
    joined(placed, counties, wish)
    write(HERE / province / "tiles.csv", placed)
    sys.stdout.write(f"{len(placed)} squares of {side:.1f} km, {parts(placed, counties)} cities in pieces\n")


def counties_of(province: str) -> dict[str, str]:
    """The counties of today and the city of each; a city without counties is its own."""
    rows = [row for row in regions(province) if not row["valid_to"]]
    cities = {row["parent"] for row in rows if row["level"] == "county"}
    counties = {row["code"]: row["parent"] for row in rows if row["level"] == "county"}
    return counties | {row["code"]: row["code"] for row in rows if row["level"] == "city" and row["code"] not in cities}


def regions(province: str) -> list[dict[str, str]]:
    """The rows of ``regions.csv``."""
    return list(csv.DictReader((HERE / province / "regions.csv").read_text(encoding="utf-8").splitlines()))


def seats() -> Iterator[tuple[str, float, float]]:
    """Code, longitude and latitude of every county-level area of China."""
    with files("cpca").joinpath("resources/adcodes.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            code = row["adcode"][:6]
            if not code.endswith("00") and row["longitude"] and row["adcode"].endswith("000000"):
                yield code, float(row["longitude"]), float(row["latitude"])


def origins(province: str, counties: Mapping[str, str], known: Mapping[str, object]) -> dict[str, str]:
    """For each county the code by which the package knows it: its own, or that of what it was before."""
    before = {row["successor"]: row["code"] for row in regions(province) if row["successor"] and not row["absorbed"]}
    return {code: code if code in known else before[code] for code in counties}


def squares(seats: np.ndarray, inside: np.ndarray, own: np.ndarray, wanted: int) -> tuple[float, float, list[Cell]]:
    """Side, shift and squares of the first grid that has as many within the province as are wanted, in one piece."""
    tree = KDTree(seats)
    for side in np.arange(36, 24, -0.1):
        low, high = np.floor(own.min(axis=0) / side) - 2, np.ceil(own.max(axis=0) / side) + 3
        grid = np.array([(x, y) for x in range(int(low[0]), int(high[0])) for y in range(int(low[1]), int(high[1]))])
        for shift in np.linspace(0, 0.9, 10):
            distance, nearest = tree.query((grid + shift) * side)
            cells = [(int(x), int(y)) for x, y in grid[inside[nearest] & (distance < FARTHEST)]]
            if len(cells) == wanted and connected({*cells}):
                return float(side), float(shift), cells
    raise SystemExit("no grid has as many squares")


def connected(cells: set[Cell]) -> bool:
    """Whether one can go from each square to each other over sides."""
    open_, seen = [next(iter(cells))], set[Cell]()
    while open_:
        cell = open_.pop()
        if cell in cells and cell not in seen:
            seen.add(cell)
            open_ += around(cell)
    return seen == cells


def around(cell: Cell) -> list[Cell]:
    """The four squares beside a square."""
    x, y = cell
    return [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]


def assigned(wish: Mapping[str, tuple[float, float]], cells: list[Cell]) -> dict[str, Cell]:
    """A square for each county, at the least sum of squared distances."""
    own, grid = np.array(list(wish.values())), np.array(cells)
    cost = ((own[:, None, :] - grid[None, :, :]) ** 2).sum(axis=2)
    return {code: cells[column] for code, column in zip(wish, linear_sum_assignment(cost)[1], strict=True)}


def joined(placed: dict[str, Cell], city: Mapping[str, str], wish: Mapping[str, tuple[float, float]]) -> None:
    """Exchange pairs, at first also where it costs, until cities hang together."""
    chance = random.Random(7)  # noqa: S311 - the same map every time
    codes, at = sorted(placed), {cell: code for code, cell in placed.items()}
    sizes = Counter(city.values())

    def cost(code: str) -> float:
        (x, y), (wx, wy) = placed[code], wish[code]
        beside = [city[at[cell]] == city[code] for cell in around((x, y)) if cell in at]
        alone = sizes[city[code]] > 1 and not any(beside)
        return (x - wx) ** 2 + (y - wy) ** 2 + BORDER * beside.count(False) + ALONE * alone

    def exchange(a: str, b: str) -> None:
        placed[a], placed[b] = placed[b], placed[a]
        at[placed[a]], at[placed[b]] = a, b

    for step in range(ROUNDS):
        a, b = chance.sample(codes, 2)
        if abs(placed[a][0] - placed[b][0]) + abs(placed[a][1] - placed[b][1]) > 4:
            continue
        near = {a, b} | {at[cell] for code in (a, b) for cell in around(placed[code]) if cell in at}
        before = sum(cost(code) for code in near)
        exchange(a, b)
        more = sum(cost(code) for code in near) - before
        heat = 2.0 * (1 - step / ROUNDS) ** 2
        if more > 0 and (heat < 1e-6 or chance.random() > math.exp(-more / heat)):
            exchange(a, b)


def parts(placed: Mapping[str, Cell], city: Mapping[str, str]) -> int:
    """How many cities lie in more than one piece."""
    of_city = defaultdict(set)
    for code, cell in placed.items():
        of_city[city[code]].add(cell)
    return sum(not connected(cells) for cells in of_city.values())


def write(path: Path, placed: Mapping[str, Cell]) -> None:
    """The file: columns from the west, rows from the north, both from 1."""
    left, top = (min(cell[axis] for cell in placed.values()) for axis in (0, 1))
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["code", "column", "row"])
        rows.writerows([code, x - left + 1, y - top + 1] for code, (x, y) in sorted(placed.items()))


if __name__ == "__main__":
    main()
