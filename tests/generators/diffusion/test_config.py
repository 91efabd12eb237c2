"""Configs read back what they write, and refuse what they do not know by its name."""

import pytest

from footlights.basics.errors import FootlightsError
from footlights.generators.diffusion.config import Config, TrainConfig


def test_configs_read_back_what_they_write():
    for name in ("small", "paper"):
        config = Config.named(name)
        assert Config.parse(config.to_toml(), name) == config
    odd = Config('my "best"\\take', styles={'a "b"': ("mené", "🕺")})
    assert Config.parse(odd.to_toml(), "x") == odd


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[model]\nwidht = 3", "widht"),
        ("[modle]", "modle"),
        ("[model]\nwidth = 'x'", "width"),
        ("a = ", "TOML"),
        ("model = 3", "model"),
        ("[model]\nwindow = 75", "window"),
        ("[model]\nfps = 0", "positive"),
        ("[model]\nmusic = 'humming'", "humming"),
        ("[sample]\nsteps = 0", "0 steps"),
        ("[styles]\nsalsa = 3", "salsa is no list of sources"),
        ("[styles]\nsalsa = [3]", "salsa is no list of sources"),
    ],
)
def test_a_wrong_config_is_refused_by_name(text: str, named: str):
    with pytest.raises(FootlightsError, match=named):
        Config.parse(text, "mine.toml")


def test_a_config_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(FootlightsError, match=r"no such config; take one of paper, small or"):
        Config.named("large")


def test_validation_sees_windows_as_they_are_without_a_style():
    train = TrainConfig(seed=3).without_augmentation()
    assert train.tempo_warp == 0 and train.drop_style == 1
    assert train.drop_all == train.drop_beat == train.drop_energy == train.drop_onset == 0
    assert train.seed == 3 and train.batch == TrainConfig().batch
