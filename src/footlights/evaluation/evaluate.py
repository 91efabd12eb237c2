"""The one call: list, measure, compare."""

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ..basics.errors import FootlightsError, Problem, exit_code_of
from ..basics.progress import Report, part
from ..metrics.protocol import Protocol, protocol_of
from .clip_listing import Listed, listed
from .clip_measurement import Order
from .measurement_cache import Record, cache_folder, measured
from .reference import SHIPPED, Reference, load_reference
from .result_table import Table, tabled
from .training_seconds import training_seconds

CONTROLS = 40  # clips that controls are made of


@dataclass(frozen=True, eq=False)
class Evaluation:
    """The table, the record of every clip in order of name, their files, the real dances, and what
    went wrong.
    """

    table: Table
    records: list[Record]
    paths: list[Path]
    real: Reference
    problems: list[Problem]

    @property
    def exit_code(self) -> int:
        """0 when every clip was measured, 1 when work failed, 2 when only files were at fault."""
        return exit_code_of(self.problems)


def evaluate(
    generated: str | os.PathLike[str],
    real: str | os.PathLike[str] | None = None,
    music: str | os.PathLike[str] | None = None,
    protocol: str = "footlights",
    *,
    train: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    failed: Callable[[Problem], None] | None = None,
    progress: Report | None = None,
) -> Evaluation:
    """Measure a folder of dances against real dance.

    Args:
        generated: motion files of any format.
        real: a folder of real dance, built data (its test split is taken), or a reference file;
            ours when None.
        music: the folder of their songs; where `footlights dance` made them it is not needed.
        protocol: name of a `metrics.protocol.PROTOCOLS`.
        train: motions that the model learnt from, or built data (its train split): says how far the
            dances are from copies.
        jobs: worker processes; the number of CPU cores when None.
        failed: called for each file that cannot be measured; the others are.

    Raises:
        FootlightsError: nothing to measure, nothing that could be measured, or no such protocol.
    """
    asked = protocol_of(protocol)
    problems: list[Problem] = []

    def note(problem: Problem) -> None:
        problems.append(problem)
        if failed:
            failed(problem)

    place = None if music is None else Path(music)
    clips = list(listed(Path(generated), place))
    known = None if train is None else training_seconds(Path(train), cache_folder(), progress)
    split = 0.0 if real is None or Path(real).is_file() else 0.3
    against = real_dance(
        real, asked, place, jobs, note, part(progress, 0.0, split, "real dance"), known
    )
    pairs = _all(clips, asked, jobs, note, part(progress, split, 0.95), known, controls=True)
    if not pairs:
        raise FootlightsError("not one clip could be measured", generated, "see the lines above")
    if progress:
        progress(0.95, "comparing with real dance")
    records = [record for _, record in pairs]
    of_clips = {str(clip.path) for clip in clips}
    table = tabled(records, against, asked, [p for p in problems if p.item in of_clips])
    return Evaluation(table, records, [order.path for order, _ in pairs], against, problems)


def real_dance(
    real: str | os.PathLike[str] | None,
    protocol: Protocol,
    music: Path | None = None,
    jobs: int | None = None,
    failed: Callable[[Problem], None] | None = None,
    progress: Report | None = None,
    train: Path | None = None,
) -> Reference:
    """What to measure against: ours, a file's, or a folder measured now.

    Raises:
        FootlightsError: it cannot be read, or not one clip of the folder could be measured.
    """
    if real is None or Path(real).is_file():
        return load_reference(protocol, SHIPPED if real is None else real)
    clips = list(listed(Path(real), music))
    pairs = _all(clips, protocol, jobs, failed, progress, train)
    if not pairs:
        raise FootlightsError(
            "not one clip of real dance could be measured", real, "see the lines above"
        )
    return Reference.of(Path(real).name, [record for _, record in pairs])


def _all(
    clips: Sequence[Listed],
    protocol: Protocol,
    jobs: int | None,
    failed: Callable[[Problem], None] | None,
    progress: Report | None,
    train: Path | None = None,
    *,
    controls: bool = False,
) -> list[tuple[Order, Record]]:
    """Orders and records in order of file name, whoever finished first; controls are made of
    evenly chosen clips.
    """
    every = max(1, -(-len(clips) // CONTROLS))
    orders = [
        Order(c.path, c.beats, protocol, controls and not i % every, train)
        for i, c in enumerate(clips)
    ]
    found = measured(orders, len(orders), jobs=jobs, failed=failed, progress=progress)
    return sorted(
        ((order, _packed(record)) for order, record in found), key=lambda pair: str(pair[0].path)
    )


def _packed(record: Record) -> Record:
    """The record with its long lists as arrays, NaN where there is none: a thousand clips fit into
    tens of megabytes.
    """
    features = {v: np.array(rows, np.float32) for v, rows in record["features"].items()}
    strips = {m: np.array(cells, np.float32) for m, cells in record["strips"].items()}
    return {**record, "features": features, "strips": strips}
