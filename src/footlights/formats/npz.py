"""npz files of motion: the house's own, AMASS's, and others of SMPL's kind."""

import os
from pathlib import Path

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from . import amass, house_npz, joint_positions, smplx
from .safe.npz_archive import SafeNpz
from .smpl_arrays import has_smpl_arrays


def read(
    path: str | os.PathLike[str], *, fps: float | None = None, up: str | None = None
) -> Motion:
    """The motion in an npz file, told apart by the names of its arrays.

    Args:
        path: the file.
        fps: frames a second, for files that are not ours; the file's when None.
        up: "y" or "z", for files that are not ours; found by where the legs point when None.

    Raises:
        FootlightsError: no known kind, damaged, or written by another version of footlights.
    """
    with SafeNpz(path) as file:
        if "format" in file:
            if fps is not None or up is not None:
                raise FootlightsError(
                    "a footlights motion has its own rate and axes",
                    path,
                    "leave out fps and up",
                )
            return house_npz.motion_from_npz(file)
        if has_smpl_arrays(file.names) and not amass.is_amass(file.names):
            return smplx.motion_from_npz(file, fps=fps, up=up)
        # One array of AMASS's is enough: its reader names the ones that are missing.
        if amass.KEYS & set(file.names):
            return amass.motion_from_npz(file, fps=fps, up=up)
        if joint_positions.has_positions(file.names):
            known = [name for name in file.names if joint_positions.has_positions([name])]
            arrays = {name: file.array(name) for name in known}
            return joint_positions.motion_from_named(arrays, path, fps=fps, up=up)

        names = ", ".join(file.names[:12]) or "nothing"
        raise FootlightsError(
            f"holds {names}: neither a motion nor joint positions",
            path,
            "give a motion file",
        )


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes ``motion`` as a house file, or in AMASS's way where ``path`` ends so.

    A name in .amass.npz gives SMPL-H's arrays, one in .smplx.npz SMPL-X's.

    Raises:
        FootlightsError: ``motion`` does not fit the format, or the file cannot be written there.
    """
    is_amass = Path(path).name.lower().endswith((".amass.npz", ".smplx.npz"))
    (amass if is_amass else house_npz).write(motion, path)
