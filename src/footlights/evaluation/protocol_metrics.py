"""What is asked of a clip under a protocol: the metrics of single clips that belong to it, and
features of windows.
"""

import numpy as np

from ..metrics.geometric_features import geometric_features, geometric_features_bailando
from ..metrics.kinetic_features import kinetic_features, kinetic_features_bailando
from ..metrics.measure import measure
from ..metrics.metric_score import Score
from ..metrics.novelty import TrainingSeconds
from ..metrics.protocol import Protocol
from ..metrics.registry import CLIP_METRICS, METRICS
from ..motion.motion import Motion

_UNTOLD = {
    "beats": "no beats of its song are known",
    "train": "no training motions were given (--train)",
}
KINETIC = 72  # the first features of a row; the rest are geometric
_GUARDS = (
    "frozen",
    "speed",
)  # asked under every protocol: what a score won by standing still looks like
_PUBLISHED = {
    "bailando": ("@bailando",), "aist": ("@fact",), "edge": ("@edge",),
    "skeleton2stage": ("@skeleton2stage", "pfc@edge", "bas@bailando"),
}  # fmt: skip


def measures_of(protocol: Protocol) -> tuple[str, ...]:
    """Names of the metrics of single clips that a protocol asks for."""
    if protocol.features == "corrected":
        return tuple(name for name in CLIP_METRICS if "@" not in name)
    return tuple(
        name for name in CLIP_METRICS if name in _GUARDS or name.endswith(_PUBLISHED[protocol.name])
    )


def label_of(name: str) -> str:
    """The metric for people: its unit, and which way is better."""
    metric = METRICS[name]
    better = {"less": "less is better", "more": "more is better", "real": "real dance is the mark"}[
        metric.better
    ]
    return f"{metric.unit}; {better}" if metric.unit else better


def scores_of(
    motion: Motion, beats: np.ndarray, protocol: Protocol, train: TrainingSeconds | None = None
) -> dict[str, Score]:
    """Every measure of the protocol by name, for a motion at its rate; ``beats`` (B,) seconds from
    its start.
    """
    names = measures_of(protocol)
    known = measure(motion, beats if len(beats) else None, names, train)
    return {
        name: known[name]
        if name in known
        else Score.none(METRICS[name].unit, _UNTOLD[METRICS[name].takes])
        for name in names
    }


def features_of(motion: Motion, protocol: Protocol) -> np.ndarray:
    """(W, 104) kinetic and geometric features of each whole window; W is 0 for a clip shorter than
    one.
    """
    size, hop = round(protocol.seconds * protocol.fps), round(protocol.hop * protocol.fps)
    last = len(motion) - size
    starts = range(0, last + 1, hop) if hop else range(0, min(last + 1, 1))
    rows = [_row(motion.positions[s : s + size].astype(np.float64), protocol) for s in starts]
    return np.stack(rows) if rows else np.zeros((0, KINETIC + 32))


def _row(place: np.ndarray, protocol: Protocol) -> np.ndarray:
    if protocol.features == "corrected":
        return np.concatenate(
            [kinetic_features(place, protocol.fps), geometric_features(place, protocol.fps)]
        )
    upright = place[..., [0, 2, 1]] * np.array([1.0, 1.0, -1.0])
    upright = upright - upright[:1, :1] if protocol.rooted else upright
    return np.concatenate(
        [kinetic_features_bailando(upright), geometric_features_bailando(upright)]
    )
