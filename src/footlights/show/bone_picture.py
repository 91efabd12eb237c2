"""The bone map as a picture: the character's rest pose from the front, its bones coloured by side,
each joint of ours named.
"""

import html
from collections.abc import Mapping

import numpy as np

from ..motion.skeleton import SMPL_NAMES, Skeleton

_HIGH, _WIDE, _EDGE, _MARGIN = (
    760,
    460,
    40,
    330,
)  # of the drawing of the body; names stand in margins beside it
_LINE = 17  # least distance of two names
_COLORS = {"left": "#2f7fb5", "right": "#c2603a", "": "#4c8a4a"}


def bone_picture(skeleton: Skeleton, joints: Mapping[str, int]) -> str:
    """An SVG text: every bone grey, those that stand for joints of ours coloured, with "ours =
    theirs" beside them.

    The character's left is at the right, as it looks at us.
    """
    places = _drawn(skeleton.rest.astype(np.float64), joints)
    owners = {joint: name for name, joint in joints.items()}
    box = f"0 0 {_WIDE + 2 * _MARGIN} {_HIGH + 2 * _EDGE}"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" viewBox="{box}">',
        '<rect width="100%" height="100%" fill="#fbfaf8"/>',
    ]
    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0:
            color, wide = _look(owners.get(parent))
            (x1, y1), (x2, y2) = places[parent], places[joint]
            parts.append(
                f'<line x1="{x1:.0f}" y1="{y1:.0f}" x2="{x2:.0f}" y2="{y2:.0f}" stroke="{color}" stroke-width="{wide}"/>'
            )
    for joint, name in owners.items():
        x, y = places[joint]
        parts.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="{_look(name)[0]}"/>')
    parts += _names(skeleton, joints, places)
    return "\n".join([*parts, "</svg>\n"])


def _drawn(rest: np.ndarray, joints: Mapping[str, int]) -> np.ndarray:
    """(J, 2) places on the picture, whichever way the character faces: its hips lie across."""
    across = (rest[joints["left_hip"]] - rest[joints["right_hip"]])[:2]
    seen = np.stack(
        [rest[:, :2] @ across / max(float(np.linalg.norm(across)), 1e-9), rest[:, 2]], axis=1
    )
    low, high = seen.min(0), seen.max(0)
    scale = min(
        (_WIDE - 2 * _EDGE) / max(high[0] - low[0], 1e-6), _HIGH / max(high[1] - low[1], 1e-6)
    )
    middle = (low[0] + high[0]) / 2
    x, y = (
        _MARGIN + _WIDE / 2 + scale * (seen[:, 0] - middle),
        _EDGE + scale * (high[1] - seen[:, 1]),
    )
    return np.stack([x, y], axis=1)


def _look(name: str | None) -> tuple[str, float]:
    if name is None:
        return "#b9b6b0", 2
    side = name.partition("_")[0]
    return _COLORS.get(side, _COLORS[""]), 5


def _names(skeleton: Skeleton, joints: Mapping[str, int], places: np.ndarray) -> list[str]:
    """Names at both edges, at the height of their joints but never over each other; the middle's
    stand at the right.
    """
    parts = []
    for left in (True, False):
        mine = [n for n in SMPL_NAMES if n in joints and (n.startswith("right_") == left)]
        at, last = {}, float(_EDGE)
        for name in sorted(mine, key=lambda n: places[joints[n], 1]):
            at[name] = last = max(last + _LINE, float(places[joints[name], 1]))
        over = max(0.0, last - (_HIGH + 2 * _EDGE - 10))
        for name, y in at.items():
            x, y = (_MARGIN - 20, y - over) if left else (_MARGIN + _WIDE + 20, y - over)
            joint, color = joints[name], _look(name)[0]
            jx, jy = places[joint]
            parts.append(
                f'<path d="M{x:.0f} {y - 4:.0f}L{jx:.0f} {jy:.0f}" stroke="{color}" stroke-opacity="0.35" fill="none"/>'
            )
            label = html.escape(f"{name} = {skeleton.names[joint]}"[:60])
            anchor, shift = ("end", -6) if left else ("start", 6)
            parts.append(
                f'<text x="{x + shift:.0f}" y="{y:.0f}" font-size="13" text-anchor="{anchor}" fill="{color}">{label}</text>'
            )
    return parts
