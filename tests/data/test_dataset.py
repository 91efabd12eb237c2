"""Built data as others read it: typed, whole, and never a file outside of its folder."""

import json
import math
import os
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.data.dataset import DATA_FILE, Dataset, holds_dataset
from footlights.evaluation.training_seconds import training_seconds
from footlights.generators.collage.collage import Collage
from tiny import clip_row, tiny_data, write_index


@pytest.fixture
def built(tmp_path) -> Path:
    return tiny_data(tmp_path / "built", {"edge35": 35})


def test_clips_are_read_as_they_were_built(built):
    data = Dataset.read(str(built))
    assert holds_dataset(built) and data.folder == built and data.fps == 30
    first = data.clips[0]
    assert [clip.id for clip in data.clips] == ["clip0", "clip1", "clip2"]
    assert first.file == built / "clips/clip0.npz" and first.song == built / "clips/song0.npz"
    assert first.bpm == 120 and first.beats[:2] == (0.25, 0.75) and first.seconds == 4


def test_dances_are_those_of_a_split_and_a_licence(tmp_path):
    rows = [
        clip_row("a"),
        clip_row("b", commercial=False),
        clip_row("c", dance=False),
        clip_row("d", split="val"),
    ]
    data = Dataset.read(write_index(tmp_path, rows))
    assert [clip.id for clip in data.dances("train")] == ["a", "b"]
    assert [clip.id for clip in data.dances("train", commercial_only=True)] == ["a"]
    assert data.dances("test") == []


def test_a_clip_without_beats_or_song_says_so(tmp_path):
    row = clip_row("a", bpm=None, beats=[], song=None)
    (clip,) = Dataset.read(write_index(tmp_path, [row])).clips
    assert clip.bpm is None and clip.beats == () and clip.song is None


OUTSIDE = ["/etc/passwd", "../clip.npz", "clips/../../clip.npz", "", ".", "clips/..", "a\0.npz"]


@pytest.mark.parametrize("field", ["file", "song"])
@pytest.mark.parametrize("name", OUTSIDE)
def test_S1_a_file_outside_of_the_folder_is_refused(tmp_path, field, name):
    write_index(tmp_path, [clip_row("a"), clip_row("b", **{field: name})])
    with pytest.raises(FootlightsError, match=rf"data\.json: clips\[1\]\.{field} .*out of|is no"):
        Dataset.read(tmp_path)


@pytest.mark.parametrize("link", ["clips", "clips/a.npz"])
def test_S1_a_link_that_leaves_the_folder_is_refused(tmp_path, built, link):
    shutil.copytree(built, tmp_path / "stolen")
    home = write_index(tmp_path / "home", [clip_row("a")])
    (home / link).parent.mkdir(exist_ok=True)
    (home / link).symlink_to(tmp_path / "stolen" / "clips")
    with pytest.raises(FootlightsError, match=r"clips\[0\]\.file leads out of the folder"):
        Dataset.read(home)


def test_a_link_that_stays_in_the_folder_is_followed(tmp_path, built):
    (built / "clips/other.npz").symlink_to(built / "clips/clip0.npz")
    (built / "clips/round.npz").symlink_to(built / "clips/round.npz")
    rows = [clip_row("other"), clip_row("gone")]
    assert len(Dataset.read(write_index(built, rows)).clips) == 2
    (tmp_path / "elsewhere").symlink_to(built)
    assert len(Dataset.read(tmp_path / "elsewhere").clips) == 2


def test_S1_everyone_who_reads_built_data_refuses_a_file_outside(tmp_path, built, capsys):
    rows = [clip_row(f"clip{k}", split=split) for k, split in enumerate(("train", "val", "test"))]
    outside = clip_row("x", file=str(built / "clips/clip0.npz"))
    home = write_index(tmp_path / "home", [*rows, outside])
    for reader in (
        Collage.load,
        lambda folder: training_seconds(folder, tmp_path / "cache"),
    ):
        with pytest.raises(FootlightsError, match=r"clips\[3\]\.file points out of the folder"):
            reader(home)
    assert main(["evaluate", "--generated", str(home)]) == 2
    assert "clips[3].file points out of the folder" in capsys.readouterr().err


WRONG = [
    ({"id": 7}, r"clips\[0\]\.id is 7, not a text"),
    ({"split": "dev"}, r"clips\[0\]\.split is 'dev', not one of train, val, test"),
    ({"commercial": 1}, r"clips\[0\]\.commercial is 1, not true or false"),
    ({"dance": None}, r"clips\[0\]\.dance is None, not true or false"),
    ({"licence": ["CC0"]}, r"clips\[0\]\.licence is a list, not a text"),
    ({"seconds": "4"}, r"clips\[0\]\.seconds is '4', not a number from 0 on"),
    ({"seconds": -1}, r"clips\[0\]\.seconds is -1"),
    ({"seconds": True}, r"clips\[0\]\.seconds is True"),
    ({"seconds": 10**400}, r"clips\[0\]\.seconds is 10000"),
    ({"trust": math.nan}, r"cannot be read as JSON \(NaN in it"),
    ({"trust": math.inf}, r"cannot be read as JSON \(Infinity in it"),
    ({"bpm": 1e-300}, r"clips\[0\]\.bpm is 1e-300, not a number from 1 to 2000"),
    ({"beats": None}, r"clips\[0\]\.beats is None, not a list of rising numbers"),
    ({"beats": [1, "2"]}, r"clips\[0\]\.beats is a list, not a list of rising numbers"),
    ({"beats": [2.0, 1.0]}, r"clips\[0\]\.beats is a list, not a list of rising numbers"),
    ({"file": None}, r"clips\[0\]\.file is None, not a text"),
    ({"song": 3}, r"clips\[0\]\.song is 3, not a text"),
]


