import csv
import json
from datetime import date
from pathlib import Path

import pytest
from python_calamine import CalamineWorkbook

from qibu.demo.exports import DIALECTS, Dialect, write_all
from qibu.demo.world import World

SAMPLES = Path(__file__).parents[4] / "samples"
SAMPLE_DAY = date(2026, 11, 20)
ENCODINGS = {dialect.file: (dialect.encoding, dialect.delimiter) for dialect in DIALECTS}


def content(path: Path) -> list[list[object]]:
    encoding, delimiter = ENCODINGS[path.name]
    if not encoding:
        return CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    with path.open(encoding=encoding, newline="") as file:
        return [list(row) for row in csv.reader(file, delimiter=delimiter)]


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    folder = tmp_path_factory.mktemp("exports")
    world = World(7, SAMPLE_DAY, customers=122, visits=480)
    return folder, {truth.file: truth for truth in write_all(world, world.stores[0], folder)}


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.file)
def test_samples_are_what_the_generator_writes(written, dialect: Dialect):
    folder, _ = written
    assert content(folder / dialect.file) == content(SAMPLES / dialect.file)
    assert (SAMPLES / dialect.file).stat().st_size < 200_000


def test_the_truth_beside_the_samples_is_current(written):
    folder, _ = written
    texts = [(place / "truth.json").read_text(encoding="utf-8") for place in (folder, SAMPLES)]
    assert json.loads(texts[0]) == json.loads(texts[1])


@pytest.mark.parametrize("dialect", DIALECTS, ids=lambda dialect: dialect.file)
def test_rows_are_loaded_rejected_or_repeated(written, dialect: Dialect):
    folder, truths = written
    truth = truths[dialect.file]
    assert truth.rows == truth.loaded + truth.rejected + truth.repeated
    assert truth.rejected
    assert truth.repeated
    heads = (4 if dialect.form == "xlsx" else 1) + dialect.heading_again + dialect.footer
    assert len(content(folder / dialect.file)) == truth.rows + heads


def test_a_repeated_row_is_word_for_word_the_same(written):
    folder, truths = written
    for dialect in DIALECTS:
        heads = [column.head for column in dialect.columns]
        rows = [tuple(map(str, row)) for row in content(folder / dialect.file) if row != heads]
        assert len(rows) - len(set(rows)) == truths[dialect.file].repeated


def test_the_footer_and_titles_name_no_customer(written):
    folder, _ = written
    rows = content(folder / "车主资料-双层表头.xlsx")
    assert rows[-1][0] == "合计"
    assert [cell for cell in rows[2] if cell] == ["基本资料", "联系方式", "爱车资料", "保险", "归属"]
