"""How possible a motion is: the physical judgement, and PhyMotion's published score."""

from collections.abc import Sequence

from ..motion.motion import Motion
from ..music import Music
from .reward import TOTAL, Reward, Worth, each


def physics(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """`footlights.physics.judge`, floor at z = 0: the geometric mean of its eleven sub-scores, in
    (0, 1]; they are the terms, and the frames.

    Standing still is physically perfect: combine it with a reward for moving.
    """
    return each(motions, musics, _physics)


def phymotion(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """PhyMotion's published score (arXiv 2605.14269), bugs kept, on our humanoid; in [0, 1]."""
    return each(motions, musics, _phymotion)


def _physics(motion: Motion, _: Music | None) -> Worth:
    from ..physics import judge

    judgement = judge(motion)
    return Worth(
        judgement.physics_score,
        {"activity": judgement.activity, **judgement.sub_scores},
        {TOTAL: judgement.frame_scores, **judgement.frames},
        judgement.reason,
    )


def _phymotion(motion: Motion, _: Music | None) -> Worth:
    from ..physics.published import phymotion_score

    return Worth(phymotion_score(motion), reason="fewer than two frames")
