"""The files of the second sample portal:  python -m tests.factory.articles"""

from dataclasses import replace
from pathlib import Path
from random import Random

from nianbao.portal import articles
from nianbao.portal.articles import YEAR, Article
from tests.factory import office, pdf
from tests.factory.sheet import sheet_of
from tests.factory.truth import Truth, draw_truth

_MAKERS = {"pdf": pdf.ruled_page, "docx": office.word_file}


def truth_of(article: Article) -> Truth:
    """What the file of an article says."""
    prose = {1: ["本文件属于 nianbao 的第二个示例门户：机关、数字和文字均系虚构。"], 5: ["继续改进。"], 6: ["无。"]}
    drawn = draw_truth(Random(article.number))
    return replace(drawn, year=YEAR, agency=article.agency, title=article.heading, prose=prose)


def main() -> None:
    """Write them beside the portal."""
    folder = Path(articles.__file__).parent / "files"
    folder.mkdir(exist_ok=True)
    for article in articles.articles():
        if article.file:
            made = _MAKERS[article.file](sheet_of(truth_of(article)), Random(article.number))
            (folder / f"{article.number}.{article.file}").write_bytes(made)


if __name__ == "__main__":
    main()
