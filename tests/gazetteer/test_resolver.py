"""Who and where an agency is. Labels in ``names.csv`` were given by hand, from the sources of the gazetteer."""

import csv
import json
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from gazetteer.area_names import _MOST_AREAS, AreaNames, area_names
from gazetteer.areas import Area, Gazetteer, gazetteer, regions_folder
from gazetteer.bodies import bodies
from gazetteer.resolver import _LONGEST, Agency, resolve
from gazetteer.spelling import name_key
from nianbao.cli import main
from tests.effort import calls
from tests.factory.names import NAMES, faults, labelled

PLACES = gazetteer()
REGIONS = [area for area in PLACES.areas.values() if area.kind == "region"]
TODAY = [area for area in REGIONS if area.valid_to is None]
COUNTIES = [area for area in TODAY if area.level == "county"]
CITIES = [area for area in TODAY if area.level == "city"]
DEPARTMENTS = [one for one in bodies().departments.values() if one.kind == "department"]
BODIES = [one.full_name("county") for one in DEPARTMENTS if one.lowest == "county"]
# Noise that a page or a PDF puts into a name.
NOISE = st.sampled_from(["", " ", "\u3000", "\u200b", "\u00a0", "\ufeff"])


def area(code: str) -> Area:
    return PLACES.areas[code]


# The gazetteer


def test_as_many_units_as_the_ministry_counts() -> None:
    # September 2026: 157 county-level areas with 济源, 17 cities, 2,471 towns, townships and sub-districts.
    levels = Counter(area.level for area in TODAY)
    assert levels == {"province": 1, "city": 17 + 1, "county": 157 - 1}
    towns = [row for row in _rows("townships.csv") if row["source"] == "ministry 2026"]
    assert len(towns) == 2471
    districts = [one for one in COUNTIES if one.name.endswith("区")]
    # Administrative divisions of Henan, 2021: 54 districts, 20 county-level cities without 济源, 82 counties.
    assert (len(districts), sum(one.name.endswith("市") for one in COUNTIES)) == (54, 20)


@pytest.mark.parametrize(
    ("code", "name", "ended", "successor"),
    [
        ("411023", "许昌县", 2016, "411003"),
        ("410728", "长垣县", 2019, "410783"),
        ("411626", "淮阳县", 2019, "411603"),
        ("410381", "偃师市", 2021, "410307"),
        ("410322", "孟津县", 2021, "410308"),
        ("410306", "吉利区", 2021, "410308"),
        ("411222", "陕县", 2015, "411203"),
        ("410224", "开封县", 2014, "410212"),
        ("410211", "金明区", 2014, "410202"),
        ("411123", "郾城县", 2004, "411103"),
        ("410504", "铁西区", 2002, None),
    ],
)
def test_what_was_abolished_and_what_followed(code: str, name: str, ended: int, successor: str | None) -> None:
    assert (area(code).name, area(code).valid_to, area(code).successor) == (name, ended, successor)


def test_every_code_has_the_digits_of_its_level_and_a_parent_that_contains_it() -> None:
    for one in PLACES.areas.values():
        assert one.code is None or len(one.code) == (6 if one.kind == "region" else len(one.code)) in {6, 9}, one
        for parent in one.parents:
            assert parent in PLACES.areas, one
        if one.kind == "township" and one.code:
            assert one.code[:6] == one.parents[0], one
        if one.successor:
            assert area(one.successor).valid_from is None or one.valid_to is not None, one


def test_no_zone_has_a_code_that_nobody_gave_it() -> None:
    coded = [row for row in _rows("zones.csv") if row["code"]]
    assert coded
    assert all(row["note"] == "NBS 2023" for row in coded)


