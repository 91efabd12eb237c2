"""Built data as the network learns from it: which clips, which styles, which numbers."""

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.generators.diffusion.clips import Clip, TrainingData, labels_of, statistics
from footlights.generators.diffusion.config import Config, ModelConfig
from tiny import clip_row, tiny_config, tiny_data


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tiny_data(tmp_path / "built")


def change(data: Path, number: int, **facts: object) -> None:
    """Change what ``data.json`` says of one clip."""
    index = json.loads((data / "data.json").read_text())
    index["clips"][number] |= facts
    (data / "data.json").write_text(json.dumps(index))


def test_train_and_held_out_clips_come_with_their_mirror_images(data: Path):
    loaded = TrainingData.load(data, tiny_config())
    assert [clip.id for clip in loaded.train] == ["clip0", "clip1"]
    assert [clip.id for clip in loaded.held_out] == ["clip2"]
    assert loaded.labels == ("sway",) and loaded.licences == ("CC0",)
    assert loaded.minutes(30.0) == {"made": 0.13}
    for clip in (*loaded.train, *loaded.held_out):
        assert clip.vectors.shape == (2, 120, 152) and clip.music.shape == (2, 120, 8)
        assert np.allclose(clip.vectors[0, :, 0], clip.vectors[1, :, 0], atol=1e-6)
        assert not np.allclose(clip.vectors[0], clip.vectors[1])


def test_energy_is_measured_against_all_training_clips(data: Path):
    loaded = TrainingData.load(data, tiny_config())
    energy = np.concatenate([clip.music[0, :, 5] for clip in loaded.train])
    assert energy.mean() == pytest.approx(0, abs=1e-5) and energy.std() == pytest.approx(1)


def test_clips_that_forbid_commerce_are_left_out_unless_asked_for(data: Path):
    change(data, 0, licence="CC BY-NC 4.0", commercial=False)
    free, every = (
        TrainingData.load(data, tiny_config(), commercial_only=only) for only in (True, False)
    )
    assert [clip.id for clip in free.train] == ["clip1"] and free.licences == ("CC0",)
    assert len(every.train) == 2 and every.licences == ("CC BY-NC 4.0", "CC0")


def test_clips_shorter_than_half_a_window_are_left_out(data: Path):
    change(data, 0, seconds=0.4)
    change(data, 2, seconds=0.4)
    loaded = TrainingData.load(data, tiny_config())
    assert [clip.id for clip in loaded.train] == ["clip1"] and loaded.held_out == ()


def test_data_without_dance_are_refused(data: Path):
    for number in (0, 1):
        change(data, number, dance=False)
    with pytest.raises(FootlightsError, match=r"no dance clips of split 'train'; build data that"):
        TrainingData.load(data, tiny_config())


@pytest.mark.parametrize("facts", [{"style": "polka"}, {"bpm": 90.0}, {"split": "test"}])
def test_the_digest_names_what_is_learnt_from(data: Path, facts: dict):
    before = TrainingData.load(data, tiny_config()).digest
    assert TrainingData.load(data, tiny_config()).digest == before
    change(data, 0, **facts)
    assert TrainingData.load(data, tiny_config()).digest != before


def test_the_digest_does_not_see_clips_that_are_not_used(data: Path):
    before = TrainingData.load(data, tiny_config()).digest
    index = json.loads((data / "data.json").read_text())
    index["clips"].append(clip_row("clip0", split="test") | {"id": "other"})
    (data / "data.json").write_text(json.dumps(index))
    assert TrainingData.load(data, tiny_config()).digest == before


def test_songs_are_needed_where_the_network_is_told_of_songs(data: Path):
    config = Config("x", ModelConfig(width=32, heads=2, window=30, music="edge35"))
    with pytest.raises(FootlightsError, match=r"clip clip0 has no song; config music = 'edge35'"):
        TrainingData.load(data, config)


def test_a_song_s_features_are_the_music_of_both_mirror_images(tmp_path: Path):
    data = tiny_data(tmp_path / "built", features={"edge35": 35})
    config = Config("x", ModelConfig(width=32, heads=2, window=30, music="edge35"))
    for clip in TrainingData.load(data, config).train:
        assert clip.music.shape == (2, 120, 35)
        assert np.array_equal(clip.music[0], clip.music[1])


def test_labels_are_the_config_s_then_the_clips_own_if_some_clip_has_them(data: Path):
    table = dataclasses.replace(
        tiny_config(), styles={"waltz": ("elsewhere",), "swaying": ("made",)}
    )
    assert TrainingData.load(data, table).labels == ("swaying",)
    foreign = dataclasses.replace(table, styles={"waltz": ("elsewhere",)})
    assert TrainingData.load(data, foreign).labels == ("sway",)

    empty = np.zeros((2, 1, 152))
    clips = [Clip(style, style, "x", empty, empty) for style in ("b", "", "waltz", "a")]
    assert labels_of(clips, table) == ("waltz", "a", "b")


def test_channels_that_hardly_move_are_not_blown_up():
    vectors = np.zeros((2, 10, 152), np.float32)
    vectors[0, :, 1] = 3.0
    mean, std = statistics([Clip("a", "", "x", vectors, vectors)])
    assert mean[1] == 1.5 and std[1] == 1.5
    assert std[0] == np.float32(0.05) and std[4] == np.float32(0.1) and std[10] == np.float32(0.05)
