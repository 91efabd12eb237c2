"""A tiny built-data folder and a tiny diffusion config: everything a training run needs, in a
second.
"""

import dataclasses
import json
from pathlib import Path

import numpy as np

from footlights.formats import write
from footlights.generators.diffusion.config import Config, ModelConfig, SampleConfig, TrainConfig
from moving import swaying


def tiny_config(**train: object) -> Config:
    """Two layers of width 32 on one-second windows; ``train`` overrides the optimiser's fields."""
    return Config(
        name="tiny",
        model=ModelConfig(width=32, layers=2, heads=2, feedforward=64, window=30),
        train=dataclasses.replace(TrainConfig(steps=20, batch=4, warmup=2), **train),
        sample=SampleConfig(steps=4, guidance=1.5, energy=0.0),
    )


def tiny_data(folder: Path, features: dict[str, int] | None = None) -> Path:
    """Built data with two train clips and one val clip of four seconds; ``features`` (name: width)
    adds paired songs.
    """
    (folder / "clips").mkdir(parents=True)
    rows = []
    for k, split in enumerate(("train", "train", "val")):
        motion = swaying(4, seed=k)
        motion = motion.replace(contacts=np.tile([1.0, 1.0, 0.0, 0.0], (len(motion), 1)))
        write(motion, folder / "clips" / f"clip{k}.npz")
        song = None
        if features:
            song = f"clips/song{k}.npz"
            rng = np.random.default_rng(k)
            np.savez(
                folder / song,
                **{
                    n: rng.normal(size=(len(motion), w)).astype(np.float32)
                    for n, w in features.items()
                },
            )
        beats = list(np.arange(0.25, 4, 0.5))
        row = {
            "id": f"clip{k}",
            "file": f"clips/clip{k}.npz",
            "source": "made",
            "split": split,
            "subject": f"s{k}",
        }
        row |= {
            "style": ("sway", "sway", "turn")[k],
            "licence": "CC0",
            "commercial": True,
            "dance": True,
            "seconds": 4.0,
        }
        rows.append(row | {"bpm": 120.0, "trust": 3.0, "beats": beats, "song": song})
    (folder / "data.json").write_text(
        json.dumps({"format": "footlights-data-1", "fps": 30, "clips": rows, "sources": {}})
    )
    return folder
