"""How much a body trembles, in millimetres, and frames that only repeat the one before."""

from math import comb

import numpy as np

from ..geometry.signals import runs
from ..motion.motion import Motion
from .derivatives import stride
from .metric_score import Score

# Differences of this order leave of a swing at 3 Hz less than a hundredth of what they leave of
# noise.
ORDER = 5
_NORMAL_MEDIAN = 0.6745  # median size of a normal variable of unit deviation
_LONGEST_REPEAT = 0.15  # seconds beyond which a pose is held, and no frame repeated
_NO_STEP = 0.05  # share of the steps next to it below which a step is none
_MOVING = 0.0005  # metres that these have at least


def jitter(motion: Motion) -> Score:
    """The median of `jitter_of` over the frames of a motion, mm.

    What real movement leaves is below a millimetre.
    """
    frames = jitter_of(motion.positions, motion.fps)
    if not len(frames):
        return Score.none("mm", "the clip is shorter than six thirtieths of a second")
    return Score(float(np.median(frames)), "mm", "", frames.astype(np.float32))


def jitter_of(positions: np.ndarray, fps: float) -> np.ndarray:
    """(T - 5 stride,) mm: size of white noise on each coordinate of positions (T, J, 3).

    It is a standard deviation, frame by frame: fifth differences over a thirtieth of a second,
    divided by what noise of unit deviation makes of them. Taken from the median over joints and
    coordinates, so that a few limbs that really stop hard do not count.
    """
    sizes = _fifth_differences(positions, fps)
    return 1000 * np.median(sizes.reshape(len(sizes), -1), axis=1) if len(sizes) else np.zeros(0)


def noise_of(positions: np.ndarray, fps: float) -> np.ndarray:
    """(J, 3) m: the same for each coordinate of each joint, the median over frames.

    NaN for clips too short to tell.
    """
    sizes = _fifth_differences(positions, fps)
    return np.median(sizes, axis=0) if len(sizes) else np.full(positions.shape[1:], np.nan)


def _fifth_differences(positions: np.ndarray, fps: float) -> np.ndarray:
    """(T - 5 stride, J, 3) m, scaled so that the median of noise's is its standard deviation."""
    step = stride(fps)
    values = np.asarray(positions, np.float64)
    for _ in range(ORDER):
        values = values[step:] - values[:-step]
    return np.abs(values) / (np.sqrt(comb(2 * ORDER, ORDER)) * _NORMAL_MEDIAN)


def duplicate_frame_rate(motion: Motion) -> float:
    """Share of frames that repeat the one before while the body moves.

    It is 1/2 in 30 frames a second written as 60.
    """
    return float(duplicate_frames_of(motion.positions, motion.fps).mean())


def duplicate_frames_of(positions: np.ndarray, fps: float) -> np.ndarray:
    """(T,) true for frames of positions (T, J, 3) that repeat the one before.

    A step counts as none below 5 % of the steps next to it, so that repeats are found after
    rounding, too, and only between two steps the same way: a body that turns round or comes to
    rest does so over several steps. One that rests longer than 0.15 s holds a pose.
    """
    steps = np.diff(np.asarray(positions, np.float64), axis=0)
    size = np.linalg.norm(steps, axis=-1).max(axis=-1, initial=0)
    reach = max(1, int(_LONGEST_REPEAT * fps + 1e-6))

    # The largest step within reach before and after each step.
    padded = np.concatenate([np.zeros(reach), size, np.zeros(reach)])
    largest = np.lib.stride_tricks.sliding_window_view(padded, reach).max(axis=-1)
    no_step = size < _NO_STEP * np.minimum(largest[: len(size)], largest[reach + 1 :])

    repeated = np.zeros(len(positions), bool)
    for start, end in runs(no_step):
        beside = min(size[start - 1], size[end])
        same_way = np.sum(steps[start - 1] * steps[end]) > 0
        repeated[start + 1 : end + 1] = (
            same_way
            and beside > _MOVING
            and size[start:end].max() < _NO_STEP * beside
            and end - start <= reach
        )
    return repeated
