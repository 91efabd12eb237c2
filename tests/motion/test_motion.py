"""Motions: what cutting, resampling, mirroring, moving and joining leave alone."""

import xml.etree.ElementTree

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.formats import read, write
from footlights.geometry.rotations import angle_between, quat_about
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from moving import TRIPOD, swaying


@pytest.fixture(scope="module")
def dance():
    motion = swaying(3.0, 30.0)
    contacts = np.random.default_rng(0).random((len(motion), 4)).round()
    return motion.replace(contacts=contacts, meta={"seed": 3})


def test_seconds_are_frames_over_rate(dance):
    assert dance.seconds == 3.0 and len(dance) == 90


def test_arrays_are_copies_that_cannot_be_written(dance):
    root = np.zeros((2, 3))
    rotations = np.tile([1.0, 0, 0, 0], (2, 24, 1))
    motion = Motion(root, rotations, 30)
    root[:] = 7
    assert not motion.root.any()
    for array in (dance.root, dance.rotations, dance.contacts):
        with pytest.raises(ValueError, match="read-only"):
            array[0] = 0


def test_rotations_are_made_unit():
    motion = Motion(np.zeros((1, 3)), np.tile([2.0, 0, 0, 0], (1, 24, 1)), 30)
    assert np.allclose(np.linalg.norm(motion.rotations, axis=-1), 1)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda r, q: (r[:0], q[:0], 30),
        lambda r, q: (r[:-1], q, 30),
        lambda r, q: (r, q[:, :5], 30),
        lambda r, q: (np.where(np.arange(len(r))[:, None] == 4, np.nan, r), q, 30),
        lambda r, q: (r, np.where(np.arange(len(q))[:, None, None] == 4, np.inf, q), 30),
        lambda r, q: (r, q * 0, 30),
        lambda r, q: (r, q, 0),
        lambda r, q: (r, q, np.nan),
    ],
)
def test_what_is_no_motion_is_refused(dance, spoil):
    with pytest.raises(FootlightsError):
        Motion(*spoil(dance.root, dance.rotations))


def test_the_first_frame_that_is_not_finite_is_named(dance):
    root = dance.root.copy()
    root[4, 1] = np.nan
    with pytest.raises(FootlightsError, match="frame 4 "):
        dance.replace(root=root)


def test_contacts_must_fit(dance):
    with pytest.raises(FootlightsError, match="contacts"):
        dance.replace(contacts=np.zeros((3, 4)))


def test_cutting_keeps_frames_and_facts(dance):
    part = dance.cut(1.0, 2.0)
    assert len(part) == 30 and part.meta == dance.meta
    assert np.array_equal(part.root, dance.root[30:60]) and np.array_equal(
        part.contacts, dance.contacts[30:60]
    )


def test_every_second_frame_is_half_the_rate(dance):
    assert dance[::2].fps == 15 and dance[::2].seconds == dance.seconds


@pytest.mark.parametrize("frames", [slice(50, 50), slice(200, 300), slice(None, None, -1)])
def test_a_cut_that_leaves_nothing_is_refused(dance, frames):
    with pytest.raises(FootlightsError):
        dance[frames]


def test_positions_follow_the_root(dance):
    assert np.array_equal(dance.positions[:, 0], dance.root)
    assert dance.positions.shape == (90, 24, 3)


def test_resampling_up_and_down_again_gives_the_same_dance(dance):
    back = dance.resampled(120).resampled(30)
    assert len(back) == len(dance) and back.fps == 30
    assert np.abs(back.positions - dance.positions).max() < 1e-5


def test_resampling_follows_the_true_curve(dance):
    fine = swaying(3.0, 120.0)
    up = dance.resampled(120)
    assert abs(up.seconds - fine.seconds) < 1 / 30
    assert np.linalg.norm(up.positions - fine.positions[: len(up)], axis=-1).max() < 0.005


def test_resampled_contacts_stay_yes_or_no(dance):
    assert set(np.unique(dance.resampled(47.0).contacts)) <= {0.0, 1.0}


def test_one_frame_can_be_resampled(dance):
    assert dance[:1].resampled(60).fps == 60


def test_the_mirror_image_is_the_reflection_with_sides_exchanged(dance):
    mirror = dance.mirrored()
    reflected = dance.positions[:, list(SMPL24.swapped)] * np.array([-1, 1, 1])
    assert np.abs(mirror.positions - reflected).max() < 1e-5
    assert np.array_equal(mirror.contacts[:, :2], dance.contacts[:, 2:])


def test_the_mirror_of_the_mirror_is_the_dance(dance):
    twice = dance.mirrored().mirrored()
    assert np.array_equal(twice.root, dance.root) and np.array_equal(
        twice.rotations, dance.rotations
    )


