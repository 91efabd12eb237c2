"""A motion survives its 152 numbers a frame, which know nothing of place and direction."""

import dataclasses

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.generators.representation import (
    CONTACTS,
    HEADING_FRAME,
    HEIGHT,
    WIDTH,
    decode,
    encode,
    lower_body,
    path,
    rotation_of,
    upper_body,
)
from footlights.geometry.rotations import normalize, yaw_of
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from moving import TRIPOD, swaying


def wandering(seconds: float, fps: float = 30.0, seed: int = 0) -> Motion:
    """Smooth random rotations on a walking, turning root."""
    rng = np.random.default_rng(seed)
    count = round(seconds * fps)
    t = np.arange(count)[:, None, None] / fps
    speeds, phases = rng.uniform(0.3, 1.5, (2, 24, 3)), rng.uniform(0, 6, (24, 3))
    rotations = np.concatenate(
        [np.full((count, 24, 1), 3.0), np.sin(speeds[0] * t * 3 + phases)], axis=-1
    )
    root = np.stack(
        [np.sin(t[:, 0, 0]), 0.4 * t[:, 0, 0], 0.9 + 0.05 * np.sin(5 * t[:, 0, 0])], axis=-1
    )
    contacts = (np.sin(4 * t[:, 0] + np.arange(4)) > 0).astype(np.float32)
    return Motion(root, normalize(rotations), fps, contacts=contacts)


def test_decode_of_encode_is_the_motion_over_a_minute():
    motion = wandering(60)
    back = decode(encode(motion), motion.fps)
    back = back.moved(yaw=float(yaw_of(motion.rotations[:1, 0].astype(float))[0]))
    back = back.moved(shift=[*(motion.root[0] - back.root[0])[:2], 0])
    assert np.abs(back.positions - motion.positions).max() < 1e-4 * 60
    assert np.array_equal(back.contacts, motion.contacts)


def test_vectors_do_not_see_place_or_heading():
    motion = wandering(4)
    elsewhere = motion.moved(shift=[3, -2, 0], yaw=1.3)
    assert np.abs(encode(motion) - encode(elsewhere)).max() < 2e-3


def test_vectors_hold_height_and_contacts_as_they_are():
    motion = wandering(2)
    vectors = encode(motion)
    assert vectors.shape == (60, WIDTH)
    assert np.allclose(vectors[:, HEIGHT], motion.root[:, 2:])
    assert np.array_equal(vectors[:, CONTACTS], motion.contacts)


@pytest.mark.parametrize("frames", [1, 2])
def test_the_shortest_motions_pass(frames: int):
    motion = wandering(1)[:frames]
    assert len(decode(encode(motion), 30)) == frames


def test_another_skeleton_is_refused():
    with pytest.raises(FootlightsError, match="another skeleton"):
        encode(swaying(1.0, 30.0, TRIPOD))


def test_its_slices_cover_every_number_once_and_its_digest_names_them():
    numbers = np.concatenate([np.arange(WIDTH)[part] for part in HEADING_FRAME.slices.values()])
    assert numbers.tolist() == list(range(WIDTH)) and HEADING_FRAME.width == WIDTH
    assert len(HEADING_FRAME.digest) == 64
    renamed = dataclasses.replace(HEADING_FRAME, name="heading-frame-2")
    shifted = dataclasses.replace(HEADING_FRAME, slices={"height": slice(0, WIDTH)})
    assert len({r.digest for r in (HEADING_FRAME, renamed, shifted)}) == 3


def test_what_the_numbers_mean_has_not_changed_under_this_name():
    """Whoever changes these numbers gives the representation another name."""
    vectors = HEADING_FRAME.encode(swaying(1.0, seed=3))
    assert HEADING_FRAME.name == "heading-frame-1"
    assert vectors[7, :4] == pytest.approx([0.92356, 0.97389, -0.87184, 6.28318], abs=1e-4)
    hip = [0.99875, 0.02275, -0.04447, -0.02019, 0.99817, 0.05702]  # two columns of its matrix
    assert vectors[7, 10:16] == pytest.approx(hip, abs=1e-4)
    assert HEADING_FRAME.decode(vectors, 30.0).seconds == pytest.approx(1.0, abs=0.04)


def test_upper_body_lower_body_and_path_are_all_numbers_once():
    parts = [upper_body(), lower_body(), path()]
    assert all(part.shape == (WIDTH,) and part.any() for part in parts)
    assert (np.sum(parts, axis=0) == 1).all()


def test_a_hand_hangs_on_the_spine_and_a_toe_on_the_hip():
    hand, toe = (rotation_of(SMPL24.index(name)) for name in ("left_hand", "right_foot"))
    assert upper_body()[hand].all() and not upper_body()[toe].any()
    assert lower_body()[toe].all() and lower_body()[rotation_of(0)].all()
