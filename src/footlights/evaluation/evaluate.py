"""Motions measured against real dance: what is to be measured, all of it measured, a table made."""

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..basics.errors import FootlightsError, Problem, exit_code_of
from ..basics.progress import Report, part
from ..metrics.measure import clip_metric
from ..metrics.protocol import Protocol, protocol_of
from ..music import Music
from .clip_listing import ListedClip, Motions, list_clips
from .clip_measurement import MeasurementRequest, measuring_code
from .measured_clip import MeasuredClip
from .measurement_cache import cache_folder, measure_clips
from .reference import SHIPPED, Reference, load_reference
from .result_table import Table
from .songs import Songs
from .training_seconds import training_seconds

CONTROLS = 40  # clips that controls are made of
# Shares of the work: real dance of a folder, the dances, and what is left for the comparison.
_REAL_SHARE, _COMPARING = 0.3, 0.95


@dataclass(frozen=True, eq=False)
class Evaluation:
    """What came of an evaluation.

    Attributes:
        table: of figures; ``table.real`` are the real dances.
        records: what was measured of each clip, in order of their names.
        clips: the clips themselves, in the same order.
        problems: what went wrong, with real dance, too.
    """

    table: Table
    records: list[MeasuredClip]
    clips: list[ListedClip]
    problems: list[Problem]

    @property
    def exit_code(self) -> int:
        """0 when every clip was measured, 1 when work failed, 2 when only files were at fault."""
        return exit_code_of(self.problems)


def evaluate(
    generated: Motions,
    real: Motions | Reference | None = None,
    music: str | os.PathLike[str] | Mapping[str, Music] | None = None,
    protocol: str | Protocol = "footlights",
    *,
    metrics: Sequence[str] = (),
    train: Motions | None = None,
    jobs: int | None = None,
    failed: Callable[[Problem], None] | None = None,
    progress: Report | None = None,
) -> Evaluation:
    """Measure dances against real dance.

    Args:
        generated: a folder of motion files of any format, motions in their order, or motions by
            name.
        real: the same of real dance; of built data the test split is taken. Or a reference or its
            file; ours when None.
        music: the folder of their songs, or songs by name; where `footlights dance` made the dances
            it is not needed. A motion was danced to the song called like it, or named in its meta.
        protocol: one of `metrics.protocol.PROTOCOLS`, or its name.
        metrics: names of metrics beside the protocol's, as `metrics.registry.metric_named` takes
            them.
        train: motions that the model learnt from, or built data (its train split): says how far the
            dances are from copies.
        jobs: worker processes; the number of CPU cores when None.
        failed: called for each clip that cannot be measured; the others are.

    Raises:
        FootlightsError: nothing to measure, nothing that could be measured, or no such protocol or
            metric.
    """
    settings = _Settings.of(protocol, metrics, train, jobs, progress)
    songs = Songs.of(Path(music) if isinstance(music, str | os.PathLike) else music)
    clips = list_clips(generated, songs)

    problems: list[Problem] = []

    def note(problem: Problem) -> None:
        problems.append(problem)
        if failed:
            failed(problem)

    # Numbers that are there already cost no time on the progress bar.
    share = _REAL_SHARE if _is_measured_now(real) else 0.0
    reference = _real_dance(real, songs, settings, note, part(progress, 0.0, share, "real dance"))
    # The table tells of the dances' problems only; the rest is told beside it.
    of_real = len(problems)
    measured = settings.measure(clips, note, part(progress, share, _COMPARING), controls=True)
    if not measured:
        place = "motions" if (folder := _path_of(generated)) is None else folder
        raise FootlightsError("not one clip could be measured", place, "see the lines above")

    if progress:
        progress(_COMPARING, "comparing with real dance")
    records = [record for _, record in measured]
    table = Table.of(records, reference, settings.protocol, problems[of_real:])
    return Evaluation(table, records, [clip for clip, _ in measured], problems)


@dataclass(frozen=True)
class _Settings:
    """What is asked of every clip, real dance's, too."""

    protocol: Protocol
    metrics: tuple[str, ...]
    train: Path | None
    jobs: int | None
    code: str

    @classmethod
    def of(
        cls,
        protocol: str | Protocol,
        metrics: Sequence[str],
        train: Motions | None,
        jobs: int | None,
        progress: Report | None,
    ) -> "_Settings":
        """Settled before any clip is read: FootlightsError for an unknown protocol or metric."""
        followed, names = protocol_of(protocol), tuple(metrics)
        for name in names:
            clip_metric(name)
        seconds = None if train is None else training_seconds(train, cache_folder(), progress)
        return cls(followed, names, seconds, jobs, measuring_code(names))

    def measure(
        self,
        clips: Sequence[ListedClip],
        failed: Callable[[Problem], None],
        progress: Report | None,
        *,
        controls: bool = False,
    ) -> list[tuple[ListedClip, MeasuredClip]]:
        """Clips and their records in the clips' order, whoever finished first.

        Controls are made of evenly chosen clips.
        """
        every = max(1, -(-len(clips) // CONTROLS))
        requests = [
            MeasurementRequest(
                clip,
                self.protocol,
                self.metrics,
                controls=controls and not number % every,
                train=self.train,
                code=self.code,
            )
            for number, clip in enumerate(clips)
        ]
        measured = measure_clips(requests, jobs=self.jobs, failed=failed, progress=progress)
        return sorted(((r.clip, clip) for r, clip in measured), key=lambda pair: pair[0].location)


def _is_measured_now(real: Motions | Reference | None) -> bool:
    if real is None or isinstance(real, Reference):
        return False
    place = _path_of(real)
    return place is None or not place.is_file()


def _path_of(motions: Motions) -> Path | None:
    """The place on disk that was given; None for motions themselves."""
    return Path(motions) if isinstance(motions, str | os.PathLike) else None


def _real_dance(
    real: Motions | Reference | None,
    songs: Songs,
    settings: _Settings,
    failed: Callable[[Problem], None],
    progress: Report | None,
) -> Reference:
    """What to measure against: ours, a file's, or motions measured now.

    Raises:
        FootlightsError: it cannot be read, or not one clip could be measured.
    """
    if isinstance(real, Reference):
        return real
    if real is None:
        return load_reference(settings.protocol, SHIPPED)
    place = _path_of(real)
    if place is not None and place.is_file():
        return load_reference(settings.protocol, place)

    measured = settings.measure(list_clips(real, songs), failed, progress)
    if not measured:
        what = "not one clip of real dance could be measured"
        raise FootlightsError(what, place or "real", "see the lines above")
    name = "real dance" if place is None else place.name
    return Reference.of(name, [record for _, record in measured])
