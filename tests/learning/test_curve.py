"""The curve of a run that was stopped is cut back to where it goes on."""

import json
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="TensorBoard's writer is torch's")

from footlights.learning.curve import FILE, Curve


def rows(out: Path) -> list[dict]:
    return [json.loads(line) for line in (out / FILE).read_text().splitlines()]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    with Curve(tmp_path, 0) as curve:
        for step in (1, 2, 3):
            curve.write(step, "train", {"loss": 1 / 3})
    return tmp_path


def test_a_line_holds_step_part_and_rounded_terms(out: Path):
    assert rows(out)[0] == {"step": 1, "part": "train", "loss": 0.333333}


def test_R2_what_is_later_than_the_checkpoint_is_cut_off(out: Path):
    with Curve(out, 2) as curve:
        curve.write(3, "val", {"loss": 0.0})
    assert [(row["step"], row["part"]) for row in rows(out)] == [
        (1, "train"),
        (2, "train"),
        (3, "val"),
    ]


def test_R2_a_line_that_was_cut_off_is_left_out(out: Path):
    with (out / FILE).open("a") as file:
        file.write('{"step": 4, "part": "tra')
    with Curve(out, 9):
        assert [row["step"] for row in rows(out)] == [1, 2, 3]
