"""What may be wrong with a clip rather than with its dance: its frame rate, its floor, frames
written twice.
"""

import numpy as np

from ..geometry.signals import inner_runs
from ..metrics.jitter import duplicate_frame_rate
from ..motion.anatomy import GRAVITY
from ..motion.motion import Motion
from .quantities import Measured

_FLIGHT = 0.12  # seconds that a flight lasts at least
_OFF = 0.04  # metres above the floor in a flight
_RATES = (12.0, 15.0, 16.0, 24.0, 25.0, 30.0, 48.0, 50.0, 60.0, 90.0, 100.0, 120.0, 240.0)
_CLOSE = 0.12  # share by which a fall may miss gravity: bodies are scaled, and marks tremble
_TWICE = 0.2  # share of repeated frames
_UNSURE = 0.02  # metres of spread of a floor
_AWAY = 0.02  # metres by which the lowest points of a clip miss the floor


def suspicions(motion: Motion, measured: Measured, estimated: bool, spread: float) -> list[str]:
    """Sentences for the person whose clip it is; ``estimated`` and ``spread`` (m) of the floor."""
    said = [_rate(motion, measured), _repeats(motion), _floor(measured, estimated, spread)]
    return [sentence for sentence in said if sentence]


def fall_rate(motion: Motion, measured: Measured) -> float:
    """Downward acceleration (m/s2) while nothing touches the floor and the height is a parabola;
    NaN without such a flight.
    """
    if measured.dynamics is None:
        return float("nan")
    height = measured.dynamics.centre[:, 2]
    apart = measured.points[..., 2].min(axis=1) > _OFF
    falls = []
    for start, end in inner_runs(apart):
        if end - start < max(5, _FLIGHT * motion.fps):
            continue
        at = np.arange(end - start) / motion.fps
        curve, _, _ = fit = np.polyfit(at, height[start:end], 2)
        rise = height[start:end].max() - min(height[start], height[end - 1])
        if curve < 0 and np.abs(np.polyval(fit, at) - height[start:end]).max() < 0.15 * max(
            rise, 0.02
        ):
            falls.append((-2 * curve, end - start))
    return (
        float(np.average([fall for fall, _ in falls], weights=[frames for _, frames in falls]))
        if falls
        else float("nan")
    )


def _rate(motion: Motion, measured: Measured) -> str:
    fall = fall_rate(motion, measured)
    if not np.isfinite(fall) or abs(fall / GRAVITY - 1) < 2.5 * _CLOSE:
        return ""
    likely = motion.fps * np.sqrt(GRAVITY / fall)
    rate = min(_RATES, key=lambda r: abs(np.log(r / likely)))
    near = abs(rate / likely - 1) < _CLOSE
    asked = f"was it recorded at {rate:g}?" if near else "or is its unit of length wrong?"
    return (
        f"at {motion.fps:g} frames a second jumps fall with {fall:.1f} m/s2 instead of 9.8: {asked}"
    )


def _repeats(motion: Motion) -> str:
    share = duplicate_frame_rate(motion) if len(motion) > 2 else 0.0
    if share < _TWICE:
        return ""
    return f"{100 * share:.0f} % of frames repeat the one before: it was recorded at fewer than {motion.fps:g} frames a second"


def _floor(measured: Measured, estimated: bool, spread: float) -> str:
    lowest = measured.points[..., 2].min(axis=1)
    if estimated:
        said = "the floor is estimated: a body that hovers or sinks by the same height throughout cannot be seen"
        return (
            said
            if spread < _UNSURE
            else f"{said}; its lowest points stand {100 * spread:.0f} cm apart, so it may be wrong"
        )
    usual = float(np.median(lowest))
    if abs(usual) > _AWAY and np.abs(lowest - usual).max() < 0.5 * abs(usual):
        side = "above" if usual > 0 else "below"
        return f"the lowest points stay {100 * abs(usual):.0f} cm {side} the floor: if it lies elsewhere, let it be found (auto)"
    return ""
