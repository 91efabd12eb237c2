"""The noise schedule and the solver that walks back along it, the same code for numpy and torch.

Cosine schedule (Nichol and Dhariwal 2021) over continuous time in [0, 1]; DPM-Solver++ 2M (Lu et
al. 2022) for networks that predict the clean signal.
"""

import math
from collections.abc import Callable
from typing import Any

Array = Any

_SHIFT = 0.008  # keeps the first noise level away from zero
NOISIEST = -4.5  # log(signal / noise) where sampling begins
_BLOCK = 4096  # rows that are worked on at once
CLEANEST = 2.5  # and where the last prediction is taken as the result


def signal_and_noise(time: Any, xp: Any = math) -> tuple[Any, Any]:
    """Amplitudes of signal and noise at ``time`` in [0, 1]; their squares sum to one.

    Args:
        xp: the library whose cosine to take: math, numpy or torch.
    """
    angle = (time + _SHIFT) / (1 + _SHIFT) * (math.pi / 2)
    signal = xp.cos(angle) / math.cos(_SHIFT / (1 + _SHIFT) * math.pi / 2)
    return signal, (1 - signal * signal) ** 0.5


def time_at(log_ratio: float) -> float:
    """The time in [0, 1] at which log(signal / noise) is ``log_ratio``."""
    signal, _ = _amplitudes(log_ratio)
    angle = math.acos(min(1.0, signal * math.cos(_SHIFT / (1 + _SHIFT) * math.pi / 2)))
    return min(1.0, max(0.0, angle / (math.pi / 2) * (1 + _SHIFT) - _SHIFT))


def denoise(predict: Callable[[Array, float], Array], noise: Array, steps: int) -> Array:
    """Walk from pure ``noise`` to a clean signal in ``steps`` evaluations of ``predict(x, time)``.

    Levels are even in log(signal / noise); each step uses the last two predictions; the last
    prediction is the result, so whatever ``predict`` does to its output (blending windows, for
    example) holds exactly in the result.
    """
    levels = [NOISIEST + (CLEANEST - NOISIEST) * i / max(1, steps - 1) for i in range(steps)]
    x, before = 1.0 * noise, None
    del noise  # where nobody else keeps it, a song of minutes takes that much less memory
    for i, level in enumerate(levels):
        clean = predict(x, time_at(level))
        if i == steps - 1:
            return clean

        # Second order from the two last predictions; the levels are even, so the ratio of step
        # sizes is one.
        signal, sigma = _amplitudes(levels[i + 1])
        shrink = sigma / _amplitudes(level)[1]
        gain = signal * (1 - math.exp(-(levels[i + 1] - level)))
        _step(x, clean, before, shrink, gain)
        before = clean
    raise ValueError("denoise needs at least one step")


def _step(x: Array, clean: Array, before: Array | None, shrink: float, gain: float) -> None:
    """``x`` brought to the next level, in place and block by block."""
    for start in range(0, len(x), _BLOCK):
        part = slice(start, start + _BLOCK)
        direction = clean[part] if before is None else 1.5 * clean[part] - 0.5 * before[part]
        x[part] = shrink * x[part] + gain * direction


def _amplitudes(log_ratio: float) -> tuple[float, float]:
    """Signal and noise whose logarithmic ratio is ``log_ratio``."""
    signal = 1 / math.sqrt(1 + math.exp(-2 * log_ratio))
    return signal, math.sqrt(1 - signal * signal)
