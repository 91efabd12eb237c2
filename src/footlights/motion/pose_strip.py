"""A motion at a glance: a few of its poses as stick figures in one row, as svg text."""

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from .motion import Motion

_HEIGHT, _MARGIN = 150, 8  # pixels
_LEFT, _RIGHT, _MIDDLE = "#3b82f6", "#ef4444", "#6b7280"  # legible on light and dark pages


def pose_strip(motion: "Motion", count: int = 9) -> str:
    """``count`` poses of a motion from its start to its end, from the dancer's front, as svg.

    The left side is blue, the right one red; the line is the floor. It names its size and rate, and
    nothing that a file said, so it is inert wherever it is shown.
    """
    frames = np.unique(np.linspace(0, len(motion) - 1, count).round().astype(int))
    positions = motion.positions[frames].astype(np.float64)
    across, height = positions @ _across(positions, motion), positions[..., 2]
    across = across - across[:, :1]

    # One scale for all poses, so that a crouch looks low and a jump high.
    low = min(0.0, float(height.min()))
    scale = (_HEIGHT - 2 * _MARGIN) / max(float(height.max()) - low, 1e-6)
    reach = max(scale * float(np.abs(across).max(initial=0.0)), 10.0)
    step = 1.5 * reach  # arms of neighbours may cross: poses stay close enough to compare
    width = step * (len(frames) - 1) + 2 * reach + 2 * _MARGIN
    floor = _HEIGHT - _MARGIN + low * scale

    lines = []
    for slot in range(len(frames)):
        x = _MARGIN + reach + step * slot + scale * across[slot]
        y = floor - scale * height[slot]
        for joint, parent in enumerate(motion.skeleton.parents):
            if parent >= 0:
                ends = f'x1="{x[parent]:.1f}" y1="{y[parent]:.1f}" x2="{x[joint]:.1f}" '
                colour = _colour(motion.skeleton.names[joint])
                lines.append(f'<line {ends}y2="{y[joint]:.1f}" stroke="{colour}"/>')

    title = f"{motion.seconds:.1f} s, {len(motion)} frames at {motion.fps:g} a second"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{_HEIGHT}" '
        f'viewBox="0 0 {width:.0f} {_HEIGHT}" role="img"><title>{title}</title>'
        f'<line x1="0" x2="{width:.0f}" y1="{floor:.1f}" y2="{floor:.1f}" stroke="{_MIDDLE}"/>'
        f'<g stroke-width="3" stroke-linecap="round">{"".join(lines)}</g></svg>'
    )


def _across(positions: np.ndarray, motion: "Motion") -> np.ndarray:
    """(3,) the level line that poses are drawn along.

    It runs from the dancer's right hip to the left one on average, so that poses are seen from the
    front; along x where a skeleton has no such hips.
    """
    names = motion.skeleton.names
    if not {"left_hip", "right_hip"} <= set(names):
        return np.array([1.0, 0.0, 0.0])
    hips = positions[:, names.index("left_hip")] - positions[:, names.index("right_hip")]
    line = hips.mean(axis=0) * np.array([1.0, 1.0, 0.0])
    length = float(np.linalg.norm(line))
    return line / length if length > 1e-6 else np.array([1.0, 0.0, 0.0])


def _colour(name: str) -> str:
    return _LEFT if "left" in name.lower() else _RIGHT if "right" in name.lower() else _MIDDLE
