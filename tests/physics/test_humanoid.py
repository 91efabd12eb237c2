"""The body with weight: masses, soles, its motion as qpos, and the MuJoCo model that is made of
it.
"""

import dataclasses

import numpy as np
import pytest

from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.motion.body import Body, soles
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from footlights.physics import Humanoid
from footlights.physics.kinematics import contact_points
from footlights.physics.mujoco_model import model_of
from footlights.physics.self_collision import self_penetration

mujoco = pytest.importorskip("mujoco")
BODY = Humanoid.of()


def joint(name: str) -> int:
    return SMPL24.index(name)


def random_motion(frames: int = 40) -> Motion:
    rng = np.random.default_rng(0)
    return Motion(rng.normal(size=(frames, 3)), rng.normal(size=(frames, 24, 4)), 30.0)


def scaled(body: Body, size: float, name: str = "") -> Body:
    """The house body at another size, as a user's own file would bring it; its first joint called
    ``name``.
    """
    names = (name or SMPL24.names[0], *SMPL24.names[1:])
    skeleton = Skeleton(names, SMPL24.parents, SMPL24.offsets * size)
    return dataclasses.replace(
        body, skeleton=skeleton, vertices=body.vertices * size, sole_points=body.sole_points * size
    )


def test_masses_are_de_levas_and_add_up_to_the_volume():
    assert BODY.mass == pytest.approx(0.0620 * 985, rel=0.01)
    share = {name: BODY.masses[joint(name)] / BODY.mass for name in SMPL24.names}
    assert share["left_hip"] == pytest.approx(0.1447, abs=1e-3) and share[
        "left_knee"
    ] == pytest.approx(0.0457, abs=1e-3)
    assert share["head"] + share["neck"] == pytest.approx(0.0681, abs=1e-3)
    assert share["left_wrist"] + share["left_hand"] == pytest.approx(0.0059, abs=1e-3)


def test_left_and_right_are_mirror_images():
    for name in SMPL24.names:
        if name.startswith("left_"):
            left, right = joint(name), joint(name.replace("left_", "right_"))
            assert BODY.masses[left] == pytest.approx(BODY.masses[right], rel=1e-3)
            np.testing.assert_allclose(
                BODY.centres[left] * [-1, 1, 1], BODY.centres[right], atol=1e-3
            )
            np.testing.assert_array_equal(BODY.torque_limits[left], BODY.torque_limits[right])


def test_inertias_are_those_of_solids():
    """Positive, and no principal moment larger than the sum of the others."""
    for inertia in BODY.inertias:
        low, middle, high = np.linalg.eigvalsh(inertia)
        assert 0 < low and high <= low + middle + 1e-12
    thigh, length = joint("left_hip"), 0.389
    gyration = np.sqrt(BODY.inertias[thigh][0, 0] / BODY.masses[thigh]) / length
    assert gyration == pytest.approx(0.349, abs=0.06), (
        "de Leva (1996): 0.329 to 0.369 of the thigh's length; a hull's is less"
    )


def test_soles_lie_on_the_mesh_and_the_floor():
    rest = Motion(SMPL24.rest[:1], np.tile([1.0, 0, 0, 0], (1, 24, 1)), 30.0)
    points = contact_points(BODY, *(a.astype(float) for a in rest.kinematics()))[0]
    assert abs(points[BODY.on_sole, 2]).max() < 0.01
    mesh = Body.load()
    for name, indices in mesh.sole_vertices.items():
        corners = soles(rest)[0, list(mesh.sole_vertices).index(name)]
        flesh = mesh.vertices[indices]
        assert np.linalg.norm(corners[:, None] - flesh[None], axis=-1).min(axis=1).max() < 0.01
    model = model_of(BODY, actuators=False)
    data = mujoco.MjData(model)
    data.qpos[:] = BODY.qpos(rest)[0]
    mujoco.mj_forward(model, data)
    for name in ("left_ankle", "left_foot", "right_ankle", "right_foot"):
        geom = model.geom(name)
        assert abs(data.geom_xpos[geom.id][2] - geom.size[2]) < 0.01, (
            "the box's underside is the sole"
        )


