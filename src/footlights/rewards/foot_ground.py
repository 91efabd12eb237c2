"""Do bodies stand on the floor: a reward that lets jumps be, and Skeleton2Stage's published one."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ..metrics.foot_support_published import ground_reward_s2s
from ..metrics.metric_score import Score
from ..motion.motion import Motion
from ..music import Music
from .reward import TOTAL, Reward, Worth, each

if TYPE_CHECKING:
    from ..physics.ground_reaction import GroundReaction

_NEAR = 0.05  # metres from the floor at which the reward has fallen to 1/e
_FALLING = 0.02  # body weights that a body needs on the mean of a clip in which it only falls
_S2S_FPS = 30.0  # frames a second for which the published reward was written


def foot_ground(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """How near the lowest point of the body, soles included, is to the floor z = 0, in (0, 1].

    The mean of exp(-(d / 5 cm)^2), d above or below the floor (term "proximity"), over frames
    weighted by the force that the body needs from outside (body weights, at most 1): a body that
    falls freely needs none, so a jump costs nothing and a hover all. Sliding costs too: what the
    floor gives to a part that slides faster than 0.3 to 0.8 m/s does not count (term "grip").
    Frames are the product of both, not weighted.
    """
    return each(motions, musics, _foot_ground)


def foot_ground_s2s(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """Skeleton2Stage's: mean of 1 + exp(-100 d^2), d metres from the clip's own mean lowest joint,
    at 30 frames a second; to 2.

    Hovering and sinking are worth as much as standing, a jump costs, and a statue is worth the
    most.
    """
    return each(motions, musics, _foot_ground_s2s)


def _foot_ground(motion: Motion, _: Music | None) -> Worth:
    from ..physics.humanoid import Humanoid
    from ..physics.inverse_dynamics import needed_support
    from ..physics.quantities import measure

    measurement = measure(motion, Humanoid.of())
    if measurement.dynamics is None or measurement.ground_reaction is None:
        return Worth(reason=measurement.quantities["float"].reason)
    needed = needed_support(measurement.dynamics)
    weight = np.minimum(needed, 1)
    if weight.mean() < _FALLING:
        reason = "the body falls freely all the time: there is nothing to stand on"
        return Worth(reason=reason)

    share = weight / weight.sum()
    proximity = np.exp(-((measurement.points[..., 2].min(axis=1) / _NEAR) ** 2))
    grip = _grip(measurement.ground_reaction, needed)
    return Worth(
        float((share * proximity * grip).sum()),
        {"proximity": float((share * proximity).sum()), "grip": float((share * grip).sum())},
        {TOTAL: proximity * grip, "proximity": proximity, "grip": grip},
    )


def _grip(ground: "GroundReaction", needed: np.ndarray) -> np.ndarray:
    """(T,) share of the ``needed`` body weights that parts give which do not slide."""
    lost = ground.slip_aware_residual[:, :3] - ground.residual_wrench[:, :3]
    grip: np.ndarray = np.clip(1 - np.linalg.norm(lost, axis=1) / np.maximum(needed, 1e-6), 0, 1)
    return grip


def _foot_ground_s2s(motion: Motion, _: Music | None) -> Worth:
    frames = ground_reward_s2s(motion.resampled(_S2S_FPS).positions)
    return Worth(Score.mean(frames, "", "").value, reason="the clip is empty")
