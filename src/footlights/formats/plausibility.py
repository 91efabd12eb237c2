"""Whether a clip's rate, unit and up axis can be true.

Bodies fall with 9.8 m/s2, have legs of a metre, and stand on them.
"""

import numpy as np

from ..geometry.signals import inner_runs
from ..motion.motion import Motion
from ..motion.world import GRAVITY
from .unit_and_up import LEG, Leg, find_legs

# Shares of half the body's height: in the air above the first, a jump when the second is reached.
_CLEAR, _HIGH = 0.05, 0.1
_FEWEST_FRAMES = 6  # of a flight
_FEWEST_JUMPS = 2
_ODD_RATE = 1.6  # times faster or slower than true before anything is said
_RATE_FACTORS = (0.25, 0.5, 2.0, 4.0)  # by which files are wrong about their rate
_GIANT = 8.0  # times as long as a grown person's, or as short: no legs of a character
_LYING = 0.3  # share of the leg's mean direction that points up, below which nobody stands
# A flight is a parabola when the rest is less than this share of its height.
_BALLISTIC_REST = 0.08


def check_plausibility(motion: Motion) -> list[str]:
    """What is odd about the size, the stance and the rate of ``motion``, as questions."""
    questions = [_size_question(motion), _stance_question(motion), rate_question(motion)]
    return [question for question in questions if question]


def _size_question(motion: Motion) -> str | None:
    lengths = [
        float(np.linalg.norm(motion.skeleton.offsets[leg.chain], axis=-1).sum())
        for leg in _legs(motion)
    ]
    length = float(np.mean(lengths)) if lengths else LEG
    if 1 / _GIANT < length / LEG < _GIANT:
        return None
    return f"the legs are {length:.2g} m long: is the unit right?"


def _stance_question(motion: Motion) -> str | None:
    legs = _legs(motion)
    if not legs:
        return None
    vectors = [motion.positions[:, leg.hip] - motion.positions[:, leg.ankle] for leg in legs]
    mean = np.mean(vectors, axis=(0, 1))
    lies = abs(mean[2]) < _LYING * np.linalg.norm(mean)
    if lies:
        return "the body lies on its side: is the up axis right? (--up)"
    return None if mean[2] > 0 else "the body is upside down: is the up axis right? (--up)"


def _legs(motion: Motion) -> list[Leg]:
    return find_legs(list(motion.skeleton.names), list(motion.skeleton.parents))


def rate_question(motion: Motion) -> str | None:
    """What is odd about the rate of ``motion``, as a question; None too when nobody jumps."""
    fall = free_fall(motion)
    if fall is None:
        return None
    factor = np.sqrt(GRAVITY / -fall)
    if 1 / _ODD_RATE < factor < _ODD_RATE:
        return None
    guess = motion.fps * min(_RATE_FACTORS, key=lambda known: abs(np.log(known / factor)))
    return (
        f"{motion.fps:g} frames a second by the file, but free fall reads {fall:.1f} m/s2: "
        f"{guess:g} frames a second?"
    )


def free_fall(motion: Motion) -> float | None:
    """Vertical acceleration (m/s2, negative is down) of the body while nothing touches the floor.

    The median over the clip's jumps, each a parabola fitted to the mean height of the joints while
    every joint is clear of the clip's lowest ground; None when there are fewer than two jumps.
    """
    heights = motion.positions[..., 2].astype(np.float64)
    size = float(np.percentile(np.ptp(heights, axis=1), 75))
    lowest = heights.min(1) - np.percentile(heights.min(1), 5)
    mean_height = heights.mean(1)

    falls = []
    for start, end in inner_runs(lowest > _CLEAR * size / 2):
        is_jump = end - start >= _FEWEST_FRAMES and lowest[start:end].max() > _HIGH * size / 2
        if not is_jump:
            continue
        fall = _ballistic_acceleration(mean_height[start:end] / size, motion.fps)
        if fall is not None:
            falls.append(fall * size)
    return float(np.median(falls)) if len(falls) >= _FEWEST_JUMPS else None


def _ballistic_acceleration(heights: np.ndarray, fps: float) -> float | None:
    """Acceleration of heights (N,) that rise and fall as thrown things do; None if they do not."""
    times = (np.arange(len(heights)) - (len(heights) - 1) / 2) / fps
    fit = np.polynomial.polynomial.polyfit(times, heights, 2)
    rise = abs(fit[2]) * times[-1] ** 2
    rest = heights - np.polynomial.polynomial.polyval(times, fit)
    top = -fit[1] / (2 * fit[2]) if fit[2] else np.inf

    is_parabola = fit[2] < 0 and rest.std() < _BALLISTIC_REST * rise
    return float(2 * fit[2]) if is_parabola and abs(top) < times[-1] else None
