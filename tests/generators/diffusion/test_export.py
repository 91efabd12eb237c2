"""What training makes dances the same in both runtimes, and its card says what it learnt from."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from footlights.generators import load_generator
from footlights.generators.diffusion.card import DiffusionCard
from footlights.generators.diffusion.clips import TrainingData
from footlights.generators.diffusion.config import Config, ModelConfig
from footlights.generators.diffusion.sample import Diffusion
from footlights.generators.representation import HEADING_FRAME
from footlights.music import Music, bundled_song
from tiny import tiny_config, tiny_data

torch = pytest.importorskip("torch", reason="training needs the [train] extra")

from footlights.generators.diffusion.export import export  # noqa: E402
from footlights.generators.diffusion.task import DiffusionTask  # noqa: E402
from footlights.learning.run import load, run  # noqa: E402


def trained(data: Path, config: Config, out: Path) -> DiffusionTask:
    task = DiffusionTask(TrainingData.load(data, config), config)
    run(task, out, device="cpu")
    return task


def test_N1_the_exported_model_dances_the_same_in_both_runtimes(tmp_path: Path):
    task = trained(tiny_data(tmp_path / "built"), tiny_config(steps=40), tmp_path / "run")
    model = export(task, load(task, tmp_path / "run"), tmp_path / "model")

    song = Music.load(bundled_song(), seconds=4)
    light = Diffusion.load(model).sample(song, 1, seed=1)[0]
    again = load_generator(str(model)).sample(song, 1, seed=1)[0]
    heavy = Diffusion.load(model, runtime="torch").sample(song, 1, seed=1)[0]
    assert light.rotations.tobytes() == again.rotations.tobytes()
    assert np.abs(light.positions - heavy.positions).max() < 1e-3


def test_its_card_says_what_it_is_and_what_it_learnt_from(tmp_path: Path):
    task = trained(tiny_data(tmp_path / "built"), tiny_config(steps=1), tmp_path / "run")
    state = load(task, tmp_path / "run")
    louder = dataclasses.replace(task.config.sample, energy=1.5)
    config = dataclasses.replace(task.config, sample=louder)
    model = export(
        task,
        state,
        tmp_path / "model",
        command="footlights train diffusion",
        config=config,
        styles=(),
        trained="on one core",
    )

    card = DiffusionCard.read(model / "card.json")
    assert card == DiffusionCard(
        family="diffusion",
        name="tiny",
        licences=("CC0",),
        steps=1,
        representation=HEADING_FRAME.digest,
        data=task.data.digest,
        statistics=task.identity.statistics,
        command="footlights train diffusion",
        labels=("sway",),
        styles=(),
        minutes={"made": 0.13},
        clips=2,
        parameters=card.parameters,
        trained="on one core",
    )
    assert card.parameters > 10_000
    assert Diffusion.load(model).config.sample.energy == 1.5
    assert state.networks and all(p.dtype == torch.float32 for p in _parameters(state))


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
    task = trained(data, config, tmp_path / "run")
    exported = export(task, load(task, tmp_path / "run"), tmp_path / "model")
    assert Diffusion.load(exported).info.name == "tiny-paper"


def _parameters(state):
    return [p for average in state.averages.values() for p in average.network.parameters()]
