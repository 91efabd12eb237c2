"""What every generator keeps, whatever its family: what is asked, what is refused, what comes."""

import math

import numpy as np
import pytest

from canaries import stepping
from footlights.basics.errors import Cancelled, FootlightsError
from footlights.generators import DanceRequest, Generator, GeneratorInfo, load_generator
from footlights.generators.collage.collage import Collage
from footlights.generators.collage.segments import clip_tracks
from footlights.motion.skeleton import SMPL24
from songs import grid, kit
from stage import Swayer

SONG = kit(grid(115.0, 8.0), 8.0)


def collage() -> Collage:
    beats = np.arange(0.25, 8.0, 0.5)
    return Collage(clip_tracks(stepping(8.0), "a", "salsa", beats))


MAKERS = {"small": load_generator, "collage": collage, "stranger": Swayer}


@pytest.fixture(scope="module", params=MAKERS)
def generator(request) -> Generator:
    return MAKERS[request.param]()


def same(some, others) -> bool:
    return len(some) == len(others) and all(
        a.root.tobytes() == b.root.tobytes() and a.rotations.tobytes() == b.rotations.tobytes()
        for a, b in zip(some, others, strict=True)
    )


def test_dances_are_as_long_as_asked_and_say_where_they_come_from(generator):
    motion = generator.sample(SONG, seed=3, seconds=4.0, energy=0.5)[0]
    assert motion.seconds == pytest.approx(4.0, abs=1 / motion.fps)
    assert motion.fps == generator.info.fps and motion.skeleton == SMPL24
    facts = {"seed": 3, "take": 0, "model": generator.info.name, "song": SONG.name, "energy": 0.5}
    assert facts.items() <= motion.meta.items()
    assert np.isfinite(motion.positions).all()


def test_without_a_length_it_lasts_as_long_as_the_song(generator):
    assert generator.sample(SONG)[0].seconds == pytest.approx(SONG.seconds, abs=0.05)


def test_N1_a_take_depends_on_the_seed_and_its_number_alone(generator):
    two, three = (generator.sample(SONG, n, seed=5, seconds=3.0) for n in (2, 3))
    assert same(two, three[:2])
    assert not same(two[:1], two[1:])
    assert not same(two[:1], generator.sample(SONG, 1, seed=6, seconds=3.0))


def test_a_request_and_its_options_are_the_same(generator):
    request = DanceRequest(SONG, seconds=3.0, energy=-1.0, clean=False)
    asked = generator.sample(request)
    assert same(asked, generator.sample(SONG, seconds=3.0, energy=-1.0, clean=False))
    assert same(asked, generator.sample(DanceRequest(SONG, seconds=3.0), energy=-1.0, clean=False))


def test_every_style_it_offers_is_danced_and_spelt_as_people_spell(generator):
    styles = generator.info.styles
    for style in styles:
        assert generator.sample(SONG, seconds=2.0, style=f" {style.upper()}")[0].meta["style"] == (
            style
        )
    assert styles


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"seconds": 0}, "seconds: cannot dance 0 s"),
        ({"seconds": -3.0}, "seconds: cannot dance -3 s"),
        ({"seconds": math.nan}, "seconds: cannot dance nan s"),
        ({"seconds": math.inf}, "seconds: cannot dance inf s"),
        ({"energy": math.nan}, "energy: nan is not an energy"),
        ({"energy": 4}, "energy: 4 is not an energy"),
        ({"style": "polka"}, "style: .* has no style called 'polka'; its styles: "),
        ({"tempo": 120}, "no request has the option 'tempo'; its options are seconds, energy"),
        ({"n": 0}, "0 dances are none"),
        ({"seed": -1}, "-1 is not a seed"),
    ],
)
def test_what_cannot_be_is_refused_alike(generator, wrong, named):
    with pytest.raises(FootlightsError, match=named):
        generator.sample(SONG, **wrong)


def test_it_says_what_it_is_in_one_line(generator):
    text = repr(generator)
    assert generator.info.name in text and generator.info.styles[0] in text and "\n" not in text


def test_no_song_is_refused(generator):
    with pytest.raises(FootlightsError, match=r"cannot dance to a str; give Music\.load"):
        generator.sample("song.mp3")


def test_progress_comes_to_its_end_and_never_goes_back(generator):
    shares = []
    generator.sample(SONG, 2, seconds=3.0, progress=lambda share, text: shares.append(share))
    assert len(shares) >= 3 and shares[-1] == 1.0 and shares == sorted(shares)


def test_a_caller_who_cancels_is_heard(generator):
    asked = []
    with pytest.raises(Cancelled):
        generator.sample(SONG, 50, seconds=3.0, cancel=lambda: len(asked) > 2 or asked.append(1))
    assert len(asked) == 3


def test_a_family_refuses_by_name_what_it_cannot_do():
    swayer = Swayer()
    swayer.info = GeneratorInfo("plain", 30.0, supports=frozenset({"seconds", "clean"}))
    assert swayer.sample(SONG, seconds=2.0)
    with pytest.raises(FootlightsError, match=r"energy: plain cannot follow it"):
        swayer.sample(SONG, energy=1.0)
    with pytest.raises(FootlightsError, match=r"style: plain cannot follow it"):
        swayer.sample(SONG, style="calm")
