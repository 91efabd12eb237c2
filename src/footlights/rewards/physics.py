"""How possible a motion is: the physical judgement, and PhyMotion's published score."""

from collections.abc import Sequence

from ..motion.motion import Motion
from ..music import Music
from .reward import Reward, each


def physics(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """`footlights.physics.judge`, floor at z = 0: the geometric mean of its eleven sub-scores, in
    (0, 1]; they are the terms.

    Standing still is physically perfect: combine it with a reward for moving.
    """
    from ..physics import judge

    def one(motion: Motion, _: Music | None) -> tuple[dict[str, float], str]:
        found = judge(motion)
        return {
            "physics": found.physics_score,
            "activity": found.activity,
        } | found.sub_scores, found.reason

    return each(motions, musics, one, "physics")


def phymotion(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """PhyMotion's published score (arXiv 2605.14269), bugs kept, on our humanoid; in [0, 1]."""
    from ..physics.published import phymotion_score

    def one(motion: Motion, _: Music | None) -> tuple[dict[str, float], str]:
        return {"phymotion": phymotion_score(motion)}, "fewer than two frames"

    return each(motions, musics, one, "phymotion")
