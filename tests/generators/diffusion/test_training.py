"""Training learns, stops and goes on as if it had not stopped, and what it exports dances the same
in both runtimes.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from tiny import tiny_config, tiny_data

torch = pytest.importorskip("torch", reason="training needs the [train] extra")

from footlights.basics.errors import FootlightsError
from footlights.generators.diffusion.config import Config, ModelConfig
from footlights.generators.diffusion.export import export
from footlights.generators.diffusion.sample import Diffusion
from footlights.generators.diffusion.training import load_smooth, train
from footlights.generators.diffusion.windows import Clip, Windows
from footlights.music import Music, bundled_song


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_data(tmp_path_factory.mktemp("data") / "built")


def curve(run: Path, part: str) -> list[dict]:
    return [
        row
        for row in map(json.loads, (run / "curve.jsonl").read_text().splitlines())
        if row["part"] == part
    ]


def test_the_loss_falls(data: Path, tmp_path: Path):
    config = tiny_config(steps=200, learning_rate=3e-3, batch=16, drop_all=0.0)
    train(data, tmp_path, config, device="cpu", stop_after=2)
    train(data, tmp_path, config, device="cpu")
    before, *_, after = curve(tmp_path, "train")
    assert (before["step"], after["step"]) == (2, 200)
    assert after["vector"] < 0.6 * before["vector"]
    assert after["velocity"] < 0.8 * before["velocity"]


def test_R2_a_resumed_run_is_bit_equal_to_an_unbroken_one(data: Path, tmp_path: Path):
    config = tiny_config(steps=8)
    whole = train(data, tmp_path / "whole", config, device="cpu")
    train(data, tmp_path / "broken", config, device="cpu", stop_after=3)
    broken = train(data, tmp_path / "broken", config, device="cpu")
    assert curve(whole, "train")[-1] == curve(broken, "train")[-1]
    for a, b in zip(
        load_smooth(whole)[0].parameters(), load_smooth(broken)[0].parameters(), strict=True
    ):
        assert torch.equal(a, b)


def test_R5_a_checkpoint_of_another_config_is_refused(data: Path, tmp_path: Path):
    train(data, tmp_path, tiny_config(steps=2), device="cpu")
    with pytest.raises(FootlightsError, match="another config"):
        train(data, tmp_path, tiny_config(steps=2, batch=5), device="cpu")


def test_N1_the_exported_model_dances_the_same_in_both_runtimes(data: Path, tmp_path: Path):
    config = tiny_config(steps=40)
    train(data, tmp_path / "run", config, device="cpu")
    export(tmp_path / "run", tmp_path / "model", config, {"styles": ["sway"]})
    song = Music.load(bundled_song(), seconds=4)
    light = Diffusion.load(tmp_path / "model").sample(song, 1, seed=1)[0]
    again = Diffusion.load(tmp_path / "model").sample(song, 1, seed=1)[0]
    heavy = Diffusion.load(tmp_path / "model", runtime="torch").sample(song, 1, seed=1)[0]
    assert light.rotations.tobytes() == again.rotations.tobytes()
    assert np.abs(light.positions - heavy.positions).max() < 1e-3


def test_the_paper_config_trains_on_paired_songs(tmp_path: Path):
    data = tiny_data(tmp_path / "built", features={"edge35": 35})
    model = ModelConfig(
        width=32,
        layers=2,
        heads=2,
        feedforward=64,
        window=30,
        patch=1,
        cross_attention=True,
        music="edge35",
    )
    small = tiny_config(steps=10)
    config = Config("tiny-paper", model, small.loss, small.train, small.sample)
    train(data, tmp_path / "run", config, device="cpu")
    export(tmp_path / "run", tmp_path / "model", config)
    assert curve(tmp_path / "run", "val")[-1]["step"] == 10


def test_data_without_songs_is_refused_where_songs_are_needed(data: Path, tmp_path: Path):
    with pytest.raises(FootlightsError, match="has no song"):
        train(
            data,
            tmp_path,
            Config("x", ModelConfig(width=32, heads=2, window=30, music="edge35")),
            device="cpu",
        )


def test_styles_are_those_that_the_clips_have(data: Path, tmp_path: Path):
    table = dataclasses.replace(
        tiny_config(steps=1), styles={"waltz": ("elsewhere",), "swaying": ("made",)}
    )
    train(data, tmp_path / "table", table, device="cpu")
    assert json.loads((tmp_path / "table" / "run.json").read_text())["labels"] == ["swaying"]
    foreign = dataclasses.replace(table, styles={"waltz": ("elsewhere",)})
    train(data, tmp_path / "own", foreign, device="cpu")
    assert json.loads((tmp_path / "own" / "run.json").read_text())["labels"] == ["sway"]


def test_R5_a_run_does_not_go_on_with_other_styles(data: Path, tmp_path: Path):
    train(data, tmp_path / "run", tiny_config(steps=2), device="cpu", stop_after=1)
    other = tiny_data(tmp_path / "built")
    index = json.loads((other / "data.json").read_text())
    index["clips"][0]["style"] = "polka"
    (other / "data.json").write_text(json.dumps(index))
    with pytest.raises(FootlightsError, match="polka"):
        train(other, tmp_path / "run", tiny_config(steps=2), device="cpu")


def test_R2_a_curve_cut_off_in_a_line_goes_on(data: Path, tmp_path: Path):
    train(data, tmp_path, tiny_config(steps=2), device="cpu", stop_after=1)
    with (tmp_path / "curve.jsonl").open("a") as file:
        file.write('{"step": 2, "part": "tra')
    train(data, tmp_path, tiny_config(steps=2), device="cpu")
    assert [row["step"] for row in curve(tmp_path, "train")] == [1, 2]


def test_a_clip_that_is_over_holds_its_pose_and_stays():
    vectors = np.ones((2, 20, 152), np.float32)
    clip = Clip("short", "sway", "made", vectors, np.zeros((2, 20, 8), np.float32))
    window, *_ = Windows([clip], tiny_config(tempo_warp=0.0), ("sway",)).draw(
        np.random.default_rng(0), 1
    )
    assert (window[0, :19, 1:4] == 1).all() and not window[0, 19:, 1:4].any()
    assert (window[0, :, 4:] == 1).all()


def test_a_folder_without_data_is_refused(tmp_path: Path):
    with pytest.raises(FootlightsError, match="data build"):
        train(tmp_path, tmp_path / "run", tiny_config(), device="cpu")


def test_a_film_is_made_now_and_then_while_it_trains(data: Path, tmp_path: Path):
    from footlights.pipeline.training_preview import EVERY, training_preview

    config = tiny_config(steps=1)
    train(data, tmp_path, config, device="cpu")
    filmed = training_preview(tmp_path, config)
    model = load_smooth(tmp_path)[0]
    filmed(model, EVERY + 1)
    assert not (tmp_path / "films").exists()
    filmed(model, EVERY)
    assert [film.stat().st_size > 10_000 for film in (tmp_path / "films").iterdir()] == [True]
