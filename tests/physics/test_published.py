"""PhyMotion's score gives PhyMotion's numbers, and PhyMotion's mistakes."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from canaries import hovering, skating, stepping, sunk
from footlights.basics.errors import FootlightsError
from footlights.physics import Humanoid
from footlights.physics.published import Hinged, phymotion_score, phymotion_terms
from footlights.physics.published.phymotion_score import trajectory
from footlights.physics.published.smpl_qpos import qpos_of_smpl
from footlights.physics.published.support_polygon import distance_to_hull
from probes import GOLDEN, native

BODY = Hinged(native())
# Of the published scorer on its own probes, printed with its rounding (con, dyn).
PUBLISHED = {
    "stand": (0.709, 0.959),
    "walk": (0.876, 0.928),
    "squat": (0.966, 0.971),
    "jump": (0.823, 0.894),
    "dance": (0.959, 0.964),
}


def qpos(name: str) -> np.ndarray:
    with np.load(GOLDEN / "physics_probes.npz") as file:
        return file[name].astype(np.float64)


@pytest.mark.parametrize("name", PUBLISHED)
def test_N6_the_published_axes(name):
    terms = trajectory(BODY, qpos(name), 30.0)[0]
    assert (round(terms["con"], 3), round(terms["dyn"], 3)) == PUBLISHED[name]


def test_N6_every_golden_value():
    """phymotion_*.npz of the folder of golden files, as tools/check_golden.py compares them."""
    with np.load(GOLDEN / "phymotion_invdyn.npz") as g:
        force, centre, _ = BODY.generalised_forces(g["qpos"], g["qvel"], g["qacc"])
        np.testing.assert_allclose(force, g["required_force"], rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(centre, g["com"], atol=1e-9)
        np.testing.assert_array_equal(BODY.torque_limits, g["torque_limit"][6:])
    with np.load(GOLDEN / "phymotion_v1.npz") as g:
        for corners in range(5):
            polygon = g[f"poly{corners}"] if corners else np.zeros((0, 2))
            away = distance_to_hull(
                g["points"],
                np.tile(polygon, (len(g["points"]), 1, 1)),
                np.ones((len(g["points"]), corners), bool),
            )
            np.testing.assert_allclose(away, g["polygon_dist"][:, corners], atol=1e-9)
    with np.load(GOLDEN / "phymotion_smpl_to_qpos.npz") as g:
        found = qpos_of_smpl(BODY, g["body_pose"], g["global_orient"], g["transl"])
        np.testing.assert_allclose(found[:, :3], g["qpos"][:, :3], atol=1e-9)
        same = np.abs((found[:, 3:7] * g["qpos"][:, 3:7]).sum(1))
        np.testing.assert_allclose(same, 1, atol=1e-9)


def test_its_mistakes_are_kept():
    """Hovering is standing, depth is nothing, slides hardly count, and a clip twice as long costs
    more effort.
    """
    scores = [
        phymotion_score(motion)
        for motion in (stepping(3.0), hovering(stepping(3.0), 1.0), sunk(stepping(3.0), 0.2))
    ]
    assert max(scores) - min(scores) < 1e-6
    stand = qpos("stand")
    slide = stand.copy()
    slide[:, 0] += 0.5 * np.arange(len(slide)) / 30
    terms = trajectory(BODY, slide, 30.0)[0]
    assert terms["v_slip"] == 0 and terms["v_pen"] == 0
    walk, longer = (
        trajectory(BODY, qpos(name), 30.0)[0]["MET"] for name in ("walk", "walk_90frames")
    )
    assert longer > 1.9 * walk


def test_it_hardly_minds_skating_that_the_judgement_sees():
    from footlights.physics import judge

    dance = stepping(3.0)
    assert judge(skating(dance)).physics_score < judge(dance).physics_score - 0.1
    assert phymotion_score(skating(dance)) > phymotion_score(dance) - 0.3


def test_N5_one_frame_is_nan_and_not_zero():
    assert math.isnan(phymotion_score(stepping(3.0)[:1]))
    assert math.isfinite(phymotion_score(stepping(3.0)[:2]))


def test_hinges_and_quaternions_turn_alike():
    """The rotation of the hinges' angles is the motion's, so that places agree."""
    motion = stepping(1.0)
    hinged = Hinged(Humanoid.of())
    back = hinged.rotations(hinged.qpos(motion))
    same = np.abs((back * motion.rotations).sum(-1))
    np.testing.assert_allclose(same, 1, atol=1e-6)


def test_threads_give_the_same_bits():
    clips = [qpos(name) for name in PUBLISHED] * 4
    joints = np.random.default_rng(0).normal(size=(45, 24, 3))
    serial = [phymotion_terms(BODY, clip, 30.0, joints[: len(clip)]) for clip in clips]
    with ThreadPoolExecutor(4) as pool:
        assert (
            list(
                pool.map(lambda clip: phymotion_terms(BODY, clip, 30.0, joints[: len(clip)]), clips)
            )
            == serial
        )


def test_a_number_that_is_none_is_refused():
    hinged = Hinged(Humanoid.of())
    motion = stepping(1.0)
    qpos = hinged.qpos(motion)
    qpos[5, 12] = np.nan
    with pytest.raises(FootlightsError, match="frame 5 is not finite"):
        phymotion_terms(hinged, qpos, 30.0, motion.positions.astype(np.float64))
