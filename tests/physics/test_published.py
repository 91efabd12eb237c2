"""PhyMotion's score gives PhyMotion's numbers, and PhyMotion's mistakes."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from canaries import hovering, skating, stepping, sunk
from footlights.basics.errors import FootlightsError
from footlights.physics import Humanoid, judge
from footlights.physics.published import Hinged, phymotion_score, phymotion_terms
from footlights.physics.published.phymotion_score import trajectory
from footlights.physics.published.smpl_qpos import qpos_of_smpl
from footlights.physics.published.support_polygon import distance_to_hull
from probes import GOLDEN, native

BODY = Hinged(native())
FPS = 30.0
DANCE = stepping(3.0)
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


def golden(name: str) -> dict[str, np.ndarray]:
    return dict(np.load(GOLDEN / f"phymotion_{name}.npz"))


@pytest.mark.parametrize("name", PUBLISHED)
def test_N6_the_published_axes(name):
    terms = trajectory(BODY, qpos(name), FPS)[0]
    assert (round(terms["con"], 3), round(terms["dyn"], 3)) == PUBLISHED[name]


def test_N6_required_forces():
    g = golden("invdyn")
    force, centre, _ = BODY.generalised_forces(g["qpos"], g["qvel"], g["qacc"])
    np.testing.assert_allclose(force, g["required_force"], rtol=1e-9, atol=1e-6)
    np.testing.assert_allclose(centre, g["com"], atol=1e-9)
    np.testing.assert_array_equal(BODY.torque_limits, g["torque_limit"][6:])


@pytest.mark.parametrize("corners", range(5))
def test_N6_distances_to_polygons(corners):
    g = golden("v1")
    polygon = g[f"poly{corners}"] if corners else np.zeros((0, 2))
    polygons = np.tile(polygon, (len(g["points"]), 1, 1))
    distances = distance_to_hull(g["points"], polygons, np.ones(polygons.shape[:2], bool))
    np.testing.assert_allclose(distances, g["polygon_dist"][:, corners], atol=1e-9)


def test_N6_qpos_of_what_recognisers_say():
    g = golden("smpl_to_qpos")
    found = qpos_of_smpl(BODY, g["body_pose"], g["global_orient"], g["transl"])
    np.testing.assert_allclose(found[:, :3], g["qpos"][:, :3], atol=1e-9)
    same = np.abs((found[:, 3:7] * g["qpos"][:, 3:7]).sum(1))
    np.testing.assert_allclose(same, 1, atol=1e-9)


def test_it_takes_hovering_and_sinking_for_standing():
    motions = (DANCE, hovering(DANCE, 1.0), sunk(DANCE, 0.2))
    assert np.ptp([phymotion_score(motion) for motion in motions]) < 1e-6


def test_it_does_not_see_slides_and_depth():
    slide = qpos("stand")
    slide[:, 0] += 0.5 * np.arange(len(slide)) / FPS
    terms = trajectory(BODY, slide, FPS)[0]
    assert terms["v_slip"] == 0 and terms["v_pen"] == 0


def test_it_charges_a_clip_twice_as_long_twice_the_work():
    walk, longer = (
        trajectory(BODY, qpos(name), FPS)[0]["MET"] for name in ("walk", "walk_90frames")
    )
    assert longer > 1.9 * walk


def test_it_hardly_minds_skating_that_the_judgement_sees():
    assert judge(skating(DANCE)).physics_score < judge(DANCE).physics_score - 0.1
    assert phymotion_score(skating(DANCE)) > phymotion_score(DANCE) - 0.3


def test_N5_one_frame_is_nan_and_not_zero():
    assert math.isnan(phymotion_score(DANCE[:1]))
    assert math.isfinite(phymotion_score(DANCE[:2]))


def test_hinges_and_quaternions_turn_alike():
    """The rotation of the hinges' angles is the motion's, so that positions agree."""
    hinged = Hinged(Humanoid.of())
    back = hinged.rotations(hinged.qpos(DANCE))
    np.testing.assert_allclose(np.abs((back * DANCE.rotations).sum(-1)), 1, atol=1e-6)


def test_threads_give_the_same_bits():
    clips = [qpos(name) for name in PUBLISHED] * 4
    joints = np.random.default_rng(0).normal(size=(45, 24, 3))

    def terms(clip: np.ndarray) -> dict[str, float]:
        return phymotion_terms(BODY, clip, FPS, joints[: len(clip)])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(terms, clips)) == [terms(clip) for clip in clips]


def test_a_number_that_is_none_is_refused():
    hinged = Hinged(Humanoid.of())
    broken = hinged.qpos(DANCE)
    broken[5, 12] = np.nan
    with pytest.raises(FootlightsError, match="frame 5 is not finite"):
        phymotion_terms(hinged, broken, FPS, DANCE.positions.astype(np.float64))
