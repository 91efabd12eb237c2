"""Do bodies stand on the floor: a reward that lets jumps be, and Skeleton2Stage's published one."""

from collections.abc import Sequence

import numpy as np

from ..metrics.foot_support import ground_reward_s2s
from ..metrics.metric_score import Score
from ..motion.motion import Motion
from ..music import Music
from .reward import Reward, each

_NEAR = 0.05  # metres from the floor at which the reward has fallen to 1/e
_FALLING = 0.02  # body weights that a body needs on the mean of a clip in which it only falls


def foot_ground(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """How near the lowest point of the body, soles included, is to the floor z = 0, in (0, 1].

    The mean of exp(-(d / 5 cm)^2), d above or below the floor, over frames weighted by the force
    that the body needs from outside (body weights, at most 1): a body that falls freely needs none,
    so a jump costs nothing and a hover all. Sliding costs too: what the floor gives to a part that
    slides faster than 0.3 to 0.8 m/s does not count (term "held").
    """
    from ..physics.humanoid import Humanoid
    from ..physics.inverse_dynamics import needed_support
    from ..physics.quantities import measure

    def one(motion: Motion, _: Music | None) -> tuple[dict[str, float], str]:
        found = measure(motion, Humanoid.of())
        if found.dynamics is None or found.ground_reaction is None:
            return {}, found.quantities["float"].reason
        needed = needed_support(found.dynamics)
        weight = np.minimum(needed, 1)
        near = np.exp(-((found.points[..., 2].min(axis=1) / _NEAR) ** 2))
        ground = found.ground_reaction
        lost = np.linalg.norm(
            ground.slip_aware_residual[:, :3] - ground.residual_wrench[:, :3], axis=1
        )
        held = np.clip(1 - lost / np.maximum(needed, 1e-6), 0, 1)
        if weight.mean() < _FALLING:
            return {}, "the body falls freely all the time: there is nothing to stand on"
        share = weight / weight.sum()
        terms = {"near": float((share * near).sum()), "held": float((share * held).sum())}
        return {"foot_ground": float((share * near * held).sum())} | terms, ""

    return each(motions, musics, one, "foot_ground")


def foot_ground_s2s(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """Skeleton2Stage's: mean of 1 + exp(-100 d^2), d metres from the clip's own mean lowest joint,
    at 30 frames a second; to 2.

    Hovering and sinking are worth as much as standing, a jump costs, and a statue is worth the
    most.
    """

    def one(motion: Motion, _: Music | None) -> tuple[dict[str, float], str]:
        frames = ground_reward_s2s(motion.resampled(30.0).positions)
        return {"foot_ground_s2s": Score.mean(frames, "", "").value}, "the clip is empty"

    return each(motions, musics, one, "foot_ground_s2s")
