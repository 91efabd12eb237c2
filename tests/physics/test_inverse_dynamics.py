"""Forces by hand, against MuJoCo, and at any frame rate."""

import numpy as np
import pytest

from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.geometry.rotations import quat_about
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.motion.world import GRAVITY
from footlights.physics.differentiation import CUTOFF, differentiate
from footlights.physics.ground_reaction import ground_reaction
from footlights.physics.humanoid import Humanoid
from footlights.physics.inverse_dynamics import State, dynamics_of, inverse_dynamics, joint_torques
from footlights.physics.kinematics import contact_points, planar_speeds
from footlights.physics.mujoco_model import model_of
from footlights.physics.quantities import measure

mujoco = pytest.importorskip("mujoco")
BODY = Humanoid.of()
HIP, FOOT = SMPL24.index("left_hip"), SMPL24.index("left_foot")


def states(count: int = 20, seed: int = 0) -> State:
    rng = np.random.default_rng(seed)
    quats = rng.normal(size=(count, 24, 4))
    return State(
        root=rng.normal(size=(count, 3)),
        rotations=quats / np.linalg.norm(quats, axis=-1, keepdims=True),
        root_acceleration=rng.normal(0, 10, (count, 3)),
        angular_velocity=rng.normal(0, 5, (count, 24, 3)),
        angular_acceleration=rng.normal(0, 30, (count, 24, 3)),
    )


def simulator_data(model, state, row):
    order = list(BODY.depth_first)
    data = mujoco.MjData(model)
    data.qpos[:] = np.concatenate([state.root[row], state.rotations[row][order].ravel()])
    data.qvel[:] = np.concatenate([[0.3, -0.2, 0.1], state.angular_velocity[row][order].ravel()])
    return data


def standing(frames: int = 60, fps: float = 30.0) -> Motion:
    """The rest pose with arms down, soles on the floor."""
    rotations = np.zeros((frames, 24, 4))
    rotations[..., 0] = 1
    for name, side in (("left_shoulder", 1), ("right_shoulder", -1)):
        rotations[:, SMPL24.index(name)] = quat_about("y", np.full(frames, side * 1.2))
    return Motion(np.repeat(SMPL24.rest[:1], frames, axis=0), rotations, fps)


def unloaded_torques(dynamics):
    nothing = np.zeros_like(dynamics.required_forces)
    return joint_torques(dynamics, nothing, nothing)


def test_inverse_dynamics_are_mujocos():
    model = model_of(BODY, actuators=False)
    model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_CONSTRAINT
    state = states()
    found = inverse_dynamics(BODY, state)
    torque, order = unloaded_torques(found), list(BODY.depth_first)
    for row in range(20):
        data = simulator_data(model, state, row)
        data.qacc[:] = np.concatenate(
            [state.root_acceleration[row], state.angular_acceleration[row][order].ravel()]
        )
        mujoco.mj_inverse(model, data)
        ours = np.concatenate([found.required_wrench[row, :3], torque[row][order].ravel()])
        np.testing.assert_allclose(ours, data.qfrc_inverse, atol=1e-8, rtol=1e-9)
        np.testing.assert_allclose(found.centre_of_mass[row], data.subtree_com[1], atol=1e-9)


def test_inverse_of_forward_dynamics_is_the_torque_that_was_put_in():
    model = model_of(BODY, actuators=False, floor=False)
    model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_CONSTRAINT
    state, order = states(5, seed=1), list(BODY.depth_first)
    rng = np.random.default_rng(2)
    for row in range(5):
        data = simulator_data(model, state, row)
        data.qfrc_applied[:] = rng.normal(0, 20, model.nv)
        mujoco.mj_forward(model, data)
        state.root_acceleration[row] = data.qacc[:3]
        state.angular_acceleration[row][order] = data.qacc[3:].reshape(-1, 3)
        put = np.empty((24, 3))
        put[order] = data.qfrc_applied[3:].reshape(-1, 3)
        found = inverse_dynamics(BODY, State(*(array[row : row + 1] for array in state)))
        np.testing.assert_allclose(unloaded_torques(found)[0], put, atol=1e-6)
        np.testing.assert_allclose(found.required_wrench[0, :3], data.qfrc_applied[:3], atol=1e-6)


def test_the_floor_carries_a_standing_body_whole():
    ground = measure(standing(), BODY).ground_reaction
    np.testing.assert_allclose(ground.normal_force, 1, rtol=0.01)
    assert abs(ground.residual_wrench).max() < 0.01


def test_a_falling_body_needs_nothing_from_outside():
    at = np.arange(30) / 60
    fall = standing(30, 60.0)
    fall = fall.replace(
        root=fall.root + np.stack([0.5 * at, 0 * at, 2 - 0.5 * GRAVITY * at**2], axis=1)
    )
    found = dynamics_of(BODY, fall.root, fall.rotations, fall.fps)
    inside = slice(6, -6)  # a filter's guess at the ends of so short a clip
    assert np.linalg.norm(found.required_wrench[inside, :3], axis=1).max() < 0.02 * BODY.weight
    assert measure(fall, BODY).quantities["float"].value < 0.1


