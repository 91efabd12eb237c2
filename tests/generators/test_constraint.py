"""A dance keeps what it is asked to keep, to a centimetre, and does not jump there."""

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.generators import load_generator
from footlights.generators.base import DanceRequest, Generator
from footlights.generators.constraint import PARTS, Constraint, Given
from footlights.generators.representation import VELOCITY, decode, encode, path, upper_body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.music import Music, bundled_song
from moving import TRIPOD, swaying

FPS, SECONDS = 30.0, 8.0
MOTION = swaying(4.0)


@pytest.fixture(scope="module")
def song() -> Music:
    return Music.load(bundled_song())


@pytest.fixture(scope="module")
def small() -> Generator:
    return load_generator("small")


@pytest.fixture(scope="module")
def other(small: Generator, song: Music) -> Motion:
    """Another dance to the same song, of which parts are to be kept."""
    return small.sample(song, seed=3, seconds=SECONDS, style="groove")[0].moved((1, -2, 0), 2.0)


def kept(small: Generator, song: Music, *constraints: Constraint) -> Motion:
    asked = DanceRequest(song, SECONDS, style="groove", constraints=constraints)
    return small.sample(asked, seed=5)[0]


def jumps(motion: Motion) -> np.ndarray:
    """(T - 2,) largest acceleration of any joint, m/s2."""
    return FPS**2 * np.linalg.norm(np.diff(motion.positions, 2, axis=0), axis=-1).max(axis=1)


def test_a_span_between_two_others_is_danced_and_what_surrounds_it_is_kept(small, song, other):
    dance = kept(small, song, Constraint(other.cut(0, 3)), Constraint(other.cut(5, 8), 5.0))
    for span in (slice(0, 90), slice(150, 240)):
        assert np.abs(dance.positions[span] - other.positions[span]).max() < 0.01
    assert np.abs(dance.positions[100:140] - other.positions[100:140]).max() > 0.1
    usual = np.percentile(jumps(other), 99)
    assert jumps(dance)[80:160].max() < 2 * usual


def test_a_dance_begins_and_ends_in_given_poses_at_given_places(small, song, other):
    end = other[-1:].moved((0.4, 0.3, 0))
    dance = kept(small, song, Constraint(other[:1]), Constraint(end, SECONDS - 1 / FPS))
    assert np.abs(dance.positions[0] - other.positions[0]).max() < 0.01
    assert np.abs(dance.positions[-1] - end.positions[0]).max() < 0.01
    assert jumps(dance).max() < 2 * np.percentile(jumps(other), 99.5)


def test_a_path_is_followed_to_a_centimetre_by_another_dance(small, song, other):
    dance = kept(small, song, Constraint(other, part="path"))
    assert np.abs(dance.root[:, :2] - other.root[:, :2]).max() < 0.01
    assert np.abs(encode(dance)[:, upper_body()] - encode(other)[:, upper_body()]).mean() > 0.05


def test_the_upper_body_and_single_joints_are_kept_wherever_the_dance_goes(small, song, other):
    hand = ("left_shoulder", "left_elbow")
    dance = kept(small, song, Constraint(other.cut(0, 4), part="upper"))
    assert (
        np.abs(encode(dance)[:120, upper_body()] - encode(other)[:120, upper_body()]).max() < 1e-3
    )
    dance = kept(small, song, Constraint(other.cut(2, 4), 2.0, hand))
    for name in hand:
        joint = SMPL24.index(name)
        dots = np.abs((dance.rotations[60:120, joint] * other.rotations[60:120, joint]).sum(-1))
        assert dots.min() > 1 - 1e-5


def test_N1_the_same_constraints_and_seed_give_the_same_bytes(small, song, other):
    again = [kept(small, song, Constraint(other[:30])).rotations for _ in range(2)]
    assert np.array_equal(*again)


def test_ways_lead_through_given_places_whatever_was_danced():
    vectors = encode(swaying(6.0, seed=2))
    far = MOTION[:1].moved((3.0, 1.0, 0.0), yaw=2.5)
    given = Given.of([Constraint(MOTION[:20], 1.0), Constraint(far, 4.0)], 180, FPS)
    given.hold(vectors, FPS)
    dance = given.placed(decode(vectors, FPS))
    assert np.abs(dance.positions[30:50] - MOTION.positions[:20]).max() < 1e-3
    assert np.abs(dance.positions[120] - far.positions[0]).max() < 1e-3
    assert not given.mask[49, VELOCITY].any() and given.mask[48, path()].all()


def test_every_part_has_numbers_or_a_place():
    for part in (*PARTS, ("head",)):
        constraint = Constraint(MOTION, part=part)
        assert constraint.numbers().any() or constraint.has_place, part


@pytest.mark.parametrize(
    "make, words",
    [
        (lambda: Constraint(swaying(1.0, skeleton=TRIPOD)), "is on another skeleton"),
        (lambda: Constraint(MOTION, -1.0), "nothing can be kept at -1 s"),
        (lambda: Constraint(MOTION, part="feet"), "no part called 'feet'"),
        (lambda: Constraint(MOTION, part=("hed",)), "no part called 'hed'"),
        (lambda: Given.of([Constraint(MOTION, 5.0)], 240, FPS), r"ends at 9\.00 s, the dance at 8"),
        (
            lambda: Given.of([Constraint(MOTION), Constraint(swaying(1.0, seed=9), 1.0)], 240, FPS),
            r"want different things at 1\.00 s",
        ),
        (
            lambda: Given.of(
                [Constraint(MOTION[:1]), Constraint(MOTION[:1].moved((9, 0, 0)), 1.0)], 240, FPS
            ),
            r"9\.0 m in 1\.00 s, from 0\.00 s on, are too far",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_in_one_line(make, words):
    with pytest.raises(FootlightsError, match=words) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_the_same_thing_twice_is_no_conflict():
    given = Given.of([Constraint(MOTION), Constraint(MOTION.cut(1, 2), 1.0, "lower")], 240, FPS)
    alone = Given.of([Constraint(MOTION)], 240, FPS)
    assert np.array_equal(given.mask, alone.mask) and given.mask[:120].any(axis=1).all()
    assert not given.mask[120:].any()
