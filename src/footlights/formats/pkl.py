"""Pickles of motion: AIST++ and EDGE, tracks of 4D-Humans, or SMPL and SMPL-X parameters."""

import os

from ..motion.motion import Motion
from . import aist, joint_positions, phalp, smplx
from .edge import write
from .safe.pickle_machine import arrays_of, load_dict
from .smpl_arrays import has_smpl_arrays

__all__ = ["read", "write"]


def read(
    path: str | os.PathLike[str], *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in a pickle, read without running it.

    Args:
        path: the file.
        fps: frames a second; those of the file, or of AIST++ and EDGE, when None.
        up: "y" or "z"; found by the file's kind and by where the legs point when None.

    Raises:
        FootlightsError: no pickle of a motion, damaged, asking to run something, or without a rate.
    """
    contents = load_dict(path)
    # An empty dict goes there, too, whose error names the arrays that are missing.
    if not contents or aist.KEYS & set(contents):
        return aist.motion_from_dict(contents, path, fps=fps, up=up)
    if phalp.is_phalp(contents):
        return phalp.motion_from_dict(contents, path, fps=fps, up=up)
    if joint_positions.has_positions(contents) and not has_smpl_arrays(contents):
        return joint_positions.motion_from_named(arrays_of(contents), path, fps=fps, up=up)
    return smplx.motion_from_dict(contents, path, fps=fps, up=up)
