"""Forces that a motion needs: by hand, and against MuJoCo."""

import numpy as np
import pytest

from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24
from footlights.motion.world import GRAVITY
from footlights.physics.humanoid import Humanoid
from footlights.physics.inverse_dynamics import (
    Dynamics,
    State,
    dynamics_of,
    inverse_dynamics,
    joint_torques,
    needed_support,
)
from footlights.physics.mujoco_model import model_of
from moving import standing

mujoco = pytest.importorskip("mujoco")
BODY = Humanoid.of()
ORDER = list(BODY.depth_first)


def random_state(frames: int, seed: int) -> State:
    rng = np.random.default_rng(seed)
    quats = rng.normal(size=(frames, 24, 4))
    return State(
        root=rng.normal(size=(frames, 3)),
        rotations=quats / np.linalg.norm(quats, axis=-1, keepdims=True),
        root_acceleration=rng.normal(0, 10, (frames, 3)),
        angular_velocity=rng.normal(0, 5, (frames, 24, 3)),
        angular_acceleration=rng.normal(0, 30, (frames, 24, 3)),
    )


def unconstrained_model(**options: bool):
    model = model_of(BODY, actuators=False, **options)
    model.opt.disableflags |= mujoco.mjtDisableBit.mjDSBL_CONSTRAINT
    return model


def simulated(model, state: State, frame: int):
    """MuJoCo's data of one frame; its root moves, which needs no force."""
    data = mujoco.MjData(model)
    data.qpos[:] = np.concatenate([state.root[frame], state.rotations[frame][ORDER].ravel()])
    joints = state.angular_velocity[frame][ORDER].ravel()
    data.qvel[:] = np.concatenate([[0.3, -0.2, 0.1], joints])
    return data


def unloaded_torques(dynamics: Dynamics) -> np.ndarray:
    nothing = np.zeros_like(dynamics.required_forces)
    return joint_torques(dynamics, nothing, nothing)


def test_inverse_dynamics_are_mujocos():
    model, state = unconstrained_model(), random_state(20, seed=0)
    dynamics = inverse_dynamics(BODY, state)
    torques = unloaded_torques(dynamics)
    for frame in range(20):
        data = simulated(model, state, frame)
        joints = state.angular_acceleration[frame][ORDER].ravel()
        data.qacc[:] = np.concatenate([state.root_acceleration[frame], joints])
        mujoco.mj_inverse(model, data)

        force = dynamics.required_wrench[frame, :3]
        ours = np.concatenate([force, torques[frame][ORDER].ravel()])
        np.testing.assert_allclose(ours, data.qfrc_inverse, atol=1e-8, rtol=1e-9)
        np.testing.assert_allclose(dynamics.centre_of_mass[frame], data.subtree_com[1], atol=1e-9)


def test_inverse_of_forward_dynamics_is_the_torque_that_was_put_in():
    model, state = unconstrained_model(floor=False), random_state(5, seed=1)
    rng = np.random.default_rng(2)
    for frame in range(5):
        data = simulated(model, state, frame)
        data.qfrc_applied[:] = rng.normal(0, 20, model.nv)
        mujoco.mj_forward(model, data)
        state.root_acceleration[frame] = data.qacc[:3]
        state.angular_acceleration[frame][ORDER] = data.qacc[3:].reshape(-1, 3)

        applied = np.empty((24, 3))
        applied[ORDER] = data.qfrc_applied[3:].reshape(-1, 3)
        dynamics = inverse_dynamics(BODY, State(*(array[frame : frame + 1] for array in state)))
        np.testing.assert_allclose(unloaded_torques(dynamics)[0], applied, atol=1e-6)
        force = dynamics.required_wrench[0, :3]
        np.testing.assert_allclose(force, data.qfrc_applied[:3], atol=1e-6)


def test_a_falling_body_needs_nothing_from_outside():
    times = np.arange(30) / 60
    path = np.stack([0.5 * times, 0 * times, 2 - 0.5 * GRAVITY * times**2], axis=1)
    fall = standing(30, 60.0)
    dynamics = dynamics_of(BODY, fall.root + path, fall.rotations, fall.fps)
    inside = slice(6, -6)  # a filter's guess at the ends of so short a clip
    force = np.linalg.norm(dynamics.required_wrench[inside, :3], axis=1)
    assert force.max() < 0.02 * BODY.weight
    assert needed_support(dynamics)[inside].max() < 0.02


def test_a_standing_body_needs_its_weight_and_no_moment():
    stand = standing()
    dynamics = dynamics_of(BODY, stand.root, stand.rotations, stand.fps)
    expected = np.tile([0, 0, BODY.weight, 0, 0, 0], (60, 1))
    np.testing.assert_allclose(dynamics.required_wrench, expected, atol=1e-3)
    np.testing.assert_allclose(needed_support(dynamics), 1, rtol=1e-5)


def test_a_level_arm_is_held_by_its_weight_times_its_moment_arm():
    """T-pose: the shoulder's torque is the sum of the arm's weights times how far out they hang."""
    rotations = np.tile([1.0, 0, 0, 0], (60, 24, 1))
    pose = Motion(np.repeat(SMPL24.rest[:1], 60, axis=0), rotations, 30.0)
    torques = unloaded_torques(dynamics_of(BODY, pose.root, pose.rotations, 30.0))

    shoulder = SMPL24.index("left_shoulder")
    arm = [SMPL24.index(f"left_{part}") for part in ("shoulder", "elbow", "wrist", "hand")]
    out = SMPL24.rest[arm, 0] + BODY.centres[arm, 0] - SMPL24.rest[shoulder, 0]
    by_hand = (BODY.masses[arm] * GRAVITY * out).sum()
    np.testing.assert_allclose(abs(torques[30, shoulder, 1]), by_hand, rtol=1e-5)


def test_steady_travel_needs_no_push():
    stand = standing()
    path = np.arange(60)[:, None] / 30 * np.array([1.0, 0, 0])
    dynamics = dynamics_of(BODY, stand.root + path, stand.rotations, 30.0)
    assert abs(dynamics.acceleration).max() < 1e-3  # what single precision of the root leaves
