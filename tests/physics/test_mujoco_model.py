"""The MuJoCo model of a humanoid: the same body, and one that stands."""

import numpy as np
import pytest

from canaries import stepping
from footlights.motion.body import Body
from footlights.motion.joint_limits import hinge_limits
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.physics import Humanoid
from footlights.physics.mujoco_model import model_of
from moving import RESTING, scaled_body, swaying

mujoco = pytest.importorskip("mujoco")
BODY = Humanoid.of()


def posed(model, motion: Motion, frame: int = 0):
    data = mujoco.MjData(model)
    data.qpos[:] = BODY.qpos(motion)[frame]
    return data


def test_mujoco_places_the_bodies_where_our_kinematics_do():
    motion, model = swaying()[::12], model_of(BODY, actuators=False)
    assert len(motion) == 5
    for frame in range(5):
        data = posed(model, motion, frame)
        mujoco.mj_kinematics(model, data)
        positions = [data.body(name).xpos for name in SMPL24.names]
        np.testing.assert_allclose(positions, motion.positions[frame], atol=2e-6)


@pytest.mark.parametrize(("joints", "actuators"), [("ball", 23), ("hinge", 69)])
def test_the_model_weighs_and_counts_right(joints, actuators):
    model = model_of(BODY, joints)
    assert (model.nv, model.nbody, model.nactuator) == (75, 25, actuators)
    assert model.body_mass.sum() == pytest.approx(BODY.mass, rel=1e-9)


@pytest.mark.parametrize("side", ["left", "right"])
def test_hinges_end_where_joints_do_the_right_ones_mirrored(side):
    model = model_of(BODY, "hinge")
    for part in ("knee", "elbow", "wrist"):
        mirror = [1, 1, 1] if side == "left" else [1, -1, -1]
        for axis, (letter, sign) in enumerate(zip("xyz", mirror, strict=True)):
            limits = model.joint(f"{side}_{part}_{letter}").range
            expected = sorted(sign * np.radians(hinge_limits(part)[axis]))
            np.testing.assert_allclose(limits, expected)


@pytest.mark.parametrize("name", ["left_ankle", "left_foot", "right_ankle", "right_foot"])
def test_the_underside_of_a_foots_box_is_its_sole(name):
    model = model_of(BODY, actuators=False)
    data = posed(model, RESTING)
    mujoco.mj_forward(model, data)
    box = model.geom(name)
    assert abs(data.geom_xpos[box.id][2] - box.size[2]) < 0.01


def test_servos_hold_the_standing_body():
    """Half a second of simulation with the first pose as command: upright, finite, no warning."""
    model = model_of(BODY)
    data = posed(model, stepping(0.1))
    mujoco.mj_forward(model, data)
    for name in SMPL24.names[1:]:
        first = model.actuator_ctrladr[model.actuator(name).id]
        data.ctrl[first : first + 3] = _rotation_vector(data.joint(name).qpos)

    height = data.qpos[2]
    for _ in range(60):
        mujoco.mj_step(model, data)
    assert np.isfinite(data.qpos).all() and not any(warning.number for warning in data.warning)
    assert data.qpos[2] == pytest.approx(height, abs=0.08)


def test_the_rest_pose_touches_itself_nowhere():
    model = model_of(BODY, floor=False, actuators=False)
    data = posed(model, RESTING)
    mujoco.mj_fwdPosition(model, data)
    assert data.ncon == 0


def test_a_users_body_has_a_model_of_its_weight():
    small = Humanoid.of(scaled_body(Body.load(), 0.5))
    assert model_of(small, actuators=False).body_mass.sum() == pytest.approx(small.mass)


def _rotation_vector(quat: np.ndarray) -> np.ndarray:
    length = np.linalg.norm(quat[1:])
    return quat[1:] * (2 * np.arctan2(length, quat[0]) / length if length > 1e-9 else 2)
