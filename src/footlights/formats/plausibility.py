"""Whether a file's rate, unit and up axis can be true: bodies fall with 9.8 m/s2, have legs of a
metre, and stand on them.
"""

import numpy as np

from ..geometry.signals import inner_runs
from ..motion.motion import Motion
from .axes import LEG, legs

GRAVITY = 9.81  # m/s2
_CLEAR, _HIGH = (
    0.05,
    0.1,
)  # shares of the leg-high body: in the air above the first, a jump when the second is reached
_FEWEST = 6  # frames of a flight
_ODD = 1.6  # times faster or slower than true before anything is said
_GIANT = 8.0  # times as long as a grown person's, or as short: no legs of a character
_LYING = 0.3  # share of the leg's mean direction that points up, below which nobody stands
_FACTORS = (0.25, 0.5, 2.0, 4.0)


def free_fall(motion: Motion) -> float | None:
    """Vertical acceleration (m/s2, negative is down) of the body's middle while nothing touches the
    floor.

    The median over the clip's jumps, each a parabola fitted to the mean height of the joints while
    every joint is clear of the clip's lowest ground; None when there are fewer than two jumps.
    """
    heights = motion.positions[..., 2].astype(np.float64)
    size = float(np.percentile(np.ptp(heights, axis=1), 75))
    lowest = heights.min(1) - np.percentile(heights.min(1), 5)
    middle = heights.mean(1)
    found = []
    for start, end in inner_runs(lowest > _CLEAR * size / 2):
        jump = end - start >= _FEWEST and lowest[start:end].max() > _HIGH * size / 2
        if jump and (fall := _parabola(middle[start:end] / size, motion.fps)) is not None:
            found.append(fall * size)
    return float(np.median(found)) if len(found) >= 2 else None


def _parabola(heights: np.ndarray, fps: float) -> float | None:
    """Acceleration of heights (N,) that rise and fall as thrown things do; None when they do not."""
    times = (np.arange(len(heights)) - (len(heights) - 1) / 2) / fps
    fit = np.polynomial.polynomial.polyfit(times, heights, 2)
    bow = abs(fit[2]) * times[-1] ** 2
    rest = heights - np.polynomial.polynomial.polyval(times, fit)
    top = -fit[1] / (2 * fit[2]) if fit[2] else np.inf
    return (
        float(2 * fit[2])
        if fit[2] < 0 and rest.std() < 0.08 * bow and abs(top) < times[-1]
        else None
    )


def doubts(motion: Motion) -> list[str]:
    """What is odd about the size, the stance and the rate of ``motion``, as questions; legs are
    found by name.
    """
    found = [_size(motion), _stance(motion), doubt(motion)]
    return [question for question in found if question]


def _size(motion: Motion) -> str | None:
    skeleton = motion.skeleton
    lengths = [
        float(np.linalg.norm(skeleton.offsets[chain], axis=-1).sum()) for chain, _ in _legs(motion)
    ]
    long = float(np.mean(lengths)) if lengths else LEG
    return (
        None
        if 1 / _GIANT < long / LEG < _GIANT
        else f"the legs are {long:.2g} m long: is the unit right?"
    )


def _stance(motion: Motion) -> str | None:
    ends = [pair for _, pair in _legs(motion)]
    if not ends:
        return None
    leg = np.mean(
        [motion.positions[:, hip] - motion.positions[:, ankle] for hip, ankle in ends], axis=(0, 1)
    )
    lies = abs(leg[2]) < _LYING * np.linalg.norm(leg)
    return "the body lies on its side: is the up axis right?" if lies else None


def _legs(motion: Motion) -> list[tuple[list[int], list[int]]]:
    return legs(list(motion.skeleton.names), list(motion.skeleton.parents))


def doubt(motion: Motion) -> str | None:
    """What is odd about the rate of ``motion``, as a question; None when nothing is, or when
    nobody jumps.
    """
    fall = free_fall(motion)
    if fall is None:
        return None
    wrong = np.sqrt(GRAVITY / -fall)
    if 1 / _ODD < wrong < _ODD:
        return None
    guess = motion.fps * min(_FACTORS, key=lambda factor: abs(np.log(factor / wrong)))
    return f"{motion.fps:g} frames a second by the file, but free fall reads {fall:.1f} m/s2: {guess:g} frames a second?"
