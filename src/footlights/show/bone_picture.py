"""The bone map as a picture: the character's rest pose from the front, each joint of ours named."""

import html
from collections.abc import Mapping

import numpy as np

from ..motion.skeleton import SMPL_NAMES, Skeleton

# Of the drawing, in units of its view box.
_HEIGHT, _WIDTH = 760, 460  # of the body
_EDGE = 40  # above and below it
_MARGIN = 330  # at each side, for the names
_LINE_HEIGHT = 17  # least distance of two names
_GAP = 20  # between body and names
_LONGEST = 60  # characters of a name

_COLORS = {"left": "#2f7fb5", "right": "#c2603a", "middle": "#4c8a4a"}
_UNMAPPED = "#b9b6b0"


def bone_picture(skeleton: Skeleton, joints: Mapping[str, int]) -> str:
    """An SVG text: bones that stand for joints of ours in colour, with "ours = theirs" beside them.

    The character's left is at the right, as it looks at us; other bones are grey.

    Args:
        joints: SMPL joint name -> index in ``skeleton``.
    """
    positions = _picture_positions(skeleton.rest.astype(np.float64), joints)
    names = {joint: name for name, joint in joints.items()}
    box = f"0 0 {_WIDTH + 2 * _MARGIN} {_HEIGHT + 2 * _EDGE}"
    shapes = [
        f'<svg xmlns="http://www.w3.org/2000/svg" font-family="sans-serif" viewBox="{box}">',
        '<rect width="100%" height="100%" fill="#fbfaf8"/>',
    ]

    for joint, parent in enumerate(skeleton.parents):
        if parent >= 0:
            shapes.append(_bone(positions[parent], positions[joint], names.get(parent)))
    for joint, name in names.items():
        x, y = positions[joint]
        shapes.append(f'<circle cx="{x:.0f}" cy="{y:.0f}" r="5" fill="{_color(name)}"/>')

    for is_left_margin in (True, False):
        shapes += _labels(skeleton, joints, positions, is_left_margin)
    return "\n".join([*shapes, "</svg>\n"])


def _picture_positions(rest: np.ndarray, joints: Mapping[str, int]) -> np.ndarray:
    """(J, 2) positions on the picture, whichever way the character faces: its hips lie across."""
    across = (rest[joints["left_hip"]] - rest[joints["right_hip"]])[:2]
    across /= max(float(np.linalg.norm(across)), 1e-9)
    flat = np.stack([rest[:, :2] @ across, rest[:, 2]], axis=1)

    low, high = flat.min(0), flat.max(0)
    width, height = np.maximum(high - low, 1e-6)
    scale = min((_WIDTH - 2 * _EDGE) / width, _HEIGHT / height)
    x = _MARGIN + _WIDTH / 2 + scale * (flat[:, 0] - (low[0] + high[0]) / 2)
    y = _EDGE + scale * (high[1] - flat[:, 1])
    return np.stack([x, y], axis=1)


def _bone(start: np.ndarray, end: np.ndarray, name: str | None) -> str:
    color, width = (_UNMAPPED, 2) if name is None else (_color(name), 5)
    ends = f'x1="{start[0]:.0f}" y1="{start[1]:.0f}" x2="{end[0]:.0f}" y2="{end[1]:.0f}"'
    return f'<line {ends} stroke="{color}" stroke-width="{width}"/>'


def _color(name: str) -> str:
    return _COLORS.get(name.partition("_")[0], _COLORS["middle"])


def _labels(
    skeleton: Skeleton, joints: Mapping[str, int], positions: np.ndarray, is_left_margin: bool
) -> list[str]:
    """Names in one margin, at the height of their joints but never over each other.

    The character's right stands in the left margin; its middle and left in the right one.
    """
    names = [n for n in SMPL_NAMES if n in joints and n.startswith("right_") == is_left_margin]
    names.sort(key=lambda name: positions[joints[name], 1])
    heights, last = {}, float(_EDGE)
    for name in names:
        heights[name] = last = max(last + _LINE_HEIGHT, float(positions[joints[name], 1]))

    # Names that were pushed out below move up together.
    surplus = max(0.0, last - (_HEIGHT + 2 * _EDGE - 10))
    edge = _MARGIN - _GAP if is_left_margin else _MARGIN + _WIDTH + _GAP
    anchor, text_x = ("end", edge - 6) if is_left_margin else ("start", edge + 6)
    shapes = []
    for name, height in heights.items():
        y, color = height - surplus, _color(name)
        joint_x, joint_y = positions[joints[name]]
        line = f"M{edge:.0f} {y - 4:.0f}L{joint_x:.0f} {joint_y:.0f}"
        shapes.append(f'<path d="{line}" stroke="{color}" stroke-opacity="0.35" fill="none"/>')

        label = html.escape(f"{name} = {skeleton.names[joints[name]]}"[:_LONGEST])
        place = f'x="{text_x:.0f}" y="{y:.0f}" font-size="13" text-anchor="{anchor}"'
        shapes.append(f'<text {place} fill="{color}">{label}</text>')
    return shapes
