"""A made-up dance that turns every joint, and a made-up skeleton with names from no convention."""

import numpy as np

from footlights.geometry.rotations import quat_from_rotvec
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton

TRIPOD = Skeleton(
    ("hub", "a leg", "a foot", "b leg", "c leg"),
    (-1, 0, 1, 0, 0),
    [[0, 0, 0.5], [0.2, 0, 0], [0.1, 0, -0.4], [-0.2, 0.1, 0], [0, -0.2, 0.3]],
)


def swaying(
    seconds: float = 2.0, fps: float = 30.0, skeleton: Skeleton = SMPL24, seed: int = 0
) -> Motion:
    """Smooth turns of every joint, up to about 40 degrees, while the root walks a small figure and
    spins once a second.
    """
    rng = np.random.default_rng(seed)
    times = np.arange(round(seconds * fps)) / fps
    joints = len(skeleton)
    axes, speeds, starts = (
        rng.normal(0, 0.35, (joints, 3)),
        rng.uniform(2, 6, joints),
        rng.uniform(0, 6, joints),
    )
    turns = axes * np.sin(times[:, None] * speeds + starts)[..., None]
    turns[:, 0] = np.stack([0 * times, 0 * times, 2 * np.pi * times], axis=1)
    root = skeleton.rest[0] + np.stack(
        [np.sin(times), 0.5 * np.sin(2 * times), 0.05 * np.cos(5 * times)], axis=1
    )
    return Motion(root, quat_from_rotvec(turns), fps, skeleton)
