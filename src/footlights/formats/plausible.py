"""Whether a file's frame rate can be true: bodies in the air fall with 9.8 m/s2, whatever a header says."""

import numpy as np

from ..motion import Motion

GRAVITY = 9.81  # m/s2
_CLEAR, _HIGH = 0.05, 0.1  # shares of the leg-high body: in the air above the first, a jump when the second is reached
_FEWEST = 6  # frames of a flight
_ODD = 1.6  # times faster or slower than true before anything is said
_FACTORS = (0.25, 0.5, 2.0, 4.0)


def free_fall(motion: Motion) -> float | None:
    """Vertical acceleration (m/s2, negative is down) of the body's middle while nothing touches the floor.

    The median over the clip's jumps, each a parabola fitted to the mean height of the joints while every joint is clear of the
    clip's lowest ground; None when there are fewer than two jumps.
    """
    heights = motion.positions[..., 2].astype(np.float64)
    size = float(np.percentile(np.ptp(heights, axis=1), 75))
    lowest = heights.min(1) - np.percentile(heights.min(1), 5)
    middle = heights.mean(1)
    found = []
    for start, end in _runs(lowest > _CLEAR * size / 2):
        jump = end - start >= _FEWEST and lowest[start:end].max() > _HIGH * size / 2
        if jump and (fall := _parabola(middle[start:end] / size, motion.fps)) is not None:
            found.append(fall * size)
    return float(np.median(found)) if len(found) >= 2 else None


def _runs(marked: np.ndarray) -> list[tuple[int, int]]:
    """Start and end of the runs of true in (T,), those that touch neither end of the clip."""
    edges = np.flatnonzero(np.diff(marked.astype(np.int8))) + 1
    edges = edges[1:] if marked[0] else edges
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=False)]


def _parabola(heights: np.ndarray, fps: float) -> float | None:
    """Acceleration of heights (N,) that rise and fall as thrown things do; None when they do not."""
    times = (np.arange(len(heights)) - (len(heights) - 1) / 2) / fps
    fit = np.polynomial.polynomial.polyfit(times, heights, 2)
    bow = abs(fit[2]) * times[-1] ** 2
    rest = heights - np.polynomial.polynomial.polyval(times, fit)
    top = -fit[1] / (2 * fit[2]) if fit[2] else np.inf
    return float(2 * fit[2]) if fit[2] < 0 and rest.std() < 0.08 * bow and abs(top) < times[-1] else None


def doubt(motion: Motion) -> str | None:
    """What is odd about the rate of ``motion``, as a question; None when nothing is, or when nobody jumps."""
    fall = free_fall(motion)
    if fall is None:
        return None
    wrong = np.sqrt(GRAVITY / -fall)
    if 1 / _ODD < wrong < _ODD:
        return None
    guess = motion.fps * min(_FACTORS, key=lambda factor: abs(np.log(factor / wrong)))
    return f"{motion.fps:g} frames a second by the file, but free fall reads {fall:.1f} m/s2: {guess:g} frames a second?"
