"""Frames beside what is given come to it, at its speed, so that a dance does not jump there."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..geometry.rotations import quat_conj, quat_from_rotvec, quat_mul, rotvec_from_quat
from ..geometry.signals import runs, smoothstep


def join_numbers(values: np.ndarray, mask: np.ndarray, reach: int) -> None:
    """Changes values (T,) beside frames that ``mask`` (T,) says are given, at most ``reach``."""
    before = values.astype(np.float64)

    def step(start: int, stop: int) -> Any:
        return before[stop] - before[start]

    for side in _sides(mask, reach):
        values[side.beside] += side.offsets(step)


def join_rotations(values: np.ndarray, mask: np.ndarray, reach: int) -> None:
    """Changes unit quaternions (T, 4) in the same way."""
    before = values.copy()

    def step(start: int, stop: int) -> Any:
        return rotvec_from_quat(quat_mul(before[stop], quat_conj(before[start])))

    for side in _sides(mask, reach):
        turns = quat_from_rotvec(side.offsets(step))
        values[side.beside] = quat_mul(turns, values[side.beside])


@dataclass(frozen=True)
class _Side:
    """A frame that is given, and the free frames on one side of it.

    Attributes:
        given: the frame.
        beside: (N,) the free frames, nearest first.
        behind: frames on its other side that say how it is passed: the next one, where that is
            given; two, where both are free; else none.
    """

    given: int
    beside: np.ndarray
    behind: tuple[int, ...]

    def offsets(self, step: Callable[[int, int], Any]) -> np.ndarray:
        """(N,) or (N, 3) what brings the free frames to the one that is given, at its speed.

        Args:
            step: what changes from one frame to another.
        """
        nearest, next_one = self.beside[0], self.beside[1]
        outward = step(nearest, next_one)
        missing = step(nearest, self.given) + outward
        inward = outward
        if len(self.behind) == 1:
            inward = step(self.behind[0], self.given)
        elif self.behind:
            inward = (outward + step(self.behind[1], self.behind[0])) / 2

        # Hermite's cubic: from the missing step at its speed to nothing at rest.
        count = len(self.beside)
        share = np.expand_dims(
            (np.arange(count) + 1) / (count + 1), tuple(range(1, outward.ndim + 1))
        )
        bent = (count + 1) * share * (1 - share) ** 2
        return (1 - smoothstep(share)) * missing + bent * (inward - outward)


def _sides(mask: np.ndarray, reach: int) -> list[_Side]:
    """Every side of what is given; two that are given share what lies between them."""
    sides = []
    for start, stop in runs(~mask):
        before, after = start > 0, stop < len(mask)
        room = min(reach, (stop - start) // (1 + (before and after)))
        if room > 1 and before:
            beside = np.arange(start, start + room)
            sides.append(_Side(start - 1, beside, _behind(mask, start - 1, -1)))
        if room > 1 and after:
            beside = np.arange(stop - 1, stop - 1 - room, -1)
            sides.append(_Side(stop, beside, _behind(mask, stop, 1)))
    return sides


def _behind(mask: np.ndarray, given: int, direction: int) -> tuple[int, ...]:
    """See `_Side.behind`."""
    frames = [given + direction, given + 2 * direction]
    if not all(0 <= frame < len(mask) for frame in frames):
        return ()
    return (frames[0],) if mask[frames[0]] else tuple(frames)
