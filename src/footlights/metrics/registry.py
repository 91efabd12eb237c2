"""Every metric by its name: the function that says it, what that takes, the unit, which way is
good. See docs/metrics.md.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..geometry.rotations import matrix_from_quat, rows_from_matrix
from ..motion.motion import Motion
from .beat_alignment import bas_bailando, bas_fact, on_beat
from .distribution import (
    GEOMETRIC_FLOOR,
    KINETIC_FLOOR,
    distances,
    diversity_published,
    frechet_published,
    multimodality,
    standardised,
)
from .foot_contact import foot_contact_scores
from .foot_support import ground_frames_s2s, ground_reward_s2s, pfc_edge_frames, support
from .geometric_features import geometric_features, geometric_features_bailando
from .jitter import jitter
from .joint_ranges import joint_range_scores
from .kinetic_features import kinetic_features, kinetic_features_bailando
from .metric_score import Score
from .motion_magnitude import angular_speed, antifreezing_s2s, freezing_s2s, magnitude_s2s
from .motion_statistics import movement_scores
from .novelty import Seconds, novelty
from .repetition import phrases
from .self_penetration import self_penetration_scores

INTERSECTED = 2.0  # frames a second in which self-intersection is looked for: it costs 11 ms each


@dataclass(frozen=True)
class Metric:
    """One row.

    Attributes:
        function: "motion": (motion); "beats": (motion, beats in s); "train": (motion, `Seconds`); a
            `Score` or scores by name. "sets": (real, generated) features; "songs": (real, list of
            one array a song); both give a float or floats by name.
        takes: "motion", "beats", "train", "sets" or "songs".
        unit: of the value; "" for a share or a number of its own.
        better: "less", "more" or "real", when only the distance from real dance says something.
        key: the name under which ``function`` gives the value, when it gives several.
        features: which of ``FEATURES`` sets and songs take.
    """

    function: Callable[..., Any]
    takes: str
    unit: str
    better: str
    key: str = ""
    features: str = ""


def measure(
    motion: Motion,
    beats: np.ndarray | None = None,
    names: Iterable[str] | None = None,
    train: Seconds | None = None,
) -> dict[str, Score]:
    """Scores of one clip by name: every metric that takes a motion, or those of ``names``.

    Args:
        beats: (B,) of the music, seconds; without them what needs them is left out.
        train: seconds of the motions that a model learnt from; without them what needs them is left
            out.

    Raises:
        FootlightsError: the motion is not on the house skeleton.
        KeyError: no metric of single clips is called so.
    """
    given: dict[str, tuple[Any, ...]] = {"motion": ()}
    given |= {"beats": (beats,)} if beats is not None else {}
    given |= {"train": (train,)} if train is not None else {}
    clip = {name: METRICS[name] for name in CLIP_METRICS}
    chosen = {
        n: m
        for n, m in (clip if names is None else {n: clip[n] for n in names}).items()
        if m.takes in given
    }
    said: dict[Any, Any] = {}
    for metric in chosen.values():
        if metric.function not in said:
            said[metric.function] = metric.function(motion, *given[metric.takes])
    return {n: said[m.function][m.key] if m.key else said[m.function] for n, m in chosen.items()}


def compare(
    real: Mapping[str, np.ndarray], generated: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """All metrics of "sets" whose features are given: (M, D) real and (N, D) generated rows by the
    names of ``FEATURES``.
    """
    chosen = {
        n: m
        for n, m in METRICS.items()
        if m.takes == "sets" and m.features in real and m.features in generated
    }
    said: dict[Any, Any] = {}
    for metric in chosen.values():
        pair = (metric.function, metric.features)
        if pair not in said:
            said[pair] = metric.function(real[metric.features], generated[metric.features])
    return {
        n: said[m.function, m.features][m.key] if m.key else said[m.function, m.features]
        for n, m in chosen.items()
    }


def published_positions(
    motion: Motion, fps: float, up: str = "y", at_origin: bool = False
) -> np.ndarray:
    """(T, J, 3) metres as published code takes them: resampled by blending rotations, y or z up,
    perhaps from the origin on.
    """
    place = motion.resampled(fps).positions
    if up == "y":
        place = place[..., [0, 2, 1]] * np.array([1, 1, -1], np.float32)
    return place - place[:1, :1] if at_origin else place


def _bailando(features: Callable[[np.ndarray], np.ndarray]) -> Callable[[Motion], np.ndarray]:
    return lambda motion: features(published_positions(motion, 60.0, at_origin=True))


def _fact(features: Callable[[np.ndarray], np.ndarray]) -> Callable[[Motion], np.ndarray]:
    return lambda motion: features(published_positions(motion, 60.0))


FEATURES: dict[str, Callable[[Motion], np.ndarray]] = {
    "kinetic": lambda motion: kinetic_features(motion.positions, motion.fps),
    "geometric": lambda motion: geometric_features(motion.positions, motion.fps),
    "kinetic@bailando": _bailando(kinetic_features_bailando),
    "geometric@bailando": _bailando(geometric_features_bailando),
    "kinetic@fact": _fact(kinetic_features_bailando),
    "geometric@fact": _fact(geometric_features_bailando),
}


def _kinetic(real: np.ndarray, generated: np.ndarray) -> dict[str, float]:
    return distances(real, generated, KINETIC_FLOOR)


def _geometric(real: np.ndarray, generated: np.ndarray) -> dict[str, float]:
    return distances(real, generated, GEOMETRIC_FLOOR)


def _within_songs(floor: float) -> Callable[[np.ndarray, Sequence[np.ndarray]], float]:
    return lambda real, songs: multimodality(
        [standardised(dances, real, floor) for dances in songs]
    )


def _score(value: float, unit: str, reason: str) -> Score:
    return Score(value, unit) if np.isfinite(value) else Score.none(unit, reason)


def _bas_bailando(motion: Motion, beats: np.ndarray) -> Score:
    value = bas_bailando(published_positions(motion, 60.0), np.round(60 * np.asarray(beats)))
    return _score(value, "", "no beat of the music, or none of the dance")


def _bas_fact(motion: Motion, beats: np.ndarray) -> Score:
    return _score(
        bas_fact(published_positions(motion, 60.0), np.round(60 * np.asarray(beats))),
        "",
        "no beat of the music",
    )


def _pfc(motion: Motion) -> Score:
    return Score.mean(
        10_000 * pfc_edge_frames(published_positions(motion, 30.0, "z")),
        "",
        "the body is still or the clip too short",
    )


def _energy(motion: Motion) -> Score:
    return _score(
        antifreezing_s2s(published_positions(motion, 30.0, "z")),
        "",
        "the clip has fewer than three frames",
    )


def _ground(motion: Motion) -> dict[str, Score]:
    place = published_positions(motion, 30.0, "z")
    reward = Score.mean(ground_reward_s2s(place), "", "the clip is empty")
    _, below, above = ground_frames_s2s(place)
    return {
        "penetration": Score.mean(1000 * below, "mm", "the clip is empty"),
        "float": Score.mean(1000 * above, "mm", "the clip is empty"),
        "reward": reward,
    }  # fmt: skip


def _sixes(motion: Motion) -> dict[str, Score]:
    motion = motion.resampled(30.0)
    sixes = rows_from_matrix(matrix_from_quat(motion.rotations.astype(np.float64)))
    values = {"magnitude": magnitude_s2s(sixes), "freezing": freezing_s2s(motion.root, sixes)}
    return {name: _score(value, "", "the clip has one frame") for name, value in values.items()}


def _self_penetration(motion: Motion) -> dict[str, Score]:
    every = max(1, round(motion.fps / INTERSECTED))
    return self_penetration_scores(motion[::every])


METRICS: dict[str, Metric] = {
    # feet and floor
    "skating": Metric(foot_contact_scores, "motion", "cm/s", "less", "skating"),
    "slip": Metric(foot_contact_scores, "motion", "cm/s", "less", "slip"),
    "penetration": Metric(foot_contact_scores, "motion", "cm", "less", "penetration"),
    "float": Metric(foot_contact_scores, "motion", "cm", "real", "float"),
    "unsupported_force": Metric(support, "motion", "body weights", "less", "unsupported_force"),
    "foot_ground_deviation": Metric(support, "motion", "cm", "less", "foot_ground_deviation"),
    "pfc@edge": Metric(_pfc, "motion", "", "less"),
    "penetration@skeleton2stage": Metric(_ground, "motion", "mm", "less", "penetration"),
    "float@skeleton2stage": Metric(_ground, "motion", "mm", "less", "float"),
    "ground_reward@skeleton2stage": Metric(_ground, "motion", "", "more", "reward"),
    # the body
    "range_excess": Metric(joint_range_scores, "motion", "deg", "less", "excess"),
    "range_violation_rate": Metric(joint_range_scores, "motion", "", "less", "violation_rate"),
    "self_penetration_rate": Metric(_self_penetration, "motion", "", "less", "rate"),
    "self_penetration_depth": Metric(_self_penetration, "motion", "cm", "less", "depth"),
    "intersecting_pairs": Metric(_self_penetration, "motion", "pairs", "less", "new_pairs"),
    "intersecting_pairs@skeleton2stage": Metric(
        _self_penetration, "motion", "pairs", "less", "all_pairs"
    ),
    # movement
    "jitter": Metric(jitter, "motion", "mm", "less"),
    "speed": Metric(movement_scores, "motion", "m/s", "real", "speed"),
    "acceleration": Metric(movement_scores, "motion", "m/s2", "real", "acceleration"),
    "jerk": Metric(movement_scores, "motion", "m/s3", "real", "jerk"),
    "frozen": Metric(movement_scores, "motion", "", "real", "frozen"),
    "travel": Metric(movement_scores, "motion", "m/s", "real", "travel"),
    "angular_speed": Metric(angular_speed, "motion", "rad/s", "real"),
    "laterality": Metric(phrases, "motion", "", "real", "laterality"),
    "drift": Metric(phrases, "motion", "m/min", "real", "drift"),
    "repetition": Metric(phrases, "motion", "", "real", "repetition"),
    "variety": Metric(phrases, "motion", "cm", "real", "variety"),
    "novelty": Metric(novelty, "train", "cm", "real"),
    "magnitude@skeleton2stage": Metric(_sixes, "motion", "", "more", "magnitude"),
    "freezing@skeleton2stage": Metric(_sixes, "motion", "", "more", "freezing"),
    "energy_reward@skeleton2stage": Metric(_energy, "motion", "", "more"),
    # music
    "beat_precision": Metric(on_beat, "beats", "", "more", "precision"),
    "beat_recall": Metric(on_beat, "beats", "", "more", "recall"),
    "beat_f1": Metric(on_beat, "beats", "", "more", "f1"),
    "beat_above_chance": Metric(on_beat, "beats", "", "more", "above_chance"),
    "beat_z": Metric(on_beat, "beats", "", "more", "z"),
    "bas@bailando": Metric(_bas_bailando, "beats", "", "more"),
    "bas@fact": Metric(_bas_fact, "beats", "", "more"),
    # a set of dances against real dance
    "fid_k": Metric(_kinetic, "sets", "", "less", "fid", "kinetic"),
    "fid_g": Metric(_geometric, "sets", "", "less", "fid", "geometric"),
    "kernel_k": Metric(_kinetic, "sets", "", "less", "kernel", "kinetic"),
    "kernel_g": Metric(_geometric, "sets", "", "less", "kernel", "geometric"),
    "diversity_k": Metric(_kinetic, "sets", "", "real", "diversity", "kinetic"),
    "diversity_g": Metric(_geometric, "sets", "", "real", "diversity", "geometric"),
    "precision_k": Metric(_kinetic, "sets", "", "more", "precision", "kinetic"),
    "precision_g": Metric(_geometric, "sets", "", "more", "precision", "geometric"),
    "recall_k": Metric(_kinetic, "sets", "", "more", "recall", "kinetic"),
    "recall_g": Metric(_geometric, "sets", "", "more", "recall", "geometric"),
    "density_k": Metric(_kinetic, "sets", "", "more", "density", "kinetic"),
    "density_g": Metric(_geometric, "sets", "", "more", "density", "geometric"),
    "coverage_k": Metric(_kinetic, "sets", "", "more", "coverage", "kinetic"),
    "coverage_g": Metric(_geometric, "sets", "", "more", "coverage", "geometric"),
    "fid_k@bailando": Metric(frechet_published, "sets", "", "less", features="kinetic@bailando"),
    "fid_g@bailando": Metric(frechet_published, "sets", "", "less", features="geometric@bailando"),
    "diversity_k@bailando": Metric(
        diversity_published, "sets", "", "more", features="kinetic@bailando"
    ),
    "diversity_g@bailando": Metric(
        diversity_published, "sets", "", "more", features="geometric@bailando"
    ),
    "fid_k@fact": Metric(frechet_published, "sets", "", "less", features="kinetic@fact"),
    "fid_g@fact": Metric(frechet_published, "sets", "", "less", features="geometric@fact"),
    "diversity_k@fact": Metric(diversity_published, "sets", "", "more", features="kinetic@fact"),
    "diversity_g@fact": Metric(diversity_published, "sets", "", "more", features="geometric@fact"),
    # several dances for one song
    "multimodality_k": Metric(
        _within_songs(KINETIC_FLOOR), "songs", "", "real", features="kinetic"
    ),
    "multimodality_g": Metric(
        _within_songs(GEOMETRIC_FLOOR), "songs", "", "real", features="geometric"
    ),
}
CLIP_METRICS = tuple(
    name for name, metric in METRICS.items() if metric.takes in ("motion", "beats", "train")
)