def test_N4_qpos_and_back_is_the_same_motion():
    motion = random_motion()
    qpos = BODY.qpos(motion)
    assert qpos.shape == (40, 99)
    back = BODY.motion(qpos, motion.fps)
    np.testing.assert_allclose(back.root, motion.root, atol=1e-6)
    same = np.abs((back.rotations * motion.rotations).sum(-1))
    np.testing.assert_allclose(same, 1, atol=1e-6)
    np.testing.assert_allclose(back.positions, motion.positions, atol=2e-6)
    np.testing.assert_allclose(BODY.qpos(back), qpos, atol=1e-6)


def test_mujoco_places_the_bodies_where_our_kinematics_do():
    motion, model = random_motion(5), model_of(BODY, actuators=False)
    data = mujoco.MjData(model)
    for frame, row in enumerate(BODY.qpos(motion)):
        data.qpos[:] = row
        mujoco.mj_kinematics(model, data)
        ours = [data.body(name).xpos for name in SMPL24.names]
        np.testing.assert_allclose(ours, motion.positions[frame], atol=2e-6)


@pytest.mark.parametrize("joints", ["ball", "hinge"])
def test_the_model_weighs_and_counts_right(joints):
    model = model_of(BODY, joints)
    assert (
        model.nv == 75 and model.nbody == 25 and model.nactuator == (23 if joints == "ball" else 69)
    )
    assert model.body_mass.sum() == pytest.approx(BODY.mass, rel=1e-9)
    if joints == "hinge":
        knee = model.joint("left_knee_x").range
        assert knee[0] < 0 < knee[1] and knee[1] > 2.5, "a knee bends back, hardly ahead"


def test_servos_hold_the_standing_body():
    """Half a second of simulation with the rest pose as command: upright, finite, no warning."""
    model = model_of(BODY)
    data = mujoco.MjData(model)
    data.qpos[:] = BODY.qpos(stepping(0.1)[:1])[0]
    mujoco.mj_forward(model, data)
    for name in SMPL24.names[1:]:
        first = model.actuator_ctrladr[model.actuator(name).id]
        data.ctrl[first : first + 3] = _log(data.joint(name).qpos)
    start = data.qpos[2]
    for _ in range(60):
        mujoco.mj_step(model, data)
    assert np.isfinite(data.qpos).all() and not any(warning.number for warning in data.warning)
    assert data.qpos[2] == pytest.approx(start, abs=0.08)


def _log(quat: np.ndarray) -> np.ndarray:
    size = np.linalg.norm(quat[1:])
    return quat[1:] * (2 * np.arctan2(size, quat[0]) / size if size > 1e-9 else 2)


def test_the_rest_pose_touches_itself_nowhere():
    rest = Motion(SMPL24.rest[:1], np.tile([1.0, 0, 0, 0], (1, 24, 1)), 30.0)
    depth, _ = self_penetration(BODY, *(a.astype(float) for a in rest.kinematics()))
    assert depth.max() == 0
    model = model_of(BODY, floor=False, actuators=False)
    data = mujoco.MjData(model)
    data.qpos[:] = BODY.qpos(rest)[0]
    mujoco.mj_fwdPosition(model, data)
    assert data.ncon == 0


def test_a_users_body_makes_a_humanoid_of_its_size():
    small = Humanoid.of(scaled(Body.load(), 0.5))
    assert small.mass == pytest.approx(BODY.mass / 8, rel=1e-3)
    np.testing.assert_allclose(small.inertias, BODY.inertias / 32, rtol=1e-2, atol=1e-9)
    assert model_of(small, actuators=False).body_mass.sum() == pytest.approx(small.mass)


def test_joints_of_other_names_are_refused():
    with pytest.raises(FootlightsError, match="'tail'"):
        Humanoid.of(scaled(Body.load(), 1.0, "tail"))


def test_numbers_of_another_body_are_refused():
    with pytest.raises(FootlightsError, match="qpos of shape"):
        BODY.motion(np.zeros((5, 76)), 30.0)
    with pytest.raises(FootlightsError, match="not finite"):
        BODY.motion(np.full((5, 99), np.nan), 30.0)
