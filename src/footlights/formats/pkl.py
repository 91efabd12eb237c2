"""Pickles of motion, told apart by the names inside: AIST++ and EDGE, tracks of 4D-Humans, or SMPL
and SMPL-X parameters.
"""

import os

from ..motion.motion import Motion
from . import aist, phalp, smplx
from .safe.pickle_machine import load_dict

_AIST = {"smpl_poses", "smpl_trans", "smpl_scaling"}


def read(
    path: str | os.PathLike[str], *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in a pickle, read without running it.

    Args:
        fps: frames a second; those of the file, or of AIST++ and EDGE, when None.
        up: "y" or "z"; found by the file's kind and by where the legs point when None.

    Raises:
        FootlightsError: no pickle of a motion, damaged, asking to run something, or without a rate.
    """
    held = load_dict(path)
    if not held or _AIST & set(held):
        return aist.from_dict(held, path, fps=fps, up=up)
    kind = phalp if phalp.fits(held) else smplx
    return kind.from_dict(held, path, fps=fps, up=up)