@pytest.mark.parametrize(("facts", "line"), WRONG, ids=[str(facts)[:30] for facts, _ in WRONG])
def test_a_wrong_field_is_named_with_its_file(tmp_path, facts, line):
    write_index(tmp_path, [clip_row("a", **facts)])
    with pytest.raises(FootlightsError, match=line) as problem:
        Dataset.read(tmp_path)
    assert problem.value.where == str(tmp_path / DATA_FILE) and problem.value.exit_code == 2


@pytest.mark.parametrize("name", [*clip_row("a")])
def test_a_missing_field_is_named(tmp_path, name):
    row = clip_row("a")
    del row[name]
    write_index(tmp_path, [row])
    if name in ("bpm", "song"):  # these may be null, so they may be missing
        assert getattr(Dataset.read(tmp_path).clips[0], name) is None
        return
    with pytest.raises(FootlightsError, match=rf"clips\[0\]\.{name} is missing"):
        Dataset.read(tmp_path)


def test_two_clips_of_one_name_are_refused(tmp_path):
    write_index(tmp_path, [clip_row("a"), clip_row("a")])
    with pytest.raises(FootlightsError, match=r"clips\[1\] is called like another"):
        Dataset.read(tmp_path)


FILES = [
    (b"", "is empty"),
    (b"{", "cannot be read as JSON"),
    (b"\xff\xfe{}", "cannot be read as JSON"),
    (b"[" * 100_000, "cannot be read as JSON"),
    (b"[]", "is a list, not an object"),
    (b"3", "is 3, not an object"),
    (b"{}", "format is 'None', not 'footlights-data-1'"),
    (b'{"format": "footlights-data-2"}', "format is 'footlights-data-2'"),
    (b'{"format": "footlights-data-1"}', "clips is missing"),
    (b'{"format": "footlights-data-1", "clips": {}}', "clips is an object, not a list"),
    (b'{"format": "footlights-data-1", "clips": [3]}', r"clips\[0\] is 3, not an object"),
    (b'{"format": "footlights-data-1", "clips": []}', "fps is missing"),
    (b'{"format": "footlights-data-1", "clips": [], "fps": 0}', "fps is 0, not a number"),
    (b"[" + b"[]," * 1_000_000 + b"[]]", "too many lists"),
    (b" " * 60_000_000, "is too large"),
]


@pytest.mark.parametrize(("content", "line"), FILES, ids=[line[:30] for _, line in FILES])
def test_S4_a_file_that_is_no_index_is_refused_in_one_line(tmp_path, content, line):
    (tmp_path / DATA_FILE).write_bytes(content)
    with pytest.raises(FootlightsError, match=line) as problem:
        Dataset.read(tmp_path)
    assert "data.json" in str(problem.value) and "build the data again" in str(problem.value)


def test_a_folder_a_pipe_or_nothing_in_its_place_is_refused(tmp_path):
    with pytest.raises(FootlightsError, match=r"no built data here; run: footlights data build"):
        Dataset.read(tmp_path)
    (tmp_path / DATA_FILE).mkdir()
    with pytest.raises(FootlightsError, match=r"data\.json: is a folder"):
        Dataset.read(tmp_path)
    (tmp_path / DATA_FILE).rmdir()
    os.mkfifo(tmp_path / DATA_FILE)
    with pytest.raises(FootlightsError, match=r"data\.json: is no ordinary file"):
        Dataset.read(tmp_path)


def test_R5_the_digest_names_the_content_and_not_the_place(tmp_path, built):
    data = Dataset.read(built)
    moved = Dataset.read(shutil.copytree(built, tmp_path / "elsewhere"))
    assert len(data.digest()) == 64 and data.digest() == moved.digest()
    assert data.digest(data.clips[:2]) != data.digest()

    index = json.loads((built / DATA_FILE).read_text())
    (built / DATA_FILE).write_text(json.dumps(index | {"failed": [{"id": "x", "error": "broken"}]}))
    assert Dataset.read(built).digest() == data.digest(), "what failed is not in the data"


def test_R5_any_fact_any_byte_and_the_order_change_the_digest(built):
    data = Dataset.read(built)
    first, *rest = data.clips
    digests = {data.digest(), data.digest([*rest, first])}
    for change in ({"licence": "CC BY"}, {"split": "test"}, {"beats": ()}, {"bpm": 121.0}):
        digests.add(data.digest([replace(first, **change), *rest]))
    for path in (first.file, first.song):
        path.write_bytes(path.read_bytes() + b"x")
        digests.add(data.digest())
    assert len(digests) == 8


def test_the_digest_of_a_missing_file_is_one_clear_line(built):
    data = Dataset.read(built)
    data.clips[1].file.unlink()
    with pytest.raises(FootlightsError, match=r"clip1\.npz: cannot be read"):
        data.digest()
