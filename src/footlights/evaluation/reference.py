"""Reference: real dance as numbers, to measure against without having its motions."""

import hashlib
import json
import os
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..metrics.meanings import MEANINGS
from ..metrics.protocol import PROTOCOLS, Protocol
from ..metrics.registry import METRICS
from .former_names import current_name, former_name
from .measured_clip import MeasuredClip
from .protocol_metrics import FEATURES

SHIPPED = Path(__file__).parents[1] / "assets" / "reference.npz"
FORMAT = "footlights-reference-1"
_LARGEST = 1 << 28  # bytes of an array; a header that says more is refused before memory is taken
_PARTS = ("features", "clips", "values", "measures", "limits")
_LIMIT = 95  # of 100 quarters of a second


@dataclass(frozen=True, eq=False)
class Reference:
    """Real dance under one protocol.

    Attributes:
        name: what it is called in tables.
        features: (W, 104) rows of windows.
        clips: (W,) which clip each row is of.
        values: metric -> (C,) one number a clip, NaN where it has none.
        limits: metric -> number that 95 of 100 quarters of a second of real dance stay below.
        card: facts: name, sources, licence, seconds, note; "own_beats" where beats were read from
            the dances' own hits, so that what is said of beats is at most that good.
    """

    name: str
    features: np.ndarray
    clips: np.ndarray
    values: dict[str, np.ndarray]
    limits: dict[str, float]
    card: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(
        cls, name: str, clips: Sequence[MeasuredClip], card: dict[str, Any] | None = None
    ) -> "Reference":
        """What measured clips of real dance say."""
        rows = [np.asarray(clip.numbers.features, np.float32) for clip in clips]
        metrics = list(clips[0].numbers.values) if clips else []
        values = {
            metric: np.array([clip.numbers.values[metric] for clip in clips], np.float32)
            for metric in metrics
        }
        features = np.concatenate(rows) if rows else np.zeros((0, FEATURES), np.float32)
        clip_of_row = np.repeat(np.arange(len(rows)), [len(r) for r in rows]).astype(np.int32)
        return cls(name, features, clip_of_row, values, _limits(clips, metrics), card or {})

    @cached_property
    def digest(self) -> str:
        """Twelve hex digits of the numbers themselves."""
        digest = hashlib.sha256()
        # In the order of former names: a metric renamed leaves tables comparable with older ones.
        names = sorted(self.values, key=former_name)
        for part in (self.features, self.clips, *(self.values[name] for name in names)):
            digest.update(np.ascontiguousarray(part, np.float64).tobytes())
        return digest.hexdigest()[:12]

    def typical(self, metric: str) -> float:
        """The mean of a metric over clips of real dance; NaN where none has it."""
        values = self.values.get(metric, np.zeros(0))
        known = values[np.isfinite(values)]
        return float(known.mean()) if len(known) else float("nan")

    def explained(self, metric: str) -> str:
        """What a metric of single clips says, for people, and what real dance measures."""
        meaning, typical = MEANINGS[metric], self.typical(metric)
        if not np.isfinite(typical):
            return meaning.sentence
        at_most = "at most " if metric.startswith("beat_") and self.card.get("own_beats") else ""
        number = meaning.number(typical, METRICS[metric].unit)
        return f"{meaning.sentence}. Recorded dance: {at_most}{number}"


def _limits(clips: Sequence[MeasuredClip], metrics: list[str]) -> dict[str, float]:
    limits = {}
    for metric in metrics:
        strips = [clip.strips[metric] for clip in clips if metric in clip.strips]
        cells = np.concatenate(strips) if strips else np.zeros(0)
        known = cells[np.isfinite(cells)]
        if len(known):
            limits[metric] = float(np.float32(np.percentile(known, _LIMIT)))
    return limits


def save(
    references: dict[str, Reference], path: str | os.PathLike[str], card: dict[str, Any]
) -> None:
    """Write real dance under several protocols, by name, as one npz.

    Its bytes depend on the numbers only.
    """
    arrays: dict[str, np.ndarray] = {
        "format": np.array(FORMAT),
        "card": np.array(json.dumps(card, sort_keys=True)),
    }
    for name, one in references.items():
        arrays |= _arrays_of(name, one)

    with (
        writing(path) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, array in arrays.items():
            # A fixed date: the same numbers give the same bytes.
            with archive.open(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def _arrays_of(name: str, one: Reference) -> dict[str, np.ndarray]:
    metrics = sorted(one.values)
    values = np.array([one.values[metric] for metric in metrics], np.float32)
    limits = np.array([one.limits.get(metric, np.nan) for metric in metrics], np.float32)
    return {
        f"{name}.features": one.features,
        f"{name}.clips": one.clips,
        f"{name}.values": values.reshape(len(metrics), -1),
        f"{name}.measures": np.array(metrics or [""]),
        f"{name}.limits": limits,
    }


def load_reference(protocol: Protocol, path: str | os.PathLike[str] = SHIPPED) -> Reference:
    """Real dance under ``protocol`` from a file.

    Raises:
        FootlightsError: not such a file, damaged, or made for other protocols.
    """
    path = Path(path)
    arrays = _read_arrays(path)
    try:
        if str(arrays["format"]) != FORMAT:
            raise KeyError("format")
        card = json.loads(str(arrays["card"]))
        if f"{protocol.name}.features" not in arrays:
            names_known = ", ".join(name for name in PROTOCOLS if f"{name}.features" in arrays)
            what = f"knows nothing of the protocol {protocol.name}"
            raise FootlightsError(what, path, f"it knows {names_known}")
        reference = _reference(arrays, protocol.name, card)
    except (KeyError, ValueError, TypeError) as error:
        do = "give another, or a folder"
        raise FootlightsError("is no reference of real dance, or damaged", path, do) from error

    whole = reference.features.shape == (len(reference.clips), FEATURES)
    if not whole or not np.isfinite(reference.features).all():
        raise FootlightsError("is damaged: its features are not whole", path, "get a whole copy")
    return reference


# What zipfile and numpy raise of damaged, encrypted and lying archives.
_DAMAGE = (OSError, ValueError, zipfile.BadZipFile, EOFError, KeyError, RuntimeError, MemoryError)


def _reference(arrays: dict[str, np.ndarray], protocol: str, card: dict[str, Any]) -> Reference:
    features, clips, values, metrics, limits = (arrays[f"{protocol}.{part}"] for part in _PARTS)
    names = [current_name(str(metric)) for metric in metrics if str(metric)]
    known = {n: float(limit) for n, limit in zip(names, limits, strict=True) if np.isfinite(limit)}
    return Reference(
        card["name"], features, clips, dict(zip(names, values, strict=True)), known, card
    )


def _read_arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LARGEST:
                raise FootlightsError("is larger than any reference", path, "give another")
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except _DAMAGE as error:
        do = "give a folder of real dance or a reference.npz"
        raise FootlightsError("cannot be read as a reference", path, do) from error
