"""Dancing on the spot: the slow way over the floor is taken out, the steps are kept."""

import numpy as np

from ..geometry.signals import gaussian_window, smoothed
from ..motion.motion import Motion
from .foot_lock import clean

STRAINED = 0.02  # share of frames in which legs may be at the end of their reach

_SMOOTH_SECONDS = 1.0  # deviation of the Gaussian that tells the way from the steps and the sway
_OFTEN = 95  # per cent of the frames in which a way must be slow


def slow_path(motion: Motion) -> np.ndarray:
    """(T, 2) metres: the way of the root over the floor, without its steps and sway.

    A Gaussian of one second's deviation: a two-second sway keeps 99 % of itself, a walk nothing of
    its way. Beyond its ends the way is thought to go on as it came (odd reflection), so that a walk
    at one speed is a straight line to its last frame.
    """
    place = motion.root[:, :2].astype(np.float64)
    deviation = _SMOOTH_SECONDS * motion.fps
    reach = min(int(np.ceil(3 * deviation)), len(place) - 1)
    if reach < 1:
        return place

    padded = np.pad(place, ((reach, reach), (0, 0)), "reflect", reflect_type="odd")
    window = gaussian_window(deviation, reach)
    path: np.ndarray = smoothed(padded, window)[reach:-reach]
    return path


def in_place(motion: Motion) -> tuple[Motion, bool]:
    """The clip without its `slow_path`, and whether feet that stand stand still in it.

    It stays where it begins. Where legs can reach it, feet stay where they were put down until
    they leave the floor, as of a dancer who keeps to the spot. A walk is longer than legs are:
    there the feet move back under it at the speed of the way, as on a treadmill, and slide against
    that no more than they did against the floor.

    Contacts must be marked.
    """
    path = slow_path(motion)
    root = motion.root.astype(np.float64)
    root[:, :2] -= path - path[0]
    treadmill = motion.replace(root=root)

    standing = clean(treadmill)
    report = standing.meta["clean"]
    if report["in_contact"] and report["at_limit"] <= STRAINED:
        return standing, True
    return treadmill, False


def path_speed(motion: Motion) -> float:
    """m/s that the slow way of a clip stays below in 95 of 100 frames."""
    path = slow_path(motion)
    if len(path) < 2:
        return 0.0
    speeds = np.linalg.norm(np.gradient(path, 1 / motion.fps, axis=0), axis=-1)
    return float(np.percentile(speeds, _OFTEN))
