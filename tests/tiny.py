"""A tiny built-data folder and a tiny diffusion config: all a training run needs, in a second."""

import dataclasses
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from footlights.data.dataset import DATA_FILE, DATA_FORMAT
from footlights.formats import write
from footlights.generators.diffusion.config import Config, ModelConfig, SampleConfig, TrainConfig
from moving import swaying

SECONDS = 4.0


def tiny_config(**train: object) -> Config:
    """Two layers of width 32 on one-second windows; ``train`` overrides the optimiser's fields."""
    return Config(
        name="tiny",
        model=ModelConfig(width=32, layers=2, heads=2, feedforward=64, window=30),
        train=dataclasses.replace(TrainConfig(steps=20, batch=4, warmup=2), **train),
        sample=SampleConfig(steps=4, guidance=1.5, energy=0.0),
    )


def tiny_data(folder: Path, features: dict[str, int] | None = None) -> Path:
    """Built data with two train clips and one val clip of four seconds.

    ``features`` (name: width) adds paired songs.
    """
    (folder / "clips").mkdir(parents=True)
    rows = []
    for k, split in enumerate(("train", "train", "val")):
        motion = swaying(SECONDS, seed=k)
        motion = motion.replace(contacts=np.tile([1.0, 1.0, 0.0, 0.0], (len(motion), 1)))
        write(motion, folder / "clips" / f"clip{k}.npz")
        style = ("sway", "sway", "turn")[k]
        song = _random_features(folder, k, len(motion), features) if features else None
        rows.append(clip_row(f"clip{k}", split=split, style=style, song=song, subject=f"s{k}"))
    return write_index(folder, rows)


def clip_row(name: str, **facts: object) -> dict[str, Any]:
    """What ``data.json`` says of one clip; ``facts`` replace what is said by default."""
    return {
        "id": name,
        "file": f"clips/{name}.npz",
        "source": "made",
        "style": "sway",
        "split": "train",
        "subject": "",
        "licence": "CC0",
        "commercial": True,
        "dance": True,
        "flawed": False,
        "start": 0.0,
        "seconds": SECONDS,
        "bpm": 120.0,
        "trust": 3.0,
        "beats": np.arange(0.25, SECONDS, 0.5).tolist(),
        "song": None,
    } | facts


def write_index(folder: Path, rows: Sequence[dict[str, Any]]) -> Path:
    """Write ``data.json`` with these clips into ``folder``; returns the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    index = {"format": DATA_FORMAT, "fps": 30, "clips": list(rows), "sources": {}}
    (folder / DATA_FILE).write_text(json.dumps(index))
    return folder


def _random_features(folder: Path, seed: int, frames: int, widths: dict[str, int]) -> str:
    rng = np.random.default_rng(seed)
    arrays = {
        name: rng.normal(size=(frames, width)).astype(np.float32) for name, width in widths.items()
    }
    file = f"clips/song{seed}.npz"
    np.savez(folder / file, **arrays)
    return file
