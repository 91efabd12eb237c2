"""Motions measured by name: every metric of one clip, and of a set of clips against real dance."""

import functools
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from .metric_score import Score
from .novelty import TrainingSeconds
from .registry import CLIP_METRICS, METRICS, Metric, metric_named


def measure(
    motion: Motion,
    beats: np.ndarray | None = None,
    names: Iterable[str] | None = None,
    train: TrainingSeconds | None = None,
) -> dict[str, Score]:
    """Scores of one clip by name: every metric of the house, or those of ``names``.

    Args:
        beats: (B,) of the music, seconds; without them what needs them is left out.
        names: as `metric_named` takes them.
        train: seconds of the motions that a model learnt from; without them what needs them is left
            out.

    Raises:
        FootlightsError: the motion is not on the house skeleton, no metric of single clips is
            called so, or another package's metric gives something else than a number.
    """
    inputs: dict[str, tuple[Any, ...]] = {"motion": (), "beats or none": (beats,)}
    inputs |= {"beats": (beats,)} if beats is not None else {}
    inputs |= {"train": (train,)} if train is not None else {}
    metrics = {name: clip_metric(name) for name in (CLIP_METRICS if names is None else names)}

    # One function often gives several metrics: it is asked once.
    @functools.cache
    def result_of(function: Callable[..., Any], takes: str) -> Any:
        try:
            return function(motion, *inputs[takes])
        except Exception as error:
            if takes != "beats or none":
                raise
            # Another package's: its fault costs its own number, not those of the house.
            return Score.none("", f"failed with {type(error).__name__}: {error}")

    return {
        name: _score(name, metric, result_of(metric.function, metric.takes))
        for name, metric in metrics.items()
        if metric.takes in inputs
    }


def clip_metric(name: str) -> Metric:
    """The metric of that name, which is one of single clips.

    Raises:
        FootlightsError: there is none.
    """
    metric = metric_named(name)
    if metric.takes in ("sets", "songs"):
        do = "take one of single clips; the table has those of sets anyway"
        raise FootlightsError(f"{name} is no metric of a single clip", "metrics", do)
    return metric


def _score(name: str, metric: Metric, result: Any) -> Score:
    """The score in what a metric's function gave; another package's may give a mere number."""
    if metric.key:
        result = result[metric.key]
    if isinstance(result, Score):
        return result
    try:
        value = float(result)
    except (TypeError, ValueError) as error:
        what = f"{name} gave {type(result).__name__}, no number"
        raise FootlightsError(what, "metrics", "let it return a number or a Score") from error
    return Score.of(value, metric.unit, f"{name} gave no finite number")


def compare(
    real: Mapping[str, np.ndarray], generated: Mapping[str, np.ndarray]
) -> dict[str, float]:
    """All metrics of sets of clips whose features are given.

    Args:
        real, generated: (M, D) and (N, D) rows by the names of `registry.FEATURES`.
    """
    metrics = {
        name: metric
        for name, metric in METRICS.items()
        if metric.takes == "sets" and metric.features in real and metric.features in generated
    }

    @functools.cache
    def result_of(function: Callable[..., Any], features: str) -> Any:
        return function(real[features], generated[features])

    results = {name: result_of(m.function, m.features) for name, m in metrics.items()}
    return {
        n: result[metrics[n].key] if metrics[n].key else result for n, result in results.items()
    }
