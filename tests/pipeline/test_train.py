"""Families that can be trained, what their commands were, and films of what they can so far."""

from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace

import pytest

from footlights.basics.errors import FootlightsError
from footlights.pipeline.train import FAMILIES, command_of, load_family
from footlights.pipeline.training_preview import EVERY, training_preview
from stage import Swayer


@dataclass(frozen=True)
class Options:
    """Options of all kinds."""

    data: Path = field(metadata={"metavar": "DIR"})
    teacher: Path = Path("here")
    worlds: int = 64
    all_licences: bool = False


def test_every_family_names_its_options_and_what_it_is():
    assert FAMILIES
    for name in FAMILIES:
        family = load_family(name)
        assert family.SUMMARY and family.CONFIGS and family.Options


def test_a_family_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(FootlightsError, match=r"no family called 'polka' .*; take diffusion"):
        load_family("polka")


def test_the_command_on_a_card_has_what_changes_the_model_and_no_path():
    plain = command_of("tracker", Options(Path("/home/me/data")), "small", None)
    assert plain == "footlights train tracker --data DIR --teacher PATH --config small"
    own = Options(Path("/home/me/data"), Path("/home/me"), 128, all_licences=True)
    assert command_of("tracker", own, "/home/me/mine.toml", 500) == (
        "footlights train tracker --data DIR --teacher PATH --worlds 128 --all-licences "
        "--config mine.toml --steps 500"
    )


def test_a_film_is_made_now_and_then_while_a_model_trains(tmp_path: Path):
    preview = training_preview(lambda state: Swayer(), tmp_path)
    preview(SimpleNamespace(step=EVERY + 1))
    assert not (tmp_path / "films").exists()
    preview(SimpleNamespace(step=EVERY))
    assert [film.stat().st_size > 10_000 for film in (tmp_path / "films").iterdir()] == [True]


def test_what_makes_no_dances_is_not_filmed(tmp_path: Path):
    training_preview(lambda state: None, tmp_path)(SimpleNamespace(step=EVERY))
    assert not (tmp_path / "films").exists()
