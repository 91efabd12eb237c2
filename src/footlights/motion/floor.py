"""The one floor of a clip that came without: where the lowest slow point of a body mostly is."""

from dataclasses import dataclass

import numpy as np

from ..geometry.signals import gaussian_window
from .body import soles
from .contacts import point_speeds
from .motion import Motion

_FEW = 5  # slow frames that are enough to trust them
_REACH = 3.0  # metres about the median: what lies farther off is a fault of the recording
_BIN = 0.005  # metres, of the histogram of heights
_KERNEL_REACH = 4  # bins on each side over which the histogram is smoothed
_KERNEL_DEVIATION = 1.5  # bins
_NEAR_PEAK = 3 * _BIN  # metres about the peak whose median is the floor


@dataclass(frozen=True)
class Floor:
    """A floor that was found.

    Attributes:
        height: metres.
        spread: how unsure that is: half the range of the middle half of the heights it is taken
            from, metres.
    """

    height: float
    spread: float


@dataclass(frozen=True)
class FloorSearch:
    """How a floor is looked for.

    Attributes:
        slow: m/s below which a point may be standing.
        bins_above: empty bins of the histogram above the highest point. Without any, heights
            that span fewer than nine bins are smoothed a bin aside; built data are kept so,
            because their bytes are promised.
    """

    slow: float
    bins_above: int


SOLES = FloorSearch(slow=0.2, bins_above=0)
WHOLE_BODY = FloorSearch(slow=0.3, bins_above=5)


def find_floor(points: np.ndarray, speeds: np.ndarray, search: FloorSearch) -> Floor:
    """Height of the one floor on which a clip mostly stands, by the peak of a smoothed histogram.

    Jumps, falls and single bad frames do not move it. Only frames whose lowest point is slow
    count, unless there are too few; then the lowest fifth of all does. A body that hovers at one
    height throughout cannot be told from one that stands.

    Args:
        points: (T, P, 3) world positions of what may lie on the floor, metres.
        speeds: (T, P) of these points, m/s.
        search: `SOLES` or `WHOLE_BODY`, by what the points are.
    """
    heights = _standing_heights(points, speeds, search.slow)

    # A frame thrown far away would make the histogram as long as the throw.
    middle = np.percentile(heights, 50, method="lower")
    heights = heights[np.abs(heights - middle) < _REACH]

    near = heights[np.abs(heights - _peak(heights, search.bins_above)) < _NEAR_PEAK]
    lower_quarter, upper_quarter = np.percentile(heights, [25, 75])
    return Floor(float(np.median(near)), float((upper_quarter - lower_quarter) / 2))


def floor_height(motion: Motion) -> float:
    """Height in metres of the one floor on which the soles of a clip mostly stand.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
    """
    corners = soles(motion).astype(np.float64).reshape(len(motion), -1, 3)
    return find_floor(corners, point_speeds(corners, motion.fps), SOLES).height


def _standing_heights(points: np.ndarray, speeds: np.ndarray, slow: float) -> np.ndarray:
    frames, lowest = np.arange(len(points)), points[..., 2].argmin(axis=1)
    heights = points[frames, lowest, 2]

    standing = speeds[frames, lowest] < slow
    standing_heights: np.ndarray = heights[standing]
    if len(standing_heights) >= min(_FEW, len(standing)):
        return standing_heights
    return np.sort(heights)[: max(1, len(heights) // 5)]


def _peak(heights: np.ndarray, bins_above: int) -> float:
    """The height, to half a bin, around which most of ``heights`` lie."""
    # Empty bins below the lowest: the smoothed histogram may have its peak at its edge.
    first = heights.min() - _KERNEL_REACH * _BIN
    counts = np.bincount(((heights - first) / _BIN).astype(int), minlength=2 * _KERNEL_REACH)
    counts = np.pad(counts, (0, bins_above))

    kernel = gaussian_window(_KERNEL_DEVIATION, _KERNEL_REACH)
    smoothed = np.convolve(counts, kernel, "same")[: len(counts)]
    return float(first + (smoothed.argmax() + 0.5) * _BIN)
