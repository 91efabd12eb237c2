"""Key frames of a glTF animation: channels by node, values between keys, and the keys' rate."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import normalize, slerp
from .gltf import Gltf, whole
from .raw_motion import unique_names

_WIDTHS = {"translation": 3, "rotation": 4, "scale": 3}
_INTERPOLATIONS = ("LINEAR", "STEP", "CUBICSPLINE")

_SPARSE, _USUAL, _FASTEST = 12.0, 30.0, 240.0  # frames a second
# Keys are even when their distances differ by less than this share; then a rate within the first of
# the next shares of a whole one is that one, else within the second.
_EVEN, _WHOLE_IF_EVEN, _WHOLE_IF_NOT = 0.2, 0.0004, 0.01


@dataclass(frozen=True)
class Channel:
    """What moves one property of one node.

    Attributes:
        times: (K,) float64 seconds, never falling.
        values: (K, 3 or 4), or (K, 3, 3 or 4) in-tangent, value, out-tangent when CUBICSPLINE;
            quaternions w x y z.
        interpolation: LINEAR, STEP or CUBICSPLINE.
        is_rotation: whether the values are quaternions.
    """

    times: np.ndarray
    values: np.ndarray
    interpolation: str
    is_rotation: bool

    def sample(self, times: np.ndarray) -> np.ndarray:
        """(T, 3 or 4) values at ``times`` (T,).

        The first and last keys hold before and after (glTF 2.0, appendix C).
        """
        if len(self.times) == 1:
            value = self.values[0, 1] if self.interpolation == "CUBICSPLINE" else self.values[0]
            return np.repeat((normalize(value) if self.is_rotation else value)[None], len(times), 0)

        low = np.clip(np.searchsorted(self.times, times, "right") - 1, 0, len(self.times) - 2)
        gap = np.maximum(self.times[low + 1] - self.times[low], 1e-9)
        share = np.clip((times - self.times[low]) / gap, 0, 1)
        # Key times are float32: what they cannot tell from a key is that key.
        near = 2.4e-7 * abs(times) + 1e-7
        share[abs(times - self.times[low]) < near] = 0
        share[abs(times - self.times[low + 1]) < near] = 1

        before, after, share = self.values[low], self.values[low + 1], share[:, None]
        if self.interpolation == "CUBICSPLINE":
            values = _spline(before, after, gap[:, None], share)
        elif self.interpolation == "STEP":
            values = np.where(share < 1, before, after)
        elif self.is_rotation:
            return slerp(normalize(before), normalize(after), share[:, 0])
        else:
            values = before * (1 - share) + after * share
        return normalize(values) if self.is_rotation else values


_MOST_NAMES, _LONGEST_NAME = 12, 60  # of animations in one line, and letters of each
_MOVING = 1e-4  # by which keys of something that moves differ

Channels = dict[tuple[int, str], Channel]  # by node and property


def _spline(
    before: np.ndarray, after: np.ndarray, gap: np.ndarray, share: np.ndarray
) -> np.ndarray:
    """Cubic Hermite values between keys (T, 3, D); tangents are per second."""
    t, t2, t3 = share, share**2, share**3
    start = (2 * t3 - 3 * t2 + 1) * before[:, 1] + (t3 - 2 * t2 + t) * gap * before[:, 2]
    return start + (3 * t2 - 2 * t3) * after[:, 1] + (t3 - t2) * gap * after[:, 0]


def read_channels(file: Gltf, notes: list[str], clip: str | None = None) -> Channels:
    """The channels of one animation, by node and property.

    Args:
        clip: its name; of the animation that turns the most nodes when None, and of several such
            of the first in which something moves.

    Raises:
        FootlightsError: the file holds no animation, or none of this name.
    """
    animations = _animations(file)
    if not animations:
        raise FootlightsError("holds no animation", file.path, "export it with one")
    name = _fullest(file, animations) if clip is None else _named(file, animations, clip)
    if len(animations) > 1 and clip is None:
        notes.append(
            f"{len(animations)} animations: {name!r} was read (--clip takes "
            f"{', '.join(list(animations)[:_MOST_NAMES])}; convert takes each with --clip all)"
        )

    chosen = animations[name]
    times_by_accessor: dict[int, np.ndarray] = {}
    channels = {}
    for sampler, node, prop in _targets(chosen):
        if whole(node) >= len(file.nodes):
            raise ValueError("a channel for no node")
        item = chosen["samplers"][whole(sampler)]
        channels[node, prop] = _channel(file, item, prop, times_by_accessor)
    return channels


def animation_names(file: Gltf) -> list[str]:
    """Names by which `read_channels` takes the animations of a file that move anything."""
    return list(_animations(file))


def _animations(file: Gltf) -> dict[str, dict[str, Any]]:
    """The animations that move anything, by names of which no two are alike."""
    moving = [animation for animation in file.items("animations") if _targets(animation)]
    names = [
        str(animation.get("name", f"animation {number}"))[:_LONGEST_NAME]
        for number, animation in enumerate(moving, 1)
    ]
    return dict(zip(unique_names(names), moving, strict=True))


def _named(file: Gltf, animations: dict[str, dict[str, Any]], clip: str) -> str:
    if clip in animations:
        return clip
    # Of a longer name only the beginning is shown, and it may be given whole.
    if clip[:_LONGEST_NAME] in animations:
        return clip[:_LONGEST_NAME]
    names = ", ".join(list(animations)[:_MOST_NAMES])
    what = f"has no animation {clip[:_LONGEST_NAME]!r}"
    raise FootlightsError(what, file.path, f"give one of {names}")


def _fullest(file: Gltf, animations: dict[str, dict[str, Any]]) -> str:
    """The animation that turns the most nodes; of equals the first in which something moves."""
    counts = {
        name: sum(prop == "rotation" for _, _, prop in _targets(animation))
        for name, animation in animations.items()
    }
    equals = [name for name, count in counts.items() if count == max(counts.values())]
    if len(equals) == 1:
        return equals[0]
    return next((name for name in equals if _moves(file, animations[name])), equals[0])


def _moves(file: Gltf, animation: dict[str, Any]) -> bool:
    """Whether the keys of any channel differ."""
    for sampler, _, _ in _targets(animation):
        values = file.array(animation["samplers"][whole(sampler)]["output"])
        if len(values) and float(np.ptp(values, axis=0).max()) > _MOVING:
            return True
    return False


def _targets(animation: dict[str, Any]) -> list[tuple[int, int, str]]:
    """(sampler, node, property) of the channels that move, turn or scale a node."""
    targets = [(channel["sampler"], channel["target"]) for channel in animation["channels"]]
    return [
        (sampler, target["node"], target["path"])
        for sampler, target in targets
        if "node" in target and target.get("path") in _WIDTHS
    ]


def _channel(
    file: Gltf, sampler: dict[str, Any], prop: str, times_by_accessor: dict[int, np.ndarray]
) -> Channel:
    """One sampler's keys; times that many samplers share are read once."""
    interpolation = sampler.get("interpolation", "LINEAR")
    if interpolation not in _INTERPOLATIONS:
        raise ValueError(f"interpolation {str(interpolation)[:20]!r}")
    accessor = whole(sampler["input"])
    if accessor not in times_by_accessor:
        times = file.array(accessor)[:, 0].astype(np.float64)
        if not len(times) or (np.diff(times) < 0).any():
            raise ValueError("times that fall")
        times_by_accessor[accessor] = times
    times = times_by_accessor[accessor]

    values, width = file.array(sampler["output"]), _WIDTHS[prop]
    is_spline, is_rotation = interpolation == "CUBICSPLINE", prop == "rotation"
    if values.shape != (len(times) * (3 if is_spline else 1), width):
        raise ValueError("keys and times of different number")
    if is_rotation:
        values = values[:, [3, 0, 1, 2]]
    if is_spline:
        values = values.reshape(-1, 3, width)
    keys = values[:, 1] if is_spline else values
    if is_rotation and (np.linalg.norm(keys, axis=-1) < 1e-6).any():
        raise ValueError("a rotation of length zero")
    return Channel(times, values, interpolation, is_rotation)


def key_rate(channels: list[Channel], notes: list[str]) -> float:
    """Frames a second that the keys were made at; adds a note.

    One over their smallest usual distance, or 30 when keys are sparse.
    """
    distinct = {id(channel.times): channel.times for channel in channels}
    gaps = np.concatenate([np.diff(times) for times in distinct.values()])
    gaps = gaps[gaps > 1e-6]
    if not len(gaps):
        return _USUAL

    even = np.ptp(gaps) < _EVEN * gaps.mean()
    # Uneven keys were thinned out: their small distances tell the rate.
    rate = 1 / (gaps.mean() if even else np.percentile(gaps, 10))
    if not _SPARSE <= rate <= _FASTEST:
        notes.append(f"keys come {rate:.3g} times a second: sampled at {_USUAL:g}")
        return _USUAL
    nearest = round(rate)
    is_whole = abs(rate - nearest) < (_WHOLE_IF_EVEN if even else _WHOLE_IF_NOT) * rate
    rate = float(nearest) if is_whole else float(rate)
    notes.append(f"{rate:.6g} frames a second by the distance of the keys")
    return rate