def test_a_body_without_mirror_image_is_not_mirrored():
    for skeleton in (
        TRIPOD,
        Skeleton(
            ("pelvis", "one leg", "another"), (-1, 0, 0), [[0, 0, 1], [0.1, 0, 0], [-0.1, 0, 0]]
        ),
    ):
        with pytest.raises(FootlightsError, match="mirror image"):
            swaying(1.0, 30.0, skeleton).mirrored()


@pytest.mark.parametrize("fps", [0, -30, np.nan, np.inf])
def test_what_is_no_rate_cannot_be_resampled_to(dance, fps):
    with pytest.raises(FootlightsError, match="rate"):
        dance.resampled(fps)


def test_moving_turns_the_world_not_the_body(dance):
    moved = dance.moved((1.0, 2.0, 0.5), yaw=0.7)
    c, s = np.cos(0.7), np.sin(0.7)
    expected = dance.positions @ np.array([[c, s, 0], [-s, c, 0], [0, 0, 1]]) + np.array(
        [1, 2, 0.5]
    )
    assert np.abs(moved.positions - expected).max() < 1e-5
    assert np.array_equal(moved.rotations[:, 1:], dance.rotations[:, 1:])


def test_joining_the_halves_gives_the_whole(dance):
    whole = dance[:40].joined(dance[40:])
    assert np.array_equal(whole.rotations, dance.rotations) and np.array_equal(
        whole.contacts, dance.contacts
    )
    assert dance[:40].replace(contacts=None).joined(dance[40:]).contacts is None


def test_other_rates_and_bodies_are_not_joined(dance):
    for other in (dance.replace(fps=60), swaying(1.0, 30.0, TRIPOD)):
        with pytest.raises(FootlightsError):
            dance.joined(other)


def test_continuous_signs_change_no_pose(dance):
    spin = Motion(
        np.zeros((60, 3)), np.tile(quat_about("z", np.linspace(0, 12, 60))[:, None], (1, 24, 1)), 30
    )
    flipped = spin.replace(
        rotations=spin.rotations * np.where(np.arange(60) % 3, 1, -1)[:, None, None]
    )
    smooth = flipped.continuous().rotations
    assert np.sum(smooth[1:] * smooth[:-1], axis=-1).min() > 0
    assert angle_between(smooth.astype(float), spin.rotations.astype(float)).max() < 1e-3


def test_a_motion_and_its_skeleton_are_shown_in_one_short_line():
    assert repr(swaying(6.0, 30.0)) == "Motion(180 frames, 30 fps, 24 joints, 6.0 s)"
    assert repr(SMPL24) == "Skeleton(24 joints from pelvis)"


def doubted(clip: Motion) -> Motion:
    """Joint j of frame t is trusted by (t + j) of a hundred."""
    frames, joints = np.indices(clip.rotations.shape[:2])
    return clip.replace(confidence=(frames + joints) / 100)


def test_confidence_goes_where_its_frames_and_joints_go(tmp_path):
    clip = doubted(swaying(1.0))
    assert clip[5:9].confidence[0, 3] == np.float32(0.08)
    assert clip[::2].confidence[3, 0] == np.float32(0.06)
    assert clip.resampled(60.0).confidence.shape == (59, 24)
    left, right = SMPL24.index("left_hip"), SMPL24.index("right_hip")
    assert (clip.mirrored().confidence[:, left] == clip.confidence[:, right]).all()
    assert clip.joined(clip).confidence.shape == (60, 24)
    assert clip.joined(swaying(1.0)).confidence is None
    write(clip, tmp_path / "a.npz")
    assert np.array_equal(read(tmp_path / "a.npz").confidence, clip.confidence)
    assert read(tmp_path / "a.npz").confidence.flags.writeable is False


@pytest.mark.parametrize(
    "wrong", [np.zeros((30, 3)), np.full((30, 24), 1.5), np.full((30, 24), np.nan)]
)
def test_confidence_that_cannot_be_is_refused(wrong):
    with pytest.raises(FootlightsError, match="confidence"):
        swaying(1.0).replace(confidence=wrong)


def test_a_notebook_shows_poses_and_nothing_that_a_file_said():
    motion = swaying(2.0).replace(meta={"song": "<script>alert(1)</script>"})
    root = xml.etree.ElementTree.fromstring(motion._repr_html_())
    lines = [element for element in root.iter() if element.tag.endswith("line")]
    assert len(lines) == 9 * 23 + 1, "nine poses of twenty-three bones, and the floor"
    ends = np.array([[float(line.get(key)) for key in ("x1", "y1", "x2", "y2")] for line in lines])
    width, height = float(root.get("width")), float(root.get("height"))
    assert ends.min() >= 0 and ends[:, ::2].max() <= width and ends[:, 1::2].max() <= height
    assert "script" not in motion._repr_html_() and "http" not in motion._repr_html_().replace(
        "http://www.w3.org/2000/svg", ""
    )
