"""Every door asks one budget: what a stranger's file may take is refused before it is taken."""

import os

import pytest

from footlights.basics.budget import (
    MAX_FRAMES,
    MAX_JOINTS,
    Budget,
    check_rate,
    check_room,
    file_size,
    read_bytes,
    read_text,
)
from footlights.basics.errors import FootlightsError
from footlights.basics.toml_files import parse_toml, read_toml


def test_S4_a_file_is_read_only_within_its_size(tmp_path):
    file = tmp_path / "a.txt"
    file.write_bytes(b"\xef\xbb\xbfhello")
    assert file_size(file) == 8 and read_bytes(file) == b"\xef\xbb\xbfhello"
    assert read_text(file) == "hello"
    with pytest.raises(FootlightsError, match=r"a.txt: is too large"):
        read_bytes(file, 7)


def test_S4_a_sparse_file_is_refused_by_its_size(tmp_path):
    file = tmp_path / "map.toml"
    with file.open("wb") as handle:
        handle.truncate(2 << 30)
    with pytest.raises(FootlightsError, match=r"too large \(2048 MiB"):
        read_toml(file)


def test_S3_what_is_no_plain_file_is_never_opened(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", ".", "absent"):
        with pytest.raises(FootlightsError):
            read_text(tmp_path / name)
    with pytest.raises(FootlightsError, match="no ordinary file"):
        read_text("/dev/zero")


def test_S4_a_clip_of_too_many_poses_is_refused():
    check_room(MAX_FRAMES, 20, "x")
    for frames, joints in ((0, 1), (1, 0), (1, MAX_JOINTS + 1), (MAX_FRAMES + 1, 1), (400_000, 60)):
        with pytest.raises(FootlightsError):
            check_room(frames, joints, "x")


def test_S4_a_budget_ends():
    budget = Budget("x", room=100, steps=2)
    budget.take(60)
    with pytest.raises(FootlightsError, match="more than a motion needs"):
        budget.take(41)
    budget.step()
    budget.step()
    with pytest.raises(FootlightsError, match="millions of things"):
        budget.step()


@pytest.mark.parametrize("fps", [0.0, 0.05, 1e5, float("nan"), float("inf"), -30.0])
def test_N5_a_rate_that_is_none_is_refused(fps):
    with pytest.raises(FootlightsError, match="is not a rate"):
        check_rate(fps, "x")
    assert check_rate(30, "x") == 30.0


def test_S3_a_key_of_a_million_dots_takes_no_time():
    for text in ("a" + ".a" * 1_000_000 + " = 1", "a = " + "[" * 100_000, "a"):
        with pytest.raises(ValueError):
            parse_toml(text)
    assert parse_toml('[joints]\npelvis = "a.b.c"') == {"joints": {"pelvis": "a.b.c"}}
