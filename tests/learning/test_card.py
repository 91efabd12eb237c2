"""Cards say what a model is, in a file that is whole and in one line what is wrong with it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from footlights.basics.errors import FootlightsError
from footlights.learning.card import FORMAT, Card, read_family


@dataclass(frozen=True, kw_only=True)
class TrackerCard(Card):
    """The card of another family: what it adds is checked like the rest."""

    joints: tuple[str, ...]
    hours: Mapping[str, float] = field(default_factory=dict)


CARD = TrackerCard(
    family="tracker",
    name="small",
    licences=("CC0",),
    steps=3,
    command="footlights train tracker",
    figures={"error": 0.25},
    joints=("knee", "hip"),
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    CARD.write(tmp_path / "card.json")
    return tmp_path / "card.json"


def test_a_card_is_read_as_it_was_written(path: Path):
    assert TrackerCard.read(path) == CARD
    assert read_family(path) == "tracker"
    assert json.loads(path.read_text())["format"] == FORMAT


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"joints": "knee"}, "joints is 'knee', not a list of texts"),
        ({"steps": -1}, "steps is -1, not a whole number from 0 on"),
        ({"figures": {"error": None}}, "figures.error is None, not a number"),
        ({"figures": []}, "figures is a list, not an object"),
        ({"styles": []}, "styles is no field of a card"),
    ],
)
def test_R5_a_wrong_field_is_named_with_its_file(path: Path, facts: dict, words: str):
    path.write_text(json.dumps(CARD.plain() | facts))
    with pytest.raises(FootlightsError, match=rf"card.json: {words}"):
        TrackerCard.read(path)


def test_R5_a_field_that_is_missing_is_named(path: Path):
    values = CARD.plain()
    del values["joints"]
    path.write_text(json.dumps(values))
    with pytest.raises(FootlightsError, match=r"card\.json: joints is missing"):
        TrackerCard.read(path)
