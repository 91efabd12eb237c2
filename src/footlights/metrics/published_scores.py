"""Published formulas asked of a `Motion`: resampled, turned and set down as their code takes it."""

import numpy as np

from ..geometry.rotations import matrix_from_quat, rows_from_matrix
from ..motion.motion import Motion
from .beat_alignment_published import bas_bailando, bas_fact
from .foot_support_published import ground_frames_s2s, ground_reward_s2s, pfc_edge_frames
from .geometric_features import geometric_features_bailando
from .kinetic_features import kinetic_features_bailando
from .metric_score import Score
from .motion_magnitude import antifreezing_s2s, freezing_s2s, magnitude_s2s

_BEAT_RATE = 60.0  # frames a second of Bailando and FACT
_STAGE_RATE = 30.0  # of EDGE and Skeleton2Stage


def published_positions(
    motion: Motion, fps: float, up: str = "y", at_origin: bool = False
) -> np.ndarray:
    """(T, J, 3) metres as published code takes them, resampled by blending rotations.

    Args:
        up: "y" or "z".
        at_origin: whether positions are counted from the first pelvis.
    """
    positions = motion.resampled(fps).positions
    if up == "y":
        positions = positions[..., [0, 2, 1]] * np.array([1, 1, -1], np.float32)
    return positions - positions[:1, :1] if at_origin else positions


def kinetic_bailando(motion: Motion) -> np.ndarray:
    return kinetic_features_bailando(published_positions(motion, _BEAT_RATE, at_origin=True))


def geometric_bailando(motion: Motion) -> np.ndarray:
    return geometric_features_bailando(published_positions(motion, _BEAT_RATE, at_origin=True))


def kinetic_fact(motion: Motion) -> np.ndarray:
    return kinetic_features_bailando(published_positions(motion, _BEAT_RATE))


def geometric_fact(motion: Motion) -> np.ndarray:
    return geometric_features_bailando(published_positions(motion, _BEAT_RATE))


def beat_alignment_bailando(motion: Motion, beats: np.ndarray) -> Score:
    positions = published_positions(motion, _BEAT_RATE)
    value = bas_bailando(positions, np.round(_BEAT_RATE * np.asarray(beats)))
    return Score.of(value, "", "no beat of the music, or none of the dance")


def beat_alignment_fact(motion: Motion, beats: np.ndarray) -> Score:
    positions = published_positions(motion, _BEAT_RATE)
    value = bas_fact(positions, np.round(_BEAT_RATE * np.asarray(beats)))
    return Score.of(value, "", "no beat of the music")


def foot_contact_edge(motion: Motion) -> Score:
    frames = 10_000 * pfc_edge_frames(published_positions(motion, _STAGE_RATE, "z"))
    return Score.mean(frames, "", "the body is still or the clip too short")


def ground_scores_s2s(motion: Motion) -> dict[str, Score]:
    """Scores "penetration" and "float" (mm), and "reward"."""
    positions = published_positions(motion, _STAGE_RATE, "z")
    _, below, above = ground_frames_s2s(positions)
    return {
        "penetration": Score.mean(1000 * below, "mm", "the clip is empty"),
        "float": Score.mean(1000 * above, "mm", "the clip is empty"),
        "reward": Score.mean(ground_reward_s2s(positions), "", "the clip is empty"),
    }


def magnitude_scores_s2s(motion: Motion) -> dict[str, Score]:
    """Scores "magnitude" and "freezing"."""
    motion = motion.resampled(_STAGE_RATE)
    rotations_6d = rows_from_matrix(matrix_from_quat(motion.rotations.astype(np.float64)))
    one_frame = "the clip has one frame"
    return {
        "magnitude": Score.of(magnitude_s2s(rotations_6d), "", one_frame),
        "freezing": Score.of(freezing_s2s(motion.root, rotations_6d), "", one_frame),
    }


def energy_reward_s2s(motion: Motion) -> Score:
    value = antifreezing_s2s(published_positions(motion, _STAGE_RATE, "z"))
    return Score.of(value, "", "the clip has fewer than three frames")
