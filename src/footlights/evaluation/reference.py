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
from ..metrics.protocol import PROTOCOLS, Protocol
from .former_names import current_name, former_name
from .measurement_cache import Record
from .protocol_metrics import KINETIC

SHIPPED = Path(__file__).parents[1] / "assets" / "reference.npz"
FORMAT = "footlights-reference-1"
_LARGEST = 1 << 28  # bytes of an array; a header that says more is refused before memory is taken
_PARTS = ("features", "clips", "values", "measures", "limits")


@dataclass(frozen=True, eq=False)
class Reference:
    """Real dance under one protocol.

    Attributes:
        name: what it is called in tables.
        features: (W, 104) rows of windows.
        clips: (W,) which clip each row is of.
        values: measure -> (C,) one number a clip, NaN where it has none.
        limits: measure -> number that 95 of 100 quarters of a second of real dance stay below.
        card: facts: sources, licence, seconds.
    """

    name: str
    features: np.ndarray
    clips: np.ndarray
    values: dict[str, np.ndarray]
    limits: dict[str, float]
    card: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def digest(self) -> str:
        """Twelve hex digits of the numbers themselves."""
        known = hashlib.sha256()
        # In the order of former names: a metric renamed leaves tables comparable with older ones.
        names = sorted(self.values, key=former_name)
        for part in (self.features, self.clips, *(self.values[name] for name in names)):
            known.update(np.ascontiguousarray(part, np.float64).tobytes())
        return known.hexdigest()[:12]

    @classmethod
    def of(
        cls, name: str, records: Sequence[Record], card: dict[str, Any] | None = None
    ) -> "Reference":
        """What the records of real clips say."""
        rows = [
            np.array(r["features"]["made"], np.float32).reshape(-1, KINETIC + 32) for r in records
        ]
        measures = list(records[0]["values"]["made"]) if records else []
        values = {
            m: np.array([r["values"]["made"][m] for r in records], np.float32) for m in measures
        }
        clips = np.repeat(np.arange(len(rows)), [len(r) for r in rows]).astype(np.int32)
        features = np.concatenate(rows) if rows else np.zeros((0, KINETIC + 32), np.float32)
        return cls(name, features, clips, values, _limits(records, measures), card or {})


def _limits(records: Sequence[Record], measures: list[str]) -> dict[str, float]:
    found = {}
    for measure in measures:
        cells = [
            c
            for r in records
            for c in r["strips"].get(measure, ())
            if c is not None and np.isfinite(c)
        ]
        if cells:
            found[measure] = float(np.float32(np.percentile(cells, 95)))
    return found


def save(
    references: dict[str, Reference], path: str | os.PathLike[str], card: dict[str, Any]
) -> None:
    """Write real dance under several protocols, by name, as one npz whose bytes depend on the
    numbers only.
    """
    arrays: dict[str, np.ndarray] = {
        "format": np.array(FORMAT),
        "card": np.array(json.dumps(card, sort_keys=True)),
    }
    for name, one in references.items():
        measures = sorted(one.values)
        arrays[f"{name}.features"], arrays[f"{name}.clips"] = one.features, one.clips
        arrays[f"{name}.values"] = np.array([one.values[m] for m in measures], np.float32).reshape(
            len(measures), -1
        )
        arrays[f"{name}.measures"] = np.array(measures or [""])
        arrays[f"{name}.limits"] = np.array(
            [one.limits.get(m, np.nan) for m in measures], np.float32
        )
    with (
        writing(path) as temporary,
        zipfile.ZipFile(temporary, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name, array in arrays.items():
            # A fixed date: the same numbers give the same bytes.
            with archive.open(zipfile.ZipInfo(f"{name}.npy", (1980, 1, 1, 0, 0, 0)), "w") as member:
                np.lib.format.write_array(member, array, allow_pickle=False)


def load_reference(protocol: Protocol, path: str | os.PathLike[str] = SHIPPED) -> Reference:
    """Real dance under ``protocol`` from a file.

    Raises:
        FootlightsError: not such a file, damaged, or made for other protocols.
    """
    path = Path(path)
    arrays = _arrays(path)
    try:
        if str(arrays["format"]) != FORMAT:
            raise KeyError("format")
        card = json.loads(str(arrays["card"]))
        if f"{protocol.name}.features" not in arrays:
            names_known = ", ".join(name for name in PROTOCOLS if f"{name}.features" in arrays)
            raise FootlightsError(
                f"knows nothing of the protocol {protocol.name}", path, f"it knows {names_known}"
            )
        features, clips, values, measures, limits = (
            arrays[f"{protocol.name}.{part}"] for part in _PARTS
        )
        names = [current_name(str(m)) for m in measures if str(m)]
        known = {m: float(v) for m, v in zip(names, limits, strict=True) if np.isfinite(v)}
        reference = Reference(
            card["name"], features, clips, dict(zip(names, values, strict=True)), known, card
        )
        fits = features.shape == (len(clips), KINETIC + 32) and np.isfinite(features).all()
    except (KeyError, ValueError, TypeError) as error:
        raise FootlightsError(
            "is no reference of real dance, or damaged", path, "give another, or a folder"
        ) from error
    if not fits:
        raise FootlightsError("is damaged: its features are not whole", path, "get a whole copy")
    return reference


# What zipfile and numpy raise of damaged, encrypted and lying archives.
_DAMAGE = (OSError, ValueError, zipfile.BadZipFile, EOFError, KeyError, RuntimeError, MemoryError)


def _arrays(path: Path) -> dict[str, np.ndarray]:
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(info.file_size for info in archive.infolist()) > _LARGEST:
                raise FootlightsError("is larger than any reference", path, "give another")
        with np.load(path, allow_pickle=False) as file:
            return {name: file[name] for name in file.files}
    except _DAMAGE as error:
        do = "give a folder of real dance or a reference.npz"
        raise FootlightsError("cannot be read as a reference", path, do) from error
