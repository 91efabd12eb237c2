"""From a file's own unit and axes to metres with z up: found by joint names and leg length, and
said.
"""

import re
from dataclasses import dataclass, field

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import matrix_from_quat
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton, forward_kinematics

LEG, STATURE = 0.85, 1.7  # metres, of an ordinary adult: hip to knee to ankle, sole to crown
# Metres of a unit, and how much nearer to the true length it must come than the usual ones, as a
# logarithm.
UNITS = {
    "metres": (1.0, 0.0),
    "centimetres": (0.01, 0.0),
    "millimetres": (0.001, 0.2),
    "inches / 0.45": (0.0254 / 0.45, 0.2),
    "inches": (0.0254, 0.4),
    "feet": (0.3048, 0.4),
    "decimetres": (0.1, 0.4),
}

_END = r"([ ._-]?[lr])?([ ._-]?(link|joint|jnt))?$"
_KNEE = re.compile(
    r"(knee|shin|calf|tibia|lower[ ._-]?leg|(?<!up)(?<!upper)(?<!up[ ._-])(?<!upper[ ._-])leg)"
    + _END
)
_HIP = re.compile(r"(hip|thigh|femur|up(per)?[ ._-]?leg)(?!.*(twist|legroll))")
_ANKLE = re.compile(r"ankle|foot")
_MOST_LEGS = 8


@dataclass
class RawMotion:
    """One clip as its file has it, in the file's unit and axes.

    Attributes:
        names, parents: J joints, parents before children, joint 0 the root.
        offsets: (J, 3) float, rest place of each joint in its parent's frame.
        root: (T, 3) float, place of the root joint.
        rotations: (T, J, 4) float32, local unit quaternions w x y z.
        fps: frames a second.
        notes: what was found out or decided, one sentence each.
    """

    names: list[str]
    parents: list[int]
    offsets: np.ndarray
    root: np.ndarray
    rotations: np.ndarray
    fps: float
    notes: list[str] = field(default_factory=list)

    def sample(self, count: int = 200) -> np.ndarray:
        """(<= count, J, 3) joint places of frames spread over the clip."""
        picked = np.unique(np.linspace(0, len(self.root) - 1, count).astype(int))
        skeleton = Skeleton(tuple(self.names), tuple(self.parents), self.offsets)
        local = matrix_from_quat(self.rotations[picked].astype(np.float64))
        return forward_kinematics(skeleton, np.asarray(self.root, np.float64)[picked], local)[0]


def legs(names: list[str], parents: list[int]) -> list[tuple[list[int], list[int]]]:
    """For each leg found by name: the joints after the hip down to the ankle, and the hip and
    ankle themselves.
    """
    knee_above = [-1] * len(names)
    found: list[tuple[list[int], list[int]]] = []
    for joint, name in enumerate(names):
        parent = parents[joint]
        knee_above[joint] = knee_above[parent] if parent >= 0 else -1
        if parent >= 0 and _KNEE.search(_plain(name)):
            knee_above[joint] = joint
        elif knee_above[joint] >= 0 and _ANKLE.search(_plain(name)) and len(found) < _MOST_LEGS:
            chain = _chain(joint, parents)
            shin, above = (
                chain[: chain.index(knee_above[joint])],
                chain[chain.index(knee_above[joint]) :],
            )
            thigh = next(
                (i for i in range(1, len(above)) if _HIP.search(_plain(names[above[i]]))), 1
            )
            found.append((above[:thigh][::-1] + shin[::-1], [above[thigh], joint]))
            knee_above[joint] = -1
    return found


def leg_length(raw: RawMotion) -> float | None:
    """Mean length of the legs, hip to knee to ankle, in the file's unit; None when no leg is found
    by name.
    """
    lengths = [
        np.linalg.norm(raw.offsets[chain], axis=-1).sum()
        for chain, _ in legs(raw.names, raw.parents)
    ]
    lengths = [float(x) for x in lengths if x > 0]
    return sum(lengths) / len(lengths) if lengths else None