def _rows(name: str) -> list[dict[str, str]]:
    with (regions_folder() / "41" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


# The resolver


def test_the_bounds_leave_room_for_every_labelled_name() -> None:
    names = [label.name for label in labelled()]
    assert max(map(len, names)) * 2 < _LONGEST
    assert max(len(path.steps) for name in names for path in area_names().paths(name_key(name))) <= _MOST_AREAS
    assert resolve("河南省" + "洛" * (_LONGEST - 2)).why == f"No agency's name has more than {_LONGEST} characters."


@pytest.mark.parametrize("label", labelled(), ids=lambda label: label.name)
def test_labelled_names_are_right(label) -> None:
    found = resolve(label.name)
    assert not faults(label, found), found


def test_the_list_is_long_enough_and_has_no_name_twice() -> None:
    names = [label.name for label in labelled()]
    assert len(set(names)) == len(names) >= 300, NAMES


def test_names_of_one_agency_share_an_id_and_those_of_two_do_not() -> None:
    ids: dict[str, set[str | None]] = {}
    for label in labelled():
        if label.agency:
            ids.setdefault(label.agency, set()).add(resolve(label.name).agency_id)
    assert {agency: found for agency, found in ids.items() if len(found) > 1 or None in found} == {}
    assert len({next(iter(found)) for found in ids.values()}) == len(ids)


def test_the_full_name_of_an_agency_is_read_as_that_agency() -> None:
    agencies = {found.agency: found.agency_id for label in labelled() if (found := resolve(label.name)).agency}
    assert {name: resolve(name).agency_id for name in agencies} == agencies


def test_a_former_department_is_another_agency_and_names_its_successor() -> None:
    former, today = resolve("卫辉市卫生和计划生育委员会"), resolve("卫辉市卫健委")
    assert former.agency_id != today.agency_id == former.successor
    assert today.successor is None


def test_an_absorbed_district_kept_its_own_agencies() -> None:
    old = resolve("洛阳市吉利区人民政府")
    assert (old.agency, old.region_code) == ("洛阳市吉利区人民政府", "410308")
    assert old.successor == resolve("孟津区人民政府").agency_id == resolve("孟津县人民政府").agency_id
    branch = resolve("洛阳市公安局吉利分局")
    assert (branch.agency_id, branch.successor) == ("410306-dept-public-security", "410308-dept-public-security")
    assert resolve("吉利区吉利乡人民政府").agency_id == resolve("孟津区吉利街道办事处").agency_id


def test_why_is_one_sentence_that_names_what_was_matched() -> None:
    why = resolve("许昌县政府办").why
    for piece in ("许昌县", "411023", "411003", "2016", "政府办"):
        assert piece in why
    for label in labelled():
        sentence = resolve(label.name).why
        assert sentence.endswith("."), sentence
        assert sentence[:1].upper() == sentence[:1], sentence
        assert ". " not in sentence, sentence


@pytest.mark.parametrize(
    ("name", "hints", "code", "kind"),
    [
        ("城关镇人民政府", ["410325"], "410325", "township"),
        ("城关镇人民政府", ["河南省 > 洛阳市 > 嵩县"], "410325", "township"),
        ("城关镇人民政府", ["洛阳市嵩县人民政府"], "410325", "township"),
        ("财政局", ["首页", "洛阳市", "西工区"], "410303", "department"),
        ("市财政局", ["洛阳市"], "410300", "department"),
        ("区财政局", ["410303"], "410303", "department"),
        ("高新区管委会", ["郑州市"], "410172", "functional zone"),
        ("新乡财政局", ["新乡县"], "410721", "department"),
        ("许昌县财政局", ["411003"], "411003", "department"),
        ("洛阳市财政局", ["410303"], "410300", "department"),
        ("省财政厅", ["河南省"], "410000", "department"),
        # That a page is the province's says nothing of whose body is meant.
        ("财政局", ["河南省"], None, "department"),
        ("鼓楼区财政局", ["河南省"], "410204", "department"),
        # A hint that says something else leaves nothing certain, and hints at odds are not heard.
        ("卫辉市信访局", ["洛阳市"], None, "department"),
        ("县财政局", ["洛阳市"], None, "department"),
        ("财政局", ["洛阳市", "新乡市"], None, "department"),
        ("财政局", ["999999"], None, "department"),
        ("某某中心", ["410303"], None, "institution"),
    ],
)
def test_hints_settle_what_a_name_leaves_open(name: str, hints: list[str], code: str | None, kind: str) -> None:
    found = resolve(name, hints)
    assert (found.region_code, found.kind) == (code, kind), found


def test_every_unit_resolves_to_itself_or_to_its_successor() -> None:
    # County-level cities of the 1990s; the cities of today bear their names.
    namesakes = {"412301", "412701", "412801", "413001"}
    wrong = {}
    for one in PLACES.areas.values():
        today = PLACES.today(one)
        expected = PLACES.region(today).code if today else None
        found = resolve(PLACES.full_name(one))
        if found.region_code != expected and one.key not in namesakes:
            wrong[PLACES.full_name(one)] = (expected, found)
    assert wrong == {}


@given(st.sampled_from(COUNTIES), st.sampled_from(BODIES))
def test_full_path_and_bare_name_are_one_agency(county: Area, body: str) -> None:
    city = area(county.parents[0])
    found = {resolve(f"{path}{county.name}{body}").agency_id for path in ("", city.name, f"河南省{city.name}")}
    assert len(found) == 1
    assert found.pop() is not None


@given(st.sampled_from([label.name for label in labelled()]), st.data())
def test_noise_between_characters_changes_nothing(name: str, data: st.DataObject) -> None:
    noisy = "".join(char + data.draw(NOISE) for char in name)
    plain, found = resolve(name), resolve(noisy)
    assert _without_name(found) == _without_name(plain)


@given(st.sampled_from(COUNTIES), st.sampled_from(CITIES), st.sampled_from([*BODIES, "图书馆", "产业集聚区管委会"]))
def test_a_path_that_contradicts_the_map_has_no_region(county: Area, city: Area, body: str) -> None:
    ever_there = [
        one
        for one in REGIONS
        if PLACES.contains(city, one) and county.name in {one.name, *(name for name, _ in one.former)}
    ]
    assume(not ever_there)
    assert resolve(f"{city.name}{county.name}{body}").region_code is None


def test_two_characters_can_contradict_too() -> None:
    assert resolve("郑州市新县发展和改革委员会").region_code is None
    assert resolve("新乡市西工区信访局").region_code is None
    assert resolve("获嘉县西工区管委会").region_code == "410724"


@settings(max_examples=300)
@given(
    st.text(
        alphabet="河南省郑州洛阳新乡市县区镇乡街道人民政府办公室财政局信访委员会管高开发一〇（）示例国家税务总",
        max_size=30,
    )
)
def test_any_text_gets_an_answer_and_no_region_without_a_name_of_one(text: str) -> None:
    found = resolve(text)
    assert found.why.endswith(".")
    assert (found.region_code is None) == (found.region is None)
    if found.region_code:
        names = [name for one in _units_of(found.region_code) for name in (one.name, *one.aliases, *dict(one.former))]
        # 省 alone is the one province of the gazetteer.
        assert any(name[:2] in name_key(text) for name in names) or found.level == "province", found


def _units_of(code: str) -> list[Area]:
    """The region, what became part of it, and its towns and zones."""
    todays = ((one, PLACES.today(one)) for one in PLACES.areas.values())
    return [one for one, today in todays if today and PLACES.region(today).code == code]


@given(st.sampled_from(COUNTIES), st.sampled_from([name for names in bodies().zones for name in names]))
def test_a_zone_of_which_only_the_kind_is_printed_is_the_county_s(county: Area, kind: str) -> None:
    for path in (county.name, PLACES.full_name(county)):
        assert resolve(f"{path}{kind}管委会").region_code == county.code


def test_province_alone_is_known_only_where_there_is_one() -> None:
    assert resolve("省发改委").agency_id == resolve("河南省发展和改革委员会").agency_id
    assert "the only province" in resolve("省发改委").why
    another = Area("990000", "990000", "示例省", "province", "region", ())
    two = AreaNames(Gazetteer({**PLACES.areas, another.key: another}), bodies())
    assert not [path for path in two.paths("省发改委") if path.area]


@pytest.mark.parametrize(
    ("start", "again", "end"), [("", "(", ""), ("", "（洛阳市", ""), ("", "洛阳市", ""), ("洛阳市", "（", "）")]
)
def test_a_long_name_costs_no_more_than_a_longer_one(start: str, again: str, end: str) -> None:
    long, longer = (start + again * many + end * many for many in (1_000, 100_000))
    assert resolve(longer).region_code is None
    assert calls(lambda: resolve(longer)) == calls(lambda: resolve(long))


def _without_name(agency: Agency) -> tuple[str | None, ...]:
    return agency.agency, agency.agency_id, agency.region_code, agency.level, agency.kind, agency.department


# The command


def test_command_prints_a_line_a_name() -> None:
    result = CliRunner().invoke(main, ["agency", "西工区政府办", "市中区人民政府"])
    first, second = result.stdout.splitlines()
    assert result.exit_code == 0
    assert first.startswith("西工区政府办: 洛阳市西工区人民政府办公室, 西工区 (410303), county government: ")
    assert second.startswith("市中区人民政府: unknown agency, unknown region, government: ")


def test_command_prints_objects_of_seven_keys_in_order() -> None:
    names = ["许昌县人民政府", "示例", "城关镇人民政府", "bad\udcff", ""]
    result = CliRunner().invoke(main, ["agency", "--json", *names])
    old, example, town, bad, empty = (json.loads(line) for line in result.stdout.splitlines())
    assert result.exit_code == 0
    assert list(old) == ["name", "agency", "region_code", "region", "level", "kind", "why"]
    assert (old["name"], old["agency"]) == ("许昌县人民政府", "许昌市建安区人民政府")
    assert (old["region_code"], old["region"], old["level"], old["kind"]) == (
        "411003",
        "建安区",
        "county",
        "government",
    )
    assert [example[key] for key in ("agency", "region_code", "region", "level", "kind")] == [None] * 5
    assert (town["region_code"], town["level"], town["kind"]) == (None, "township", "township")
    assert (bad["agency"], empty["agency"]) == (None, None)


def test_command_reads_a_name_over_lines_and_prints_it_in_one() -> None:
    result = CliRunner().invoke(main, ["agency", "洛阳市\n财政局", "长\u3000垣市财政局"])
    first, second = result.stdout.splitlines()
    assert first.startswith("洛阳市\\n财政局: 洛阳市财政局, ")
    assert "长垣市财政局, 长垣市 (410783)" in second


def test_command_hears_hints() -> None:
    result = CliRunner().invoke(main, ["agency", "--json", "--hint", "洛阳市", "--hint", "410325", "城关镇人民政府"])
    assert json.loads(result.stdout)["region_code"] == "410325"


def test_command_hears_no_hint_against_a_name_that_is_whole() -> None:
    result = CliRunner().invoke(main, ["agency", "--json", "--hint", "洛阳市", "卫辉市信访局"])
    assert json.loads(result.stdout)["region_code"] == "410781"


def test_command_without_a_name_is_wrong_usage() -> None:
    assert CliRunner().invoke(main, ["agency"]).exit_code == 2


def test_gazetteer_is_found_beside_the_package_or_in_the_checkout() -> None:
    folder = regions_folder()
    assert folder.name == "regions"
    assert (folder / "41" / "regions.csv").is_file()
    assert (Path(__file__).parents[2] / "data" / "regions").is_dir()
