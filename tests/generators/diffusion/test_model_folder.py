"""A model's folder that is damaged, or whose parts are of different models, is refused by name."""

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

Damage = Callable[[Path], object]


def text(name: str, content: str) -> Damage:
    return lambda folder: (folder / name).write_text(content)


def cut(name: str, size: int) -> Damage:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:size])


def card(**facts: object) -> Damage:
    """Other facts on the card; one that is None is missing."""

    def damage(folder: Path) -> None:
        values = json.loads((folder / "card.json").read_text()) | facts
        kept = {name: value for name, value in values.items() if value is not None}
        (folder / "card.json").write_text(json.dumps(kept))

    return damage


def weights(change: Callable[[dict[str, np.ndarray]], object]) -> Damage:
    def damage(folder: Path) -> None:
        arrays = load_file(folder / "weights.safetensors")
        change(arrays)
        save_file(arrays, folder / "weights.safetensors")

    return damage


@pytest.mark.parametrize(
    ("damage", "named"),
    [
        (text("card.json", "[]"), r"card.json: is a list, not an object"),
        (text("card.json", "{"), r"card.json: cannot be read as JSON"),
        (card(family="memory"), r"card.json: is of the family 'memory'; this version loads diff"),
        (card(family=3), r"card.json: family is 3, not a text"),
        (card(format="footlights-card-9"), r"card.json: format is 'footlights-card-9'"),
        (card(steps="many"), r"card.json: steps is 'many', not a whole number"),
        (card(minutes={"cmu": "ten"}), r"card.json: minutes.cmu is 'ten', not a number"),
        (card(labels=None), r"card.json: labels is missing"),
        (card(lables=["salsa"]), r"card.json: lables is no field of a card"),
        (card(styles=["polka"]), "styles that are none of its labels"),
        (card(labels=["salsa"], styles=["salsa"]), "names 1 labels, its weights know 6"),
        (card(representation="0" * 64), "another representation of motion"),
        (card(statistics="0" * 64), "other statistics than its card"),
        (text("config.toml", "[model"), "TOML"),
        (text("config.toml", "[model]\nwindow = 90"), "different models"),
        (text("config.toml", "[model]\nmusic = 'edge35'"), "different models"),
        (cut("weights.safetensors", 3000), "weights file"),
        (cut("graph.onnx", 3000), "cannot be loaded"),
        (cut("graph.onnx", 0), "graph.onnx: is empty"),
        (weights(lambda arrays: arrays.pop("stats.mean")), "statistics"),
        (weights(lambda arrays: arrays.pop("inlet.weight")), "cannot be loaded"),
        (
            weights(lambda arrays: arrays.update({"inlet.weight": arrays["inlet.weight"][:5]})),
            "cannot be loaded",
        ),
    ],
)
def test_R5_a_damaged_model_is_refused(tmp_path: Path, damage: Damage, named: str):
    shutil.copytree(SMALL, tmp_path / "model")
    damage(tmp_path / "model")
    with pytest.raises(FootlightsError, match=named):
        load_generator(str(tmp_path / "model"))


def test_R5_a_model_with_a_card_without_format_still_dances(tmp_path: Path):
    """As `footlights train` wrote them before 0.2."""
    shutil.copytree(SMALL, tmp_path / "model")
    old = {
        "name": "mine",
        "labels": ["salsa", "groove", "jpop", "indian", "modern", "breakdance"],
        "minutes": {"cmu_salsa": 7.53},
        "clips": 73,
        "licences": ["CC BY 4.0"],
        "steps": 16000,
        "parameters": 4567856,
        "styles": ["salsa"],
        "device": "on one CPU core",
    }
    (tmp_path / "model" / "card.json").write_text(json.dumps(old))
    info = load_generator(str(tmp_path / "model")).info
    assert info.styles == ("salsa",)
    assert info.card["family"] == "diffusion" and info.card["trained"] == "on one CPU core"
    assert {name: info.card[name] for name in old.keys() - {"device"}} == {
        name: value for name, value in old.items() if name != "device"
    }
