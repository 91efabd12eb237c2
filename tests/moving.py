"""Made-up motions that rest, stand, jump and turn every joint; a skeleton with names from no
convention, and the house body at other sizes.
"""

import dataclasses

import numpy as np

from footlights.geometry.rotations import quat_about, quat_from_rotvec
from footlights.motion.body import Body
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton
from footlights.motion.world import GRAVITY

TRIPOD = Skeleton(
    ("hub", "a leg", "a foot", "b leg", "c leg"),
    (-1, 0, 1, 0, 0),
    [[0, 0, 0.5], [0.2, 0, 0], [0.1, 0, -0.4], [-0.2, 0.1, 0], [0, -0.2, 0.3]],
)
RESTING = Motion(SMPL24.rest[:1], np.tile([1.0, 0, 0, 0], (1, 24, 1)), 30.0)  # one frame


def scaled_body(body: Body, size: float, name: str = "") -> Body:
    """A body at another size, as a user's own file would bring it; its first joint called
    ``name``.
    """
    skeleton = body.skeleton
    names = (name or skeleton.names[0], *skeleton.names[1:])
    return dataclasses.replace(
        body,
        skeleton=Skeleton(names, skeleton.parents, skeleton.offsets * size),
        vertices=body.vertices * size,
        sole_points=body.sole_points * size,
    )


def standing(frames: int = 60, fps: float = 30.0) -> Motion:
    """The rest pose with arms down, soles on the floor."""
    rotations = np.zeros((frames, len(SMPL24), 4))
    rotations[..., 0] = 1
    for name, side in (("left_shoulder", 1), ("right_shoulder", -1)):
        rotations[:, SMPL24.index(name)] = quat_about("y", np.full(frames, side * 1.2))
    return Motion(np.repeat(SMPL24.rest[:1], frames, axis=0), rotations, fps)


def jumping(height: float = 0.3, fps: float = 30.0) -> Motion:
    """Three seconds with one jump in a standing pose, by the laws of a falling body."""
    seconds = 2 * np.sqrt(2 * height / GRAVITY)
    times = np.clip(np.arange(round(3 * fps)) / fps - 1.0, 0, seconds)
    rise = 0.5 * GRAVITY * times * (seconds - times)
    stand = standing(len(times), fps)
    return stand.replace(root=stand.root + rise[:, None] * np.array([0, 0, 1.0]))


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


def wandering(seconds: float, fps: float = 30.0, seed: int = 0, size: float = 0.4) -> Motion:
    """Joints that swing at rates of their own that never fit together: nothing comes again."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * fps)) / fps
    axes, rates = rng.normal(0, size, (3, 24, 3)), rng.uniform(0.3, 0.9, (3, 24))
    turns = sum(axes[k] * np.sin(2 * np.pi * rates[k] * t[:, None])[..., None] for k in range(3))
    return Motion(np.repeat(SMPL24.rest[:1], len(t), axis=0), quat_from_rotvec(turns), fps)
