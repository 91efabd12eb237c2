"""What a protocol asks of a clip: its metrics of single clips, and features of windows."""

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ..metrics.geometric_features import geometric_features, geometric_features_bailando
from ..metrics.kinetic_features import kinetic_features, kinetic_features_bailando
from ..metrics.measure import measure
from ..metrics.metric_score import Score
from ..metrics.novelty import TrainingSeconds
from ..metrics.protocol import Protocol
from ..metrics.registry import CLIP_METRICS, metric_named
from ..motion.motion import Motion

KINETIC = 72  # the first features of a row; the rest are geometric
FEATURES = KINETIC + 32
_MISSING_INPUT = {
    "beats": "no beats of its song are known",
    "train": "no training motions were given (--train)",
}
# Asked under every protocol: what a score won by standing still looks like.
_GUARDS = ("frozen", "speed")
# Published numbers that take their units from the clip, so that its length decides them.
_OF_WINDOWS = {"pfc@edge"}
_PUBLISHED = {
    "bailando": ("@bailando",),
    "aist": ("@fact",),
    "edge": ("@edge",),
    "skeleton2stage": ("@skeleton2stage", "pfc@edge", "bas@bailando"),
}
_BETTER = {
    "less": "less is better",
    "more": "more is better",
    "real": "real dance is the mark",
}


def metrics_of(protocol: Protocol, others: Sequence[str] = ()) -> tuple[str, ...]:
    """Names of the metrics of single clips that a protocol asks for, then ``others``."""
    if protocol.features == "corrected":
        names = [name for name in CLIP_METRICS if "@" not in name]
    else:
        # A protocol of one's own has the published beat score that it names.
        scored = (f"@{protocol.beats}",) if protocol.beats else ()
        endings = _PUBLISHED.get(protocol.name, scored)
        names = [name for name in CLIP_METRICS if name in _GUARDS or name.endswith(endings)]
    return tuple(dict.fromkeys([*names, *others]))


def label_of(name: str) -> str:
    """The metric for people: its unit, and which way is better."""
    metric = metric_named(name)
    better = _BETTER[metric.better]
    return f"{metric.unit}; {better}" if metric.unit else better


def scores_of(
    motion: Motion,
    beats: np.ndarray,
    names: Sequence[str],
    train: TrainingSeconds | None = None,
    protocol: Protocol | None = None,
) -> dict[str, Score]:
    """The metrics of these names, for a motion at its protocol's rate; all have a score.

    Args:
        beats: (B,) seconds from its start; empty when none are known.
        protocol: whose windows `_OF_WINDOWS` are measured in; whole clips when None.
    """
    known = measure(motion, beats if len(beats) else None, names, train)
    if protocol is not None and protocol.features == "published" and protocol.hop:
        known |= {n: _over_windows(known[n], motion, n, protocol) for n in _OF_WINDOWS & set(names)}
    return {name: known[name] if name in known else _missing(name) for name in names}


def _over_windows(whole: Score, motion: Motion, name: str, protocol: Protocol) -> Score:
    """The mean over whole windows, frames as in the whole clip; a shorter clip is one window."""
    starts, size = _windows(len(motion), protocol)
    scores = [measure(motion[at : at + size], names=[name])[name].value for at in starts]
    known = [score for score in scores if math.isfinite(score)]
    return replace(whole, value=float(np.mean(known))) if known else whole


def _windows(frames: int, protocol: Protocol) -> tuple[range, int]:
    """Where the whole windows of a clip begin, and how many frames they have."""
    size, hop = round(protocol.seconds * protocol.fps), round(protocol.hop * protocol.fps)
    last = frames - size
    return range(0, last + 1, hop) if hop else range(0, min(last + 1, 1)), size


def _missing(name: str) -> Score:
    metric = metric_named(name)
    return Score.none(metric.unit, _MISSING_INPUT[metric.takes])


def features_of(motion: Motion, protocol: Protocol) -> np.ndarray:
    """(W, 104) kinetic and geometric features of each whole window.

    W is 0 for a clip shorter than one.
    """
    starts, size = _windows(len(motion), protocol)
    windows = (motion.positions[start : start + size].astype(np.float64) for start in starts)
    rows = [_row(positions, protocol) for positions in windows]
    return np.stack(rows) if rows else np.zeros((0, FEATURES))


def _row(positions: np.ndarray, protocol: Protocol) -> np.ndarray:
    if protocol.features == "corrected":
        kinetic = kinetic_features(positions, protocol.fps)
        return np.concatenate([kinetic, geometric_features(positions, protocol.fps)])

    y_up = positions[..., [0, 2, 1]] * np.array([1.0, 1.0, -1.0])
    y_up = y_up - y_up[:1, :1] if protocol.rooted else y_up
    return np.concatenate([kinetic_features_bailando(y_up), geometric_features_bailando(y_up)])
