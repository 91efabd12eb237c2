"""A model's folder that is damaged, or whose parts are of different models, is refused in one
line.
"""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load_file, save_file

import footlights
from footlights.basics.errors import FootlightsError
from footlights.generators import load_generator

SMALL = Path(footlights.__file__).parent / "weights" / "small"


def text(name: str, content: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_text(content) and None


def cut(name: str, size: int) -> Callable[[Path], None]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:size]) and None


def weights(change: Callable[[dict[str, np.ndarray]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        arrays = load_file(folder / "weights.safetensors")
        change(arrays)
        save_file(arrays, folder / "weights.safetensors")

    return damage


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (text("card.json", "[]"), "card"),
        (text("card.json", "{"), "not a model folder"),
        (text("card.json", json.dumps({"labels": ["a"], "styles": ["b"]})), "card"),
        (text("config.toml", "[model"), "TOML"),
        (text("config.toml", "[model]\nwindow = 90"), "different models"),
        (text("config.toml", "[model]\nmusic = 'edge35'"), "different models"),
        (cut("weights.safetensors", 3000), "weights file"),
        (cut("graph.onnx", 3000), "cannot be loaded"),
        (cut("graph.onnx", 0), "cannot be loaded"),
        (weights(lambda arrays: arrays.pop("stats.mean")), "statistics"),
        (weights(lambda arrays: arrays.pop("inlet.weight")), "cannot be loaded"),
        (
            weights(lambda arrays: arrays.update({"inlet.weight": arrays["inlet.weight"][:5]})),
            "cannot be loaded",
        ),
    ],
)
def test_R5_a_damaged_model_is_refused(tmp_path: Path, damage: Callable[[Path], None], named: str):
    shutil.copytree(SMALL, tmp_path / "model")
    damage(tmp_path / "model")
    with pytest.raises(FootlightsError, match=named):
        load_generator(str(tmp_path / "model"))
