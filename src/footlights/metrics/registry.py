"""Every metric by its name: its function, what that takes, its unit, and which way is better.

docs/metrics.md says what each means and what fools it. Other packages offer metrics of their own,
see `metric_named`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..basics import plugins
from ..basics.errors import FootlightsError
from ..basics.suggestions import advice
from ..motion.motion import Motion
from . import published_scores as published
from .beat_alignment import on_beat
from .distribution import (
    GEOMETRIC_FLOOR,
    KINETIC_FLOOR,
    distances,
    multimodality,
    standardised,
)
from .distribution_published import diversity_published, frechet_published
from .foot_contact import foot_contact_scores
from .foot_support import foot_support_scores
from .geometric_features import geometric_features
from .jitter import jitter
from .join_jerk import join_jerk
from .joint_ranges import joint_range_scores
from .kinetic_features import kinetic_features
from .metric_score import Score
from .motion_magnitude import angular_speed
from .motion_statistics import drift, laterality, movement_scores
from .novelty import novelty
from .repetition import repetition_scores

GROUP = "footlights.metrics"
# Frames a second in which self-penetration is looked for: it costs 11 ms each.
_PENETRATION_RATE = 2.0


@dataclass(frozen=True)
class Metric:
    """How a metric is computed and read.

    Attributes:
        function: what it is called with, ``takes`` says. "motion": (motion); "beats": (motion,
            beats in seconds); "beats or none": (motion, beats or None); "train": (motion,
            `TrainingSeconds`): each gives a `Score`, or scores by name. "sets": (real, generated)
            features; "songs": (real, list of one array a song): both give a float, or floats by
            name.
        takes: one of these.
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


def metric_named(name: str) -> Metric:
    """The metric of that name: of the house, of another package, or of any module.

    Another package offers one by an entry point of the group "footlights.metrics", any module by
    "package.module:name". It is a function of a `Motion` and the beats of its song in seconds (or
    None) that gives a `Score` or a number, or a `Metric` with a function like that.

    Raises:
        FootlightsError: there is none of that name, it cannot be loaded, or it is no metric.
    """
    if name in METRICS:
        return METRICS[name]
    offered = plugins.find(GROUP, name)
    if offered is None:
        names = metric_names()
        do = advice(name, names, f"take one of {', '.join(names)}")
        raise FootlightsError(f"no metric called {name!r}", "metrics", do)
    if isinstance(offered, Metric):
        return offered
    if not callable(offered):
        do = "give a function (motion, beats) that returns a number"
        raise FootlightsError(f"{name} is no metric", "metrics", do)
    return Metric(offered, "beats or none", "", "real")


def metric_names() -> tuple[str, ...]:
    """Metrics of single clips: the house's, then what other installed packages offer."""
    return (*CLIP_METRICS, *plugins.offered(GROUP))


FEATURES: dict[str, Callable[[Motion], np.ndarray]] = {
    "kinetic": lambda motion: kinetic_features(motion.positions, motion.fps),
    "geometric": lambda motion: geometric_features(motion.positions, motion.fps),
    "kinetic@bailando": published.kinetic_bailando,
    "geometric@bailando": published.geometric_bailando,
    "kinetic@fact": published.kinetic_fact,
    "geometric@fact": published.geometric_fact,
}


def _kinetic(real: np.ndarray, generated: np.ndarray) -> dict[str, float]:
    return distances(real, generated, KINETIC_FLOOR)


def _geometric(real: np.ndarray, generated: np.ndarray) -> dict[str, float]:
    return distances(real, generated, GEOMETRIC_FLOOR)


def _within_songs(floor: float) -> Callable[[np.ndarray, Sequence[np.ndarray]], float]:
    return lambda real, songs: multimodality([standardised(song, real, floor) for song in songs])


def _self_penetration(motion: Motion) -> dict[str, Score]:
    # Needs compiled loops; whoever asks for no crossing triangles shall not wait for them.
    from .self_penetration import self_penetration_scores

    every = max(1, round(motion.fps / _PENETRATION_RATE))
    return self_penetration_scores(motion[::every])


METRICS: dict[str, Metric] = {
    # feet and floor
    "skating": Metric(foot_contact_scores, "motion", "cm/s", "less", "skating"),
    "slip": Metric(foot_contact_scores, "motion", "cm/s", "less", "slip"),
    "penetration": Metric(foot_contact_scores, "motion", "cm", "less", "penetration"),
    "float": Metric(foot_contact_scores, "motion", "cm", "real", "float"),
    "unsupported_force": Metric(
        foot_support_scores, "motion", "body weights", "less", "unsupported_force"
    ),
    "foot_ground_deviation": Metric(
        foot_support_scores, "motion", "cm", "less", "foot_ground_deviation"
    ),
    "pfc@edge": Metric(published.foot_contact_edge, "motion", "", "less"),
    "penetration@skeleton2stage": Metric(
        published.ground_scores_s2s, "motion", "mm", "less", "penetration"
    ),
    "float@skeleton2stage": Metric(published.ground_scores_s2s, "motion", "mm", "less", "float"),
    "ground_reward@skeleton2stage": Metric(
        published.ground_scores_s2s, "motion", "", "more", "reward"
    ),
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
    "laterality": Metric(laterality, "motion", "", "real"),
    "drift": Metric(drift, "motion", "m/min", "real"),
    "repetition": Metric(repetition_scores, "motion", "", "real", "repetition"),
    "variety": Metric(repetition_scores, "motion", "cm", "real", "variety"),
    "join_jerk": Metric(join_jerk, "motion", "", "less"),
    "novelty": Metric(novelty, "train", "cm", "real"),
    "magnitude@skeleton2stage": Metric(
        published.magnitude_scores_s2s, "motion", "", "more", "magnitude"
    ),
    "freezing@skeleton2stage": Metric(
        published.magnitude_scores_s2s, "motion", "", "more", "freezing"
    ),
    "energy_reward@skeleton2stage": Metric(published.energy_reward_s2s, "motion", "", "more"),
    # music
    "beat_precision": Metric(on_beat, "beats", "", "more", "precision"),
    "beat_recall": Metric(on_beat, "beats", "", "more", "recall"),
    "beat_f1": Metric(on_beat, "beats", "", "more", "f1"),
    "beat_above_chance": Metric(on_beat, "beats", "", "more", "above_chance"),
    "beat_z": Metric(on_beat, "beats", "", "more", "z"),
    "beat_lag": Metric(on_beat, "beats", "ms", "real", "lag"),
    "beat_concentration": Metric(on_beat, "beats", "", "more", "concentration"),
    "bas@bailando": Metric(published.beat_alignment_bailando, "beats", "", "more"),
    "bas@fact": Metric(published.beat_alignment_fact, "beats", "", "more"),
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
    **{
        f"{name}_{features[0]}@{source}": Metric(
            function, "sets", "", better, features=f"{features}@{source}"
        )
        for source in ("bailando", "fact")
        for name, function, better in (
            ("fid", frechet_published, "less"),
            ("diversity", diversity_published, "more"),
        )
        for features in ("kinetic", "geometric")
    },
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
