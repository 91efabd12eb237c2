"""What a network is given of a window: every way to edit a dance, and nothing by halves."""

import dataclasses
from pathlib import Path

import numpy as np

from footlights.generators.diffusion.clips import TrainingData
from footlights.generators.diffusion.masks import random_mask
from footlights.generators.diffusion.windows import Windows
from footlights.generators.representation import HEIGHT, WIDTH, path
from tiny import tiny_config, tiny_data

FRAMES = 60


def masks(count: int = 400) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [random_mask(rng, FRAMES) for _ in range(count)]


def test_every_way_to_edit_is_drawn_and_something_is_always_left_to_do():
    drawn = masks()
    assert all(mask.shape == (FRAMES, WIDTH) and set(np.unique(mask)) <= {0, 1} for mask in drawn)
    assert all(0 < mask.mean() < 1 for mask in drawn)

    whole = [mask.all(axis=1) for mask in drawn]
    assert any(rows[0] and rows[-1] and not rows.all() for rows in whole), "a span to fill"
    assert any(rows[0] and not rows[-1] for rows in whole), "a dance to go on with"
    root = path()
    assert any(mask[:, root].any() and not mask[:, HEIGHT].any() for mask in drawn), "a path"
    poses = [mask for mask in drawn if mask[:, HEIGHT].any() and not mask[:, root].any()]
    assert poses and all(1 <= mask[:, HEIGHT].sum() <= 6 for mask in poses), "single poses"


def test_windows_have_masks_only_where_the_model_reads_them(tmp_path: Path):
    config = tiny_config(drop_mask=0.5)
    data = TrainingData.load(tiny_data(tmp_path / "built"), config)
    rng = np.random.default_rng(1)
    assert Windows(data.train, config, data.labels).draw(rng, 4).mask is None

    config = dataclasses.replace(config, model=dataclasses.replace(config.model, masks=True))
    mask = Windows(data.train, config, data.labels).draw(rng, 200).mask
    assert mask is not None and 0.35 < np.mean([not one.any() for one in mask]) < 0.65
    quiet = Windows(data.train, config.for_validation(), data.labels).draw(rng, 20).mask
    assert quiet is not None and not quiet.any()
