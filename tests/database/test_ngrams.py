"""Search finds what stands in the folded text, all of it and nothing else."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from database.ngrams import LONGEST, folded, fragments, grams, match, snippet, terms
from database.rows import report_rows
from database.store import Source, Store
from parsers.read import read
from tests.sample_text import report_text

# Characters that meet often enough for a drawn query to be found, and those that a tokenizer may trip over.
_PLAIN = "政府信息公开民人行一〇年2０aＡb"
_ODD = "⺠⾏⼾㈠①½ß﨑𠮷𪚥\ue000\U000f0000🙂👨‍👩\u0301é·，。、（）()“”\"*^:+-_%\\'\0\ufffe\uffff\u200b\ufeff"
_BLANK = " \u3000\u00a0\u2003\t\n\r\x1f\u2028"
TEXTS = st.text(st.sampled_from(_PLAIN * 3 + _ODD + _BLANK), max_size=40) | st.text(max_size=8)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "test.db") as opened:
        yield opened


@pytest.fixture(scope="module")
def index() -> sqlite3.Connection:
    """An index made as the database's are."""
    with Store(Path(":memory:")) as store:
        (sql,) = store.db.execute("select sql from sqlite_master where name = 'sections_fts'").fetchone()
    made = sqlite3.connect(":memory:")
    made.execute(sql)
    return made


def _indexed(index: sqlite3.Connection, texts: list[str], query: str) -> list[int]:
    rows = ((number, grams(text)) for number, text in enumerate(texts))
    try:
        index.executemany("insert into sections_fts (rowid, text) values (?, ?)", rows)
        found = index.execute("select rowid from sections_fts where sections_fts match ?", [match(query)])
        return [row for (row,) in found]
    finally:
        index.rollback()


@st.composite
def _text_and_query(draw: st.DrawFn) -> tuple[list[str], str]:
    """Texts, and as a query either anything or fragments of one of them."""
    texts = draw(st.lists(TEXTS, min_size=1, max_size=4))
    if draw(st.booleans()):
        return texts, draw(TEXTS)
    text = draw(st.sampled_from(texts))
    starts = draw(st.lists(st.integers(0, len(text)), min_size=1, max_size=2))
    return texts, " ".join(text[start : start + draw(st.integers(1, 6))] for start in starts)


@given(_text_and_query())
@example((["2022年政府信息公开"], "022年政"))
@example((["公开，政府"], "开，政"))
@example((["⺠政⾏政"], "民政行"))
@example((["政府", "府信"], "政府信"))
@example((["公 开 政 府"], "公开政府"))
@example((["open data"], "opendata"))
@example((["𠮷野家\ue000🙂"], "家\ue000🙂"))
def test_an_index_finds_what_like_finds(index: sqlite3.Connection, drawn: tuple[list[str], str]) -> None:
    texts, query = drawn
    asked = terms(query)
    truth = [row for row, text in enumerate(texts) if asked and all(term in folded(text) for term in asked)]
    assert _indexed(index, texts, query) == truth


@given(_text_and_query())
def test_hits_are_marked_in_the_text_as_printed(drawn: tuple[list[str], str]) -> None:
    texts, query = drawn
    for text in texts:
        shown = fragments(text, query)
        assert "".join(piece.text for piece in shown) == text
        assert any(piece.hit for piece in shown) == any(term in folded(text) for term in terms(query))
        assert any(piece.hit for piece in snippet(text, query, 12)) == any(piece.hit for piece in shown)


def test_every_character_is_its_own_in_the_index(index: sqlite3.Connection) -> None:
    """What SQLite's tokenizer makes of a folded character is that character."""
    codes = (*range(1, 0xD800), *range(0xE000, 0x30000), *range(0x30000, 0x110000, 97))
    characters = {character for code in codes for character in folded(chr(code))} - {" ", "\n"}
    index.execute("insert into sections_fts (rowid, text) values (1, ?)", [" ".join(characters)])
    index.execute("create virtual table temp.terms using fts5vocab(main, sections_fts, row)")
    there = {term for (term,) in index.execute("select term from terms")}
    index.rollback()
    assert there == characters


@pytest.mark.parametrize(
    ("text", "query", "marked"),
    [
        ("各级⺠ 政部门", "民政", ["⺠ 政"]),
        ("共１３件、２件", "3件 2", ["３件", "２"]),
        ("（一）予以公开", "(一)", ["（一）"]),
        ("人人人", "人人", ["人人人"]),
        ("政务公开", "无", []),
    ],
)
def test_marks_are_where_the_query_stands(text: str, query: str, marked: list[str]) -> None:
    assert [piece.text for piece in fragments(text, query) if piece.hit] == marked


def test_a_snippet_shows_the_rarest_term_and_says_that_it_is_cut() -> None:
    text = "公开" * 50 + "诉讼" + "公开" * 50
    shown = snippet(text, "公开 诉讼", 20)
    assert (shown[0].text, shown[-1].text) == ("…", "…")
    assert "诉讼" in "".join(piece.text for piece in shown)
    assert len("".join(piece.text for piece in shown)) == 22
    assert [piece.text for piece in snippet("短文", "公开", 20)] == ["短文"]


