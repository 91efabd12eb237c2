"""One clip measured: at its protocol's rate, by every metric, with controls made of it beside."""

import hashlib
import math
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..metrics.metric_score import Score
from ..metrics.novelty import TrainingSeconds
from ..metrics.protocol import Protocol
from ..metrics.registry import METRICS, metric_named
from ..motion.contacts import mark_contacts
from ..motion.motion import Motion
from . import controls
from .clip_listing import ListedClip
from .code_digest import code_digest
from .measured_clip import MeasuredClip, Numbers
from .protocol_metrics import features_of, metrics_of, scores_of

CELL = 0.25  # seconds of a strip's cell
OTHER_MUSIC = "shuffled music"


@dataclass(frozen=True, eq=False)
class MeasurementRequest:
    """What a worker is asked.

    Attributes:
        clip: to measure.
        protocol: how.
        metrics: names that are asked beside the protocol's.
        controls: whether controls are made of the clip, too.
        train: a file of training seconds that the dance is looked for in, or None.
        code: digest of the code that measures, from `measuring_code`.
    """

    clip: ListedClip
    protocol: Protocol
    metrics: tuple[str, ...] = ()
    controls: bool = False
    train: Path | None = None
    code: str = ""

    @property
    def path(self) -> str:
        """How errors name it."""
        return self.clip.location

    @property
    def key(self) -> str:
        """The hash that a kept result is found by: of the clip's content and all that is asked.

        Raises:
            FootlightsError: the file cannot be read.
        """
        # The file of training seconds is called after its content.
        train = None if self.train is None else self.train.name
        settings = (self.code, self.clip.beats, self.protocol, self.metrics, self.controls, train)
        digest = hashlib.sha256(repr(settings).encode())
        digest.update(self.clip.content_digest())
        return digest.hexdigest()[:32]


def measuring_code(metrics: tuple[str, ...] = ()) -> str:
    """A digest of the code that measures: results of other code are not reused.

    Args:
        metrics: names of metrics beside ours, whose packages count, too.
    """
    others = (name for name in metrics if name not in METRICS)
    modules = {str(metric_named(name).function.__module__) for name in others}
    return code_digest(__name__, *sorted(modules))


def measure_clip(request: MeasurementRequest) -> MeasuredClip:
    """Everything that is asked of one clip.

    Raises:
        FootlightsError: the clip cannot be read, does not fit the house body, or is shorter than
            half a second.
    """
    source = request.clip.load()
    motion = at_protocol_rate(source, request.protocol)
    beats = np.asarray(request.clip.beats, np.float64)
    beats = beats[(beats >= 0) & (beats < motion.seconds)]
    metric_set = _MetricSet.of(request)

    scores = metric_set.scores(motion, beats)
    strips = {
        name: _strip(score.frames, motion.seconds)
        for name, score in scores.items()
        if len(score.frames)
    }
    return MeasuredClip(
        name=request.clip.name,
        seconds=round(source.seconds, 4),
        fps=source.fps,
        notes=_notes(source),
        numbers=Numbers(_values(scores), metric_set.features(motion)),
        reasons={n: s.reason for n, s in scores.items() if not math.isfinite(s.value)},
        strips=strips,
        controls=_controls(motion, beats, metric_set) if request.controls else {},
    )


def answers(request: MeasurementRequest, clip: MeasuredClip) -> bool:
    """Whether a record holds what is asked of the clip, and of each control made of it."""
    metrics = set(metrics_of(request.protocol, request.metrics))
    spoilt = {*controls.CONTROLS, OTHER_MUSIC} if request.controls else set()
    records = (clip.numbers, *clip.controls.values())
    return clip.controls.keys() == spoilt and all(r.values.keys() == metrics for r in records)


@dataclass(frozen=True, eq=False)
class _MetricSet:
    """What is asked of a clip and again of each control made of it."""

    protocol: Protocol
    metrics: tuple[str, ...]
    train: TrainingSeconds | None

    @classmethod
    def of(cls, request: MeasurementRequest) -> "_MetricSet":
        train = None if request.train is None else TrainingSeconds.read(request.train)
        return cls(request.protocol, metrics_of(request.protocol, request.metrics), train)

    def scores(self, motion: Motion, beats: np.ndarray) -> dict[str, Score]:
        return scores_of(motion, beats, self.metrics, self.train, self.protocol)

    def features(self, motion: Motion) -> np.ndarray:
        rows = features_of(motion, self.protocol)
        rows = rows[np.isfinite(rows).all(axis=1)]
        # Nine digits first: so version 0.1 kept them, and hashes of real dance hang on every bit.
        digits = [[float(f"{value:.9g}") for value in row] for row in rows.tolist()]
        return np.array(digits, np.float32).reshape(rows.shape)


def _controls(motion: Motion, beats: np.ndarray, metric_set: _MetricSet) -> dict[str, Numbers]:
    numbers = {}
    for name, spoil in controls.CONTROLS.items():
        spoilt = spoil(motion)
        numbers[name] = Numbers(
            _values(metric_set.scores(spoilt, beats)), metric_set.features(spoilt)
        )
    # Other music changes nothing in how a body moves, so that its features are no others.
    other_beats = controls.other_beats(beats, motion.seconds)
    numbers[OTHER_MUSIC] = Numbers(_values(metric_set.scores(motion, other_beats)))
    return numbers


def at_protocol_rate(motion: Motion, protocol: Protocol) -> Motion:
    """The part that a protocol looks at, at its rate.

    Contacts are marked where feet are measured on soles and nobody marked them.
    """
    motion = motion.resampled(protocol.fps)
    if not protocol.hop:
        motion = motion[: round(protocol.seconds * protocol.fps)]
    if protocol.ground == "soles" and motion.contacts is None:
        motion = motion.replace(contacts=mark_contacts(motion))
    return motion


def _notes(motion: Motion) -> tuple[str, ...]:
    """What a person should know about a clip before believing its numbers."""
    moved = np.abs(np.diff(motion.root, axis=0)).max(axis=1)
    moved = moved + np.abs(np.diff(motion.rotations, axis=0)).max(axis=(1, 2))
    still = moved < 1e-7
    if still.all():
        return ("does not move",)

    odd, even = still[::2].mean(), still[1::2].mean() if len(still) > 1 else 0.0
    if len(still) > 8 and max(odd, even) > 0.9 and min(odd, even) < 0.5:
        rates = f"{motion.fps / 2:g} frames a second written as {motion.fps:g}"
        return (f"every second frame is a copy: {rates}",)
    return ()


def _values(scores: dict[str, Score]) -> dict[str, float]:
    return {
        name: float(s.value) if math.isfinite(s.value) else math.nan for name, s in scores.items()
    }


def _strip(frames: np.ndarray, seconds: float) -> np.ndarray:
    """The highest of values (N, ...) spread evenly over the clip, in each quarter of a second."""
    frames = np.fmax.reduce(frames.reshape(len(frames), -1), axis=1)
    cells = max(1, math.ceil(seconds / CELL))
    at = (np.arange(len(frames)) + 0.5) / len(frames) * seconds / CELL
    cell = np.minimum(at, cells - 1).astype(int)

    worst = np.full(cells, -np.inf)
    known = np.isfinite(frames)
    np.maximum.at(worst, cell[known], frames[known])
    return np.array([float(f"{v:.4g}") if np.isfinite(v) else np.nan for v in worst])
