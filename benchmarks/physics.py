"""How long a physical judgement takes, beside a plain loop of MuJoCo's inverse dynamics over the
same frames.

    python benchmarks/physics.py [CLIP.npz]

Ten seconds of dance, one core, the best of many repeats; the last column is times that loop. Then
two processes against one.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import mujoco
import numpy as np

from footlights.formats import read
from footlights.motion.motion import Motion
from footlights.physics.differentiation import angular_rates, differentiate
from footlights.physics.ground_reaction import ground_reaction
from footlights.physics.humanoid import Humanoid
from footlights.physics.inverse_dynamics import dynamics_of
from footlights.physics.judgement import judge
from footlights.physics.kinematics import contact_points, planar_speeds, world_pose
from footlights.physics.mujoco_model import model_of
from footlights.physics.quantities import measure
from footlights.physics.self_collision import self_penetration

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from canaries import stepping
from timing import best

REPEATS, SECONDS, JUDGED = 15, 10.0, 60


def main() -> None:
    motion = read(sys.argv[1]) if len(sys.argv) > 1 else stepping(SECONDS)
    motion = motion[: round(SECONDS * motion.fps)]
    print(f"{len(motion)} frames at {motion.fps:g} a second, one core")
    print(f"{'':26}{'ms':>8}{'ratio':>8}")
    base = 0.0
    for name, work in steps(motion, Humanoid.of()).items():
        took = best(work, REPEATS)
        base = base or took
        print(f"{name:26}{took:8.2f}{took / base:8.2f}")
    print(f"two processes do {parallel(motion):.2f} times what one does")


def steps(motion: Motion, humanoid: Humanoid) -> dict[str, Callable[[], object]]:
    """What is timed; the yardstick first."""
    clip = (motion.root, motion.continuous().rotations)
    pose = world_pose(humanoid, *clip)
    points = contact_points(humanoid, *pose)
    speeds = planar_speeds(points, motion.fps)
    dynamics = dynamics_of(humanoid, *clip, motion.fps)
    needs = (dynamics.centre_of_mass, dynamics.required_wrench)

    return {
        "mj_inverse, contacts on": inverse_loop(motion, humanoid),
        "smoothing, dynamics": lambda: dynamics_of(humanoid, *clip, motion.fps),
        "points and speeds": lambda: planar_speeds(contact_points(humanoid, *pose), motion.fps),
        "ground forces": lambda: ground_reaction(humanoid, points, speeds, *needs),
        "self-penetration": lambda: self_penetration(humanoid, *pose),
        "all quantities": lambda: measure(motion, humanoid),
        "the judgement": lambda: judge(motion),
    }


def inverse_loop(motion: Motion, humanoid: Humanoid) -> Callable[[], None]:
    """A plain loop of ``mj_inverse``, contacts on, over the frames of a motion."""
    model = model_of(humanoid, actuators=False)
    data, qpos, frames = mujoco.MjData(model), humanoid.qpos(motion), len(motion)
    rotations = motion.continuous().rotations.reshape(frames, -1)
    flat = np.concatenate([motion.root, rotations], axis=1).astype(np.float64)
    value, first, second = differentiate(flat, motion.fps)

    order = list(humanoid.depth_first)
    quats = (array[:, 3:].reshape(frames, -1, 4) for array in (value, first, second))
    _, velocity, acceleration = angular_rates(*quats)
    qvel = np.concatenate([first[:, :3], velocity[:, order].reshape(frames, -1)], axis=1)
    qacc = np.concatenate([second[:, :3], acceleration[:, order].reshape(frames, -1)], axis=1)

    def loop() -> None:
        for t in range(frames):
            data.qpos[:], data.qvel[:], data.qacc[:] = qpos[t], qvel[t], qacc[t]
            mujoco.mj_inverse(model, data)

    return loop


def parallel(motion: Motion) -> float:
    """Times one process, that two do in the same time."""
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_judge_often, [motion] * 2))  # compiles before the clock runs
        alone = _seconds(lambda: list(pool.map(_judge_often, [motion])))
        both = _seconds(lambda: list(pool.map(_judge_often, [motion] * 2)))
    return 2 * alone / both


def _judge_often(motion: Motion) -> float:
    return sum(judge(motion).physics_score for _ in range(JUDGED))


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
