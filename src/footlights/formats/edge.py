"""Writing what EDGE's test script writes for each dance: a pickle of SMPL angles, z up."""

import os
import pickle
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.motion import Motion
from ..motion.skeleton import SMPL_NAMES, SMPL_PARENTS
from .smpl import to_smpl

RATE = 30.0  # frames a second, which such files do not hold

# The last protocol that names a global by a line of text, and that Python 3.7 reads, as EDGE needs.
_PROTOCOL = 3
_NUMPY_2, _NUMPY_1 = (f"cnumpy.{core}.multiarray\n".encode() for core in ("_core", "core"))


def write(motion: Motion, path: str | os.PathLike[str]) -> list[str]:
    """Writes ``motion`` on the 24 joints as a pickle of EDGE's; contacts and meta are left out.

    ``smpl_poses`` (T, 72) axis-angles, ``smpl_trans`` (T, 3) places of the pelvis and ``full_pose``
    (T, 24, 3) joints, float32 metres with z up. Beside them ``footlights_offsets`` (24, 3), our
    bones, with which the file reads back as it was.

    Returns:
        That it was resampled to 30 frames a second, if it was.

    Raises:
        FootlightsError: another skeleton, or the file cannot be written there.
    """
    if motion.skeleton.names != SMPL_NAMES or motion.skeleton.parents != SMPL_PARENTS:
        raise FootlightsError(
            "EDGE's file holds SMPL's 24 joints, this motion has others", path, "retarget it first"
        )
    notes = []
    if motion.fps != RATE:
        notes.append(f"resampled from {motion.fps:g} to {RATE:g} frames a second, which EDGE takes")
        motion = motion.resampled(RATE)

    contents = {
        "smpl_poses": to_smpl(motion).reshape(-1, 72).astype(np.float32),
        "smpl_trans": np.array(motion.root, np.float32),
        "full_pose": np.array(motion.positions, np.float32),
        "footlights_offsets": np.array(motion.skeleton.offsets, np.float32),
    }
    with writing(Path(path)) as temporary:
        temporary.write_bytes(_pickled(contents))
    return notes


def _pickled(contents: dict[str, np.ndarray]) -> bytes:
    """A pickle that numpy 1 reads, too: its module has another name since numpy 2."""
    # Python writes a name once, before the bytes of the first array, and then refers to it.
    return pickle.dumps(contents, _PROTOCOL).replace(_NUMPY_2, _NUMPY_1, 1)
