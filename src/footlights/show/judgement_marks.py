"""What a judgement draws on a dancer: wrong parts in red, ground forces, the centre of mass."""

import numpy as np

from ..motion.motion import Motion
from ..physics import Judgement
from ..physics.findings import Finding
from ..physics.humanoid import Humanoid
from .marks import Marks

# Ranges of motion are judged limb by limb; these joints move the segments of each.
_LIMBS = {"arm": ("shoulder", "elbow"), "leg": ("hip", "knee"), "toes": ("foot",)}
_SOLE = 0.08  # metres from an ankle down to where its force is drawn


def judgement_marks(motion: Motion, judgement: Judgement) -> Marks:
    """The marks of a clip of T frames on the house skeleton, its floor at z = 0."""
    wrong = np.zeros((len(motion), len(motion.skeleton)), bool)
    for finding in judgement.findings:
        first, last = round(finding.start * motion.fps), round(finding.end * motion.fps)
        wrong[first : max(last, first + 1), _joints(finding, motion)] = True

    if judgement.ground_reaction is None or judgement.centre_of_mass is None:
        no_forces = np.zeros((len(motion), 0, 3))
        return Marks(wrong, no_forces, no_forces, motion.root.astype(np.float64))

    forces = judgement.ground_reaction.forces  # (T, J, 3) newtons
    loaded = np.flatnonzero((forces[..., 2] > 0).any(axis=0))
    starts = motion.positions[:, loaded].astype(np.float64)
    starts[..., 2] = np.maximum(0, starts[..., 2] - _SOLE)
    # The judgement speaks of the clip as it was read; here the floor is z = 0.
    centre = judgement.centre_of_mass - np.array([0, 0, judgement.floor])
    return Marks(wrong, starts, forces[:, loaded] / Humanoid.of().weight, centre)


def _joints(finding: Finding, motion: Motion) -> list[int]:
    """Indices of the joints that a finding names; all when it means the whole body."""
    names, parts = motion.skeleton.names, set(finding.joints)
    for limb, joints in _LIMBS.items():
        for side in ("left", "right"):
            if f"{side}_{limb}" in parts:
                parts |= {f"{side}_{joint}" for joint in joints}
    if "spine" in parts:
        parts |= {"spine1", "spine2", "spine3"}
    return [names.index(part) for part in parts if part in names] or list(range(len(names)))