def test_the_foot_that_stands_carries_the_body():
    """Left leg lifted by its hip; the body leans until its centre stands over the right foot."""
    one = standing()
    rotations = one.rotations.copy()
    rotations[:, HIP] = quat_about("x", np.full(60, -1.0))
    rotations[:, SMPL24.index("left_knee")] = quat_about("x", np.full(60, 1.2))
    one = one.replace(rotations=rotations)
    where = dynamics_of(BODY, one.root, one.rotations, one.fps).centre_of_mass[0, 0]
    lean = np.arcsin((-0.11 - where) / 0.95)
    turned = one.rotations.copy()
    turned[:, 0] = quat_about("y", np.full(60, lean))
    turned[:, SMPL24.index("right_hip")] = quat_about("y", np.full(60, -lean))
    one = one.replace(rotations=turned)
    lowest = contact_points(BODY, *(a.astype(float) for a in one.kinematics()))[..., 2].min()
    ground = measure(one.moved((0, 0, -lowest)), BODY).ground_reaction
    right = [SMPL24.index("right_ankle"), SMPL24.index("right_foot")]
    np.testing.assert_allclose(ground.forces[:, right, 2].sum(1) / BODY.weight, 1, atol=0.01)
    assert (
        np.linalg.norm(ground.residual_wrench[:, 3:], axis=1).max() < 0.05
    )  # a leg held ahead pulls a little forwards


def test_a_level_arm_is_held_by_its_weight_times_its_lever():
    """T-pose: the shoulder's torque is the sum of the arm's weights times how far out they hang."""
    frames = 60
    rotations = np.zeros((frames, 24, 4))
    rotations[..., 0] = 1
    pose = Motion(np.repeat(SMPL24.rest[:1], frames, axis=0), rotations, 30.0)
    torque = unloaded_torques(dynamics_of(BODY, pose.root, pose.rotations, 30.0))
    shoulder = SMPL24.index("left_shoulder")
    arm = [SMPL24.index(f"left_{part}") for part in ("shoulder", "elbow", "wrist", "hand")]
    out = SMPL24.rest[arm, 0] + BODY.centres[arm, 0] - SMPL24.rest[shoulder, 0]
    by_hand = (BODY.masses[arm] * GRAVITY * out).sum()
    np.testing.assert_allclose(abs(torque[30, shoulder, 1]), by_hand, rtol=1e-5)


def test_derivatives_are_exact_for_slow_swings_and_have_no_lag():
    for fps in (15.0, 30.0, 60.0, 240.0):
        at = np.arange(round(4 * fps)) / fps
        value, rate, change = differentiate(np.sin(2 * np.pi * at)[:, None], fps)
        inside = slice(round(0.3 * fps), -round(0.3 * fps))
        np.testing.assert_allclose(value[inside, 0], np.sin(2 * np.pi * at)[inside], atol=0.01)
        np.testing.assert_allclose(
            rate[inside, 0], 2 * np.pi * np.cos(2 * np.pi * at)[inside], atol=0.06
        )
        np.testing.assert_allclose(
            change[inside, 0], -((2 * np.pi) ** 2) * np.sin(2 * np.pi * at)[inside], atol=0.4
        )


def test_the_filter_loses_three_decibels_at_its_cut_off():
    at = np.arange(600) / 60
    value, _, _ = differentiate(np.sin(2 * np.pi * CUTOFF * at)[:, None], 60.0)
    assert value[120:-120].std() / np.sin(2 * np.pi * CUTOFF * at).std() == pytest.approx(
        np.sqrt(0.5), rel=0.01
    )


def test_steady_travel_needs_no_push():
    walk = standing()
    walk = walk.replace(root=walk.root + np.arange(60)[:, None] / 30 * np.array([1.0, 0, 0]))
    found = dynamics_of(BODY, walk.root, walk.rotations, 30.0)
    assert abs(found.acceleration).max() < 1e-3  # what single precision of the root leaves


def test_friction_bounds_what_a_sole_can_push_sideways():
    """A body that would have to be pushed by its whole weight: the floor gives 0.8 of it, the rest
    is missing.
    """
    points = contact_points(BODY, *(a.astype(float) for a in standing(2).kinematics()))
    centre = np.array([[0, -0.03, 0.95]] * 2)
    for push in (0.3, 0.7):
        wrench = np.array([[push, 0, 1, 0, 0, 0]] * 2) * BODY.weight
        wrench[:, 4] = BODY.weight * push * -0.95  # the moment that goes with a push at the soles
        found = ground_reaction(BODY, points, np.zeros(points.shape[:2]), centre, wrench)
        assert found.residual_wrench[0, 0] < 0.12
    wrench = np.array([[2.0, 0, 1, 0, 0, 0]] * 2) * BODY.weight
    found = ground_reaction(BODY, points, np.zeros(points.shape[:2]), centre, wrench)
    side, up = np.hypot(*found.forces[0, :, :2].sum(0)), found.forces[0, :, 2].sum()
    assert side <= 0.8 * up * (1 + 1e-9) and found.residual_wrench[0, 0] > 0.3


def test_forces_push_and_stay_in_their_cones_in_a_dance():
    ground = measure(stepping(4.0), BODY).ground_reaction
    side = np.linalg.norm(ground.forces[..., :2], axis=-1)
    assert (ground.forces[..., 2] >= 0).all() and (side <= 0.8 * ground.forces[..., 2] + 1e-6).all()


def test_speed_of_points_is_that_of_the_slide():
    slide = standing()
    slide = slide.replace(root=slide.root + np.arange(60)[:, None] / 30 * np.array([0, 0.5, 0]))
    points = contact_points(BODY, *(a.astype(float) for a in slide.kinematics()))
    np.testing.assert_allclose(planar_speeds(points, 30.0), 0.5, rtol=1e-4)
    assert measure(slide, BODY).quantities["slip"].value == pytest.approx(0.5, rel=0.01)


def test_another_skeleton_is_refused():
    from footlights.motion.skeleton import Skeleton

    other = Motion(
        np.zeros((9, 3)),
        np.tile([1.0, 0, 0, 0], (9, 1, 1)),
        30.0,
        Skeleton(("a",), (-1,), np.zeros((1, 3))),
    )
    with pytest.raises(FootlightsError, match="another skeleton"):
        measure(other, BODY)