def find_unit(raw: RawMotion) -> float:
    """Metres per file unit for which a leg, or with no leg by name the standing body, is nearest
    0.85 m or 1.7 m.
    """
    leg, true = leg_length(raw), LEG
    if leg is None:
        places = raw.sample()
        leg, true = float(np.percentile((places.max(1) - places.min(1)).max(-1), 75)), STATURE
    if not np.isfinite(leg) or leg <= 0:
        raise FootlightsError(
            "every joint is in one place, so the unit cannot be found", "", "give it with unit="
        )
    name = min(UNITS, key=lambda u: abs(np.log(leg * UNITS[u][0] / true)) + UNITS[u][1])
    part = "leg" if true == LEG else "body"
    raw.notes.append(f"unit taken to be {name}: the {part} is {leg * UNITS[name][0]:.2f} m")
    return UNITS[name][0]


def find_up(raw: RawMotion, usual: str = "y", *, certain: bool = False) -> str:
    """ "y" or "z": ``usual``, unless the hips are above the ankles along the other axis on average.

    ``certain``: the format says which it is, so that it is only told when it is the other one.
    """
    ends = [pair for _, pair in legs(raw.names, raw.parents)]
    if not ends:
        if not certain:
            raw.notes.append(f"up axis taken to be {usual}: no legs found by name")
        return usual
    places = raw.sample()
    rise = dict(
        zip(
            "xyz", np.mean([places[:, h] - places[:, a] for h, a in ends], axis=(0, 1)), strict=True
        )
    )
    other = "z" if usual == "y" else "y"
    up = other if rise[other] > 1.5 * abs(rise[usual]) else usual
    seen = (
        "the hips are above the ankles along it"
        if rise[up] > 0
        else "the legs point along neither y nor z"
    )
    if up != usual or not certain:
        raw.notes.append(f"up axis taken to be {up}: {seen}")
    return up


def in_house_axes(raw: RawMotion, unit: float, up: str, name: str) -> Motion:
    """The clip in metres with z up; a y-up world turns +90 degrees about x, and every joint's own
    axes with it.

    So (x, y, z) becomes (x, -z, y), and a rest pose that faces +z with y up faces -y with z up.
    Consumes ``raw``.
    """
    root, offsets = np.asarray(raw.root) * unit, np.asarray(raw.offsets) * unit
    if up == "y":
        root, offsets = y_to_z_up(root), y_to_z_up(offsets)
        turn_frames(raw.rotations)
    skeleton = Skeleton(tuple(raw.names), tuple(raw.parents), offsets)
    return Motion(root, raw.rotations, raw.fps, skeleton, meta={"file": name, "notes": raw.notes})


def check_choice(unit: float | None, up: str | None, where: object) -> None:
    """FootlightsError unless ``unit`` is None or a length in metres and ``up`` is None, "y" or
    "z".
    """
    if up not in (None, "y", "z"):
        raise FootlightsError(f"up axis {up!r} is not known", where, 'give up="y" or up="z"')
    if unit is not None and not (isinstance(unit, int | float) and 1e-6 <= unit <= 1e3):
        raise FootlightsError(
            f"unit {unit!r} is no length", where, "give the metres of one file unit, such as 0.01"
        )


def y_to_z_up(v: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of a y-up world in the z-up one: turned +90 degrees about x."""
    return np.stack([v[..., 0], -v[..., 2], v[..., 1]], axis=-1)


def z_to_y_up(v: np.ndarray) -> np.ndarray:
    """Vectors (..., 3) of the z-up world in a y-up one: the inverse of `y_to_z_up`."""
    return np.stack([v[..., 0], v[..., 2], -v[..., 1]], axis=-1)


def turn_frames(q: np.ndarray) -> None:
    """Turns parent and child frames of quaternions (..., 4) from y up to z up, in place: long
    clips are large.
    """
    y = q[..., 2].copy()
    np.negative(q[..., 3], out=q[..., 2])
    q[..., 3] = y


def unique_names(names: list[str]) -> list[str]:
    """The same names, the second and later of equal ones with _2, _3 ... appended."""
    taken: set[str] = set()
    result = []
    for name in names:
        chosen, count = name, 1
        while chosen in taken:
            count += 1
            chosen = f"{name}_{count}"
        taken.add(chosen)
        result.append(chosen)
    return result


def _plain(name: str) -> str:
    return name.rsplit(":", 1)[-1].lower()


def _chain(joint: int, parents: list[int]) -> list[int]:
    """The joint and its ancestors, nearest first."""
    chain = [joint]
    while parents[chain[-1]] >= 0:
        chain.append(parents[chain[-1]])
    return chain
