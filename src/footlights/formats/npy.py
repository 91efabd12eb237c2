"""numpy's files of one array: joint positions, MDM's results, or a dancer of TRAM's."""

import os

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from . import joint_positions, tram
from .safe.npz_archive import load_array
from .safe.pickle_machine import arrays_of
from .safe.torch_tensors import is_boxed, load_boxed


def read(
    path: str | os.PathLike[str],
    *,
    fps: float | None = None,
    unit: float | None = None,
    up: str | None = None,
    clip: str | None = None,
) -> Motion:
    """The motion in an .npy file; what it holds as an object is read without running it.

    Args:
        path: the file.
        fps: frames a second; 20 of MDM's results, 60 of Bailando's when None.
        unit: metres per file unit, of positions; found by leg length when None.
        up: its up axis; found by where the legs point when None.
        clip: which of MDM's samples, from "1" on; the first when None.

    Raises:
        FootlightsError: no motion, damaged, asking to run something, or without a rate.
    """
    arrays = _arrays(path)
    # A track may hold joints beside its angles, which tell more.
    if joint_positions.has_positions(arrays) and "pred_rotmat" not in arrays:
        return joint_positions.motion_from_named(arrays, path, fps=fps, unit=unit, up=up, clip=clip)
    for option, value in (("unit", unit), ("clip", clip)):
        if value is not None:
            raise FootlightsError(f"TRAM's files know no {option}", path, "leave it out")
    return tram.motion_from_track(arrays, path, fps=fps, up=up)


def clip_names(path: str | os.PathLike[str]) -> list[str]:
    """Names of the samples in a file, as `read` takes them for ``clip``; errors as `read`."""
    return joint_positions.sample_names(_arrays(path))


def _arrays(path: str | os.PathLike[str]) -> dict[str, np.ndarray]:
    if is_boxed(path):
        return arrays_of(load_boxed(path))
    # MDM's samples may also be the array alone.
    values = load_array(path)
    return {"motion" if values.ndim == 4 else joint_positions.NAMES[0]: values}
