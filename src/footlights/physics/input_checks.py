"""What may be wrong with a clip rather than with its dance: its frame rate, its floor, frames
written twice.
"""

import numpy as np

from ..geometry.signals import inner_runs
from ..metrics.jitter import duplicate_frame_rate
from ..motion.floor import Floor
from ..motion.motion import Motion
from ..motion.world import GRAVITY
from .quantities import Measurement

_FLIGHT_SECONDS = 0.12  # that a flight lasts at least
_FLIGHT_FRAMES = 5  # that a parabola needs at least
_FLIGHT_HEIGHT = 0.04  # metres above the floor in a flight
_PARABOLA_SHARE = 0.15  # of a flight's rise, by which its height may miss a parabola
_LEAST_RISE = 0.02  # metres that a flight is taken to rise at least
_RATES = (12.0, 15.0, 16.0, 24.0, 25.0, 30.0, 48.0, 50.0, 60.0, 90.0, 100.0, 120.0, 240.0)
_RATE_SHARE = 0.12  # by which a fall may miss gravity: bodies are scaled, and marks tremble
_REPEATED_SHARE = 0.2  # of frames
_UNSURE = 0.02  # metres of spread of a floor
_OFF_FLOOR = 0.02  # metres by which the lowest points of a clip miss the floor


def check_input(
    motion: Motion, measurement: Measurement, floor: Floor, estimated: bool
) -> list[str]:
    """Sentences for the person whose clip it is; ``estimated``: whether its floor was found."""
    lowest = measurement.points[..., 2].min(axis=1)
    checks = (
        _check_rate(motion, measurement),
        _check_repeats(motion),
        _doubt_estimate(floor) if estimated else _check_floor(lowest),
    )
    return [sentence for sentence in checks if sentence]


def fall_acceleration(motion: Motion, measurement: Measurement) -> float:
    """Downward acceleration (m/s2) while nothing touches the floor and the height is a parabola;
    NaN without such a flight.
    """
    if measurement.dynamics is None:
        return float("nan")
    height = measurement.dynamics.centre_of_mass[:, 2]
    flies = measurement.points[..., 2].min(axis=1) > _FLIGHT_HEIGHT

    falls, lengths = [], []
    for start, end in inner_runs(flies):  # flights whose take-off and landing are seen
        if end - start < max(_FLIGHT_FRAMES, _FLIGHT_SECONDS * motion.fps):
            continue
        fall = _parabola_fall(height[start:end], motion.fps)
        if fall > 0:
            falls.append(fall)
            lengths.append(end - start)
    return float(np.average(falls, weights=lengths)) if falls else float("nan")


def _parabola_fall(height: np.ndarray, fps: float) -> float:
    """Downward acceleration of heights that lie on a parabola; 0 when they lie on none."""
    times = np.arange(len(height)) / fps
    parabola = np.polyfit(times, height, 2)
    rise = max(height.max() - min(height[0], height[-1]), _LEAST_RISE)
    miss = np.abs(np.polyval(parabola, times) - height).max()
    return float(-2 * parabola[0]) if miss < _PARABOLA_SHARE * rise else 0.0


def _check_rate(motion: Motion, measurement: Measurement) -> str:
    fall = fall_acceleration(motion, measurement)
    if not np.isfinite(fall) or abs(fall / GRAVITY - 1) < 2.5 * _RATE_SHARE:
        return ""
    # Accelerations go with the square of the rate.
    likely = motion.fps * np.sqrt(GRAVITY / fall)
    rate = min(_RATES, key=lambda r: abs(np.log(r / likely)))
    near = abs(rate / likely - 1) < _RATE_SHARE
    question = f"was it recorded at {rate:g}?" if near else "or is its unit of length wrong?"
    observation = (
        f"at {motion.fps:g} frames a second jumps fall with {fall:.1f} m/s2 instead of 9.8"
    )
    return f"{observation}: {question}"


def _check_repeats(motion: Motion) -> str:
    share = duplicate_frame_rate(motion) if len(motion) > 2 else 0.0
    if share < _REPEATED_SHARE:
        return ""
    observation = f"{100 * share:.0f} % of frames repeat the one before"
    return f"{observation}: it was recorded at fewer than {motion.fps:g} frames a second"


def _doubt_estimate(floor: Floor) -> str:
    doubt = (
        "the floor is estimated: a body that hovers or sinks by the same height throughout "
        "cannot be seen"
    )
    if floor.spread < _UNSURE:
        return doubt
    apart = f"its lowest points stand {100 * floor.spread:.0f} cm apart"
    return f"{doubt}; {apart}, so it may be wrong"


def _check_floor(lowest: np.ndarray) -> str:
    usual = float(np.median(lowest))
    if abs(usual) <= _OFF_FLOOR or np.abs(lowest - usual).max() >= 0.5 * abs(usual):
        return ""
    side = "above" if usual > 0 else "below"
    observation = f"the lowest points stay {100 * abs(usual):.0f} cm {side} the floor"
    return f"{observation}: if it lies elsewhere, let it be found (auto)"
