"""Key frames of a glTF animation: channels by node, values between keys, and the rate that the
keys were made at.
"""

from dataclasses import dataclass

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import normalize, slerp
from .gltf import Gltf, whole

_WIDTHS = {"translation": 3, "rotation": 4, "scale": 3}
_SPARSE, _USUAL, _FASTEST = 12.0, 30.0, 240.0


@dataclass(frozen=True)
class Channel:
    """What moves one property of one node.

    Attributes:
        times: (K,) float64 seconds, never falling.
        values: (K, 3 or 4), or (K, 3, 3 or 4) in-tangent, value, out-tangent when ``way`` is
            CUBICSPLINE; quaternions w x y z.
        way: LINEAR, STEP or CUBICSPLINE.
    """

    times: np.ndarray
    values: np.ndarray
    way: str

    def at(self, times: np.ndarray, turning: bool) -> np.ndarray:
        """(T, 3 or 4) values at ``times`` (T,); the first and last keys hold before and after
        (glTF 2.0, appendix C).
        """
        if len(self.times) == 1:
            value = self.values[0, 1] if self.way == "CUBICSPLINE" else self.values[0]
            return np.repeat((normalize(value) if turning else value)[None], len(times), axis=0)
        low = np.clip(np.searchsorted(self.times, times, "right") - 1, 0, len(self.times) - 2)
        gap = np.maximum(self.times[low + 1] - self.times[low], 1e-9)
        share = np.clip((times - self.times[low]) / gap, 0, 1)
        # Key times are float32: what they cannot tell from a key is that key.
        near = 2.4e-7 * abs(times) + 1e-7
        share[abs(times - self.times[low]) < near] = 0
        share[abs(times - self.times[low + 1]) < near] = 1
        if self.way == "CUBICSPLINE":
            found = _spline(self.values[low], self.values[low + 1], gap[:, None], share[:, None])
        elif self.way == "STEP":
            found = np.where(share[:, None] < 1, self.values[low], self.values[low + 1])
        elif turning:
            return slerp(normalize(self.values[low]), normalize(self.values[low + 1]), share)
        else:
            found = self.values[low] * (1 - share[:, None]) + self.values[low + 1] * share[:, None]
        return normalize(found) if turning else found


def _spline(
    before: np.ndarray, after: np.ndarray, gap: np.ndarray, share: np.ndarray
) -> np.ndarray:
    """Cubic Hermite values between keys (T, 3, D); tangents are per second."""
    t, t2, t3 = share, share**2, share**3
    start = (2 * t3 - 3 * t2 + 1) * before[:, 1] + (t3 - 2 * t2 + t) * gap * before[:, 2]
    return start + (3 * t2 - 2 * t3) * after[:, 1] + (t3 - t2) * gap * after[:, 0]


def channels(file: Gltf, notes: list[str]) -> dict[tuple[int, str], Channel]:
    """The channels of the animation that turns the most nodes, by node and property.

    Raises:
        FootlightsError: the file holds no animation.
    """
    animations = [a for a in file.items("animations") if _targets(a)]
    if not animations:
        raise FootlightsError("holds no animation", file.path, "export it with one")
    animation = max(animations, key=lambda a: sum(path == "rotation" for _, _, path in _targets(a)))
    if len(animations) > 1:
        notes.append(
            f"{len(animations)} animations: {str(animation.get('name', 'the fullest'))[:60]!r} was read"
        )
    times: dict[int, np.ndarray] = {}
    found = {}
    for sampler, node, path in _targets(animation):
        if whole(node) >= len(file.nodes):
            raise ValueError("a channel for no node")
        found[node, path] = _channel(file, animation["samplers"][whole(sampler)], path, times)
    return found


def _targets(animation: dict) -> list[tuple[int, int, str]]:
    """(sampler, node, property) of the channels that move, turn or scale a node."""
    held = [(c["sampler"], c["target"]) for c in animation["channels"]]
    return [(s, t["node"], t["path"]) for s, t in held if "node" in t and t.get("path") in _WIDTHS]


def _channel(file: Gltf, sampler: dict, path: str, known: dict[int, np.ndarray]) -> Channel:
    """One sampler's keys; times that many samplers share are read once."""
    way = sampler.get("interpolation", "LINEAR")
    if way not in ("LINEAR", "STEP", "CUBICSPLINE"):
        raise ValueError(f"interpolation {str(way)[:20]!r}")
    index = whole(sampler["input"])
    if index not in known:
        times = file.array(index)[:, 0].astype(np.float64)
        if not len(times) or (np.diff(times) < 0).any():
            raise ValueError("times that fall")
        known[index] = times
    times, width = known[index], _WIDTHS[path]
    values = file.array(sampler["output"])
    if values.shape != (len(times) * (3 if way == "CUBICSPLINE" else 1), width):
        raise ValueError("keys and times of different number")
    if path == "rotation":
        values = values[:, [3, 0, 1, 2]]
    values = values.reshape(-1, 3, width) if way == "CUBICSPLINE" else values
    if (
        path == "rotation"
        and (np.linalg.norm(values[:, 1] if values.ndim == 3 else values, axis=-1) < 1e-6).any()
    ):
        raise ValueError("a rotation of length zero")
    return Channel(times, values, way)


def key_rate(used: list[Channel], notes: list[str]) -> float:
    """Frames a second that the keys were made at: one over their smallest usual distance, 30 when
    keys are sparse.
    """
    gaps = np.concatenate(
        [np.diff(times) for times in {id(c.times): c.times for c in used}.values()]
    )
    gaps = gaps[gaps > 1e-6]
    if not len(gaps):
        return _USUAL
    even = np.ptp(gaps) < 0.2 * gaps.mean()
    rate = 1 / (gaps.mean() if even else np.percentile(gaps, 10))
    if not _SPARSE <= rate <= _FASTEST:
        notes.append(f"keys come {rate:.3g} times a second: sampled at {_USUAL:g}")
        return _USUAL
    near = round(rate)
    rate = float(near) if abs(rate - near) < (0.0004 if even else 0.01) * rate else float(rate)
    notes.append(f"{rate:.6g} frames a second by the distance of the keys")
    return rate