@pytest.mark.parametrize(
    "query", ["", "  ", "\0", "\u200b", "公" * (LONGEST + 1), "0 1 2 3 4 5 6 7 8 9 a b c d e f g h i j k"]
)
def test_a_query_that_asks_for_nothing_finds_nothing(index: sqlite3.Connection, query: str) -> None:
    assert _indexed(index, ["公开\0 "], query) == []


def _chapters(store: Store, query: str) -> list[int]:
    sql = "select number from sections where rowid in (select rowid from sections_fts where sections_fts match ?)"
    return [number for (number,) in store.db.execute(f"{sql} order by number", [match(query)])]


def _save(store: Store, sha: str, prose: str) -> None:
    source = Source("henan-1", sha, 100, "2022-01-26T00:00:00Z")
    store.save_report(source, report_rows(read(report_text(("本报告为示例，数字系虚构。", prose)))))


def _is_sound(store: Store) -> bool:
    """Whether each index is what a new one over its rows would be."""
    for table, columns in (("sections", "heading, text"), ("reports", "title, agency"), ("agencies", "name")):
        store.db.execute(f"create virtual table temp.terms using fts5vocab(main, {table}_fts, instance)")
        there = set(store.db.execute("select term, doc, col, offset from terms"))
        store.db.execute("drop table temp.terms")
        rows = store.db.execute(f"select rowid, {columns} from {table}").fetchall()
        should = {
            (term, row, column.strip(), offset)
            for row, *texts in rows
            for column, text in zip(columns.split(","), texts, strict=True)
            for offset, term in enumerate(grams(text).split())
        }
        if there != should:
            return False
    return True


def test_the_index_keeps_step_with_revised_and_deleted_reports(store: Store) -> None:
    _save(store, "a", "依法处理，数字系虚构。")
    assert _chapters(store, "理，数") == [1]
    _save(store, "b", "改为他文。")
    assert (_chapters(store, "虚构"), _chapters(store, "为他")) == ([], [1])
    store.db.execute("insert or replace into agencies (id, name) values ('x', '示例市信访局')")
    store.db.execute("insert or replace into agencies (id, name) values ('x', '示例市民政局')")
    store.db.execute("update reports set title = '另一标题', agency = null")
    assert _is_sound(store)
    store.db.execute("delete from sections where number > 1")
    assert _is_sound(store)
    assert _chapters(store, "报告") == []


def test_vacuum_leaves_the_index_right(store: Store, tmp_path: Path) -> None:
    _save(store, "a", "依法处理。")
    store.db.execute("insert into agencies (id, name) values ('x', '示例市信访局'), ('y', '示例市民政局')")
    store.db.execute("delete from agencies where id = 'x'")
    store.db.execute("delete from sections where number < 3")
    store.db.execute(f"vacuum into '{tmp_path / 'copy.db'}'")
    store.db.execute("vacuum")
    assert _is_sound(store)
    with Store(tmp_path / "copy.db") as copy:
        assert _is_sound(copy)


def test_any_sqlite_can_read_the_file_and_none_but_ours_writes_past_the_index(store: Store) -> None:
    _save(store, "a", "依法处理。")
    with sqlite3.connect(store.path) as other:
        hits = "select count(*) from sections_fts where sections_fts match ?"
        assert other.execute(hits, [match("依法处")]).fetchone() == (1,)
        other.execute("update reports set region_code = null")
        for statement in ("delete from sections", "update sections set text = ''", "delete from reports"):
            with pytest.raises(sqlite3.OperationalError, match="nianbao_grams"):
                other.execute(statement)
    other.close()


def test_a_database_with_the_index_of_an_earlier_version_gets_this_one(tmp_path: Path) -> None:
    with Store(tmp_path / "test.db") as store:
        _save(store, "a", "依法处理。")
        for kind in ("insert", "delete", "update"):
            store.db.execute(f"drop trigger sections_fts_{kind}")
        store.db.execute("drop table sections_fts")
        store.db.table("sections").enable_fts(["heading", "text"], tokenize="trigram", create_triggers=True)
    with Store(tmp_path / "test.db") as store:
        assert _chapters(store, "依法") == [1]
        assert _is_sound(store)
        triggers = store.db.execute("select name from sqlite_master where type = 'trigger' and tbl_name = 'sections'")
        assert sorted(name for (name,) in triggers) == [
            f"sections_fts_{kind}" for kind in ("delete", "insert", "update")
        ]
        before = store.db.execute("select rootpage from sqlite_master where name = 'sections_fts_data'").fetchone()
    with Store(tmp_path / "test.db") as store:
        after = store.db.execute("select rootpage from sqlite_master where name = 'sections_fts_data'").fetchone()
    assert after == before
