"""How long PhyMotion's contact and dynamic scores take, beside a plain loop of MuJoCo's inverse
dynamics over the same frames.

    python benchmarks/physics_published.py

PhyMotion's own code takes 8.7 times such a loop (mujoco 3.3.6, 45 frames, minimum of 15). On our
humanoid, hinged.
"""

import os

os.environ.setdefault("OMP_NUM_THREADS", "1")

import sys
from functools import partial
from pathlib import Path

import mujoco
import numpy as np

from footlights.physics import Humanoid
from footlights.physics.mujoco_model import model_of
from footlights.physics.published import Hinged
from footlights.physics.published.phymotion_score import trajectory, trajectory_rates

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from canaries import stepping
from timing import best

PUBLISHED = 8.7  # times the plain loop
REPEATS = 200
FPS = 30.0


def inverse_loop(model: mujoco.MjModel, qpos: np.ndarray) -> None:
    """A plain loop of ``mj_inverse`` over the frames of a trajectory."""
    data = mujoco.MjData(model)
    qvel, qacc = trajectory_rates(qpos, FPS)
    for t in range(len(qpos)):
        data.qpos[:], data.qvel[:], data.qacc[:] = qpos[t], qvel[t], qacc[t]
        mujoco.mj_inverse(model, data)


def main() -> None:
    humanoid = Humanoid.of()
    model, hinged = model_of(humanoid, "hinge", actuators=False), Hinged(humanoid)
    print(f"{'frames':>8}{'mj_inverse ms':>15}{'score ms':>10}{'ratio':>8}{'times published':>17}")
    for frames in (45, 150, 300):
        qpos = hinged.qpos(stepping(10.0)[:frames])
        plain = best(partial(inverse_loop, model, qpos), REPEATS)
        score = best(partial(trajectory, hinged, qpos, FPS), REPEATS)
        ratio = score / plain
        print(f"{frames:8}{plain:15.2f}{score:10.3f}{ratio:8.3f}{PUBLISHED / ratio:17.1f}")


if __name__ == "__main__":
    main()
