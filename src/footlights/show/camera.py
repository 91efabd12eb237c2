"""The camera of a film: before the dancer, following slowly, so that a sliding foot is seen."""

from dataclasses import dataclass

import numpy as np

from ..geometry.rotations import quat_rotate
from ..geometry.signals import gaussian_window, smoothed
from ..motion.motion import Motion

ZOOM = 0.287  # half the picture's height over its distance: a lens of 32 degrees
LOOK_AT = 0.93  # metres over the floor
LAG = 1.2  # seconds over which the dancer's path is averaged

_FALL = 0.23  # how far the camera looks down, per metre ahead
_NEAREST, _FURTHEST = 3.4, 14.0  # metres from the dancer
_ASIDE = 0.35  # radians from straight ahead of the dancer
_MARGIN = 0.15  # metres of flesh and air beyond the joints
_FACING_SECONDS = 2.0  # of the clip, during which it is seen where the dancer faces


@dataclass(frozen=True)
class View:
    """A level camera.

    Attributes:
        eye: (3,) place, metres; above the floor.
        right, up, ahead: (3,) unit axes of the picture; ``right`` is level.
        zoom: half the picture's height over the distance at which it is seen.
    """

    eye: np.ndarray
    right: np.ndarray
    up: np.ndarray
    ahead: np.ndarray
    zoom: float = ZOOM

    @property
    def key(self) -> np.ndarray:
        """(3,) direction to the main light, above and left of the camera; it casts the shadow."""
        level = np.cross([0.0, 0.0, 1.0], self.right)
        return _unit(np.array([0.0, 0.0, 1.0]) - 0.35 * self.right - 0.4 * level)

    @property
    def fill(self) -> np.ndarray:
        """(3,) direction to the weaker light, low on the right."""
        return _unit(0.9 * self.right - 0.5 * self.ahead)


class Camera:
    """The views of a clip at one size of picture: ``camera[frame]``.

    Only its place moves, never its direction: else feet that stand would move in the picture.

    Args:
        size: width and height of the picture, pixels.
        lag: seconds over which the path that it follows is averaged.
    """

    def __init__(self, motion: Motion, size: tuple[int, int], lag: float = LAG) -> None:
        self.path = _smoothed(motion.root[:, :2].astype(np.float64), lag * motion.fps)

        # As near as every joint allows, in whatever direction it reaches out of the path.
        joints = motion.positions.astype(np.float64)
        reach = np.linalg.norm(joints[..., :2] - self.path[:, None], axis=-1)
        width = float(reach.max()) + _MARGIN
        height = float(np.abs(joints[..., 2] - LOOK_AT).max()) + _MARGIN
        needed = max(width / (ZOOM * size[0] / size[1]), height / ZOOM) + width / 2
        self.distance = float(np.clip(needed, _NEAREST, _FURTHEST))

        side = _facing(motion) + _ASIDE
        self.ahead = _unit(np.array([-np.cos(side), -np.sin(side), -_FALL]))
        self.right = _unit(np.cross(self.ahead, [0.0, 0.0, 1.0]))

    def __getitem__(self, frame: int) -> View:
        target = np.array([*self.path[frame], LOOK_AT])
        eye = target - self.ahead * (self.distance / np.hypot(self.ahead[0], self.ahead[1]))
        return View(eye, self.right, np.cross(self.right, self.ahead), self.ahead)


def _facing(motion: Motion) -> float:
    """The angle in the floor, radians, to which the dancer faces during the first seconds."""
    start = motion.rotations[: max(1, round(_FACING_SECONDS * motion.fps)), 0].astype(np.float64)
    front = quat_rotate(start, np.array([0.0, -1.0, 0.0])).mean(0)
    return float(np.arctan2(front[1], front[0]))


def _smoothed(path: np.ndarray, sigma: float) -> np.ndarray:
    """(T, 2) path averaged with a Gaussian of ``sigma`` frames; it stands still beyond its ends."""
    return smoothed(path, gaussian_window(max(sigma, 1e-6), max(1, round(3 * sigma))))


def _unit(v: np.ndarray) -> np.ndarray:
    return v / np.linalg.norm(v)
