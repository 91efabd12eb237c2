"""What makes two training runs the same run: a checkpoint goes on only where nothing differs."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from itertools import zip_longest
from typing import Any

import numpy as np

_SHOWN = 12  # characters of a digest that a person is shown


@dataclass(frozen=True)
class Identity:
    """What a run learns and from what.

    Attributes:
        family: which family of models, as `footlights train` names it.
        config: the whole config as TOML.
        data: digest of the clips, training and validation; "" where a task has none.
        statistics: digest of what the data are standardised with; "" where they are not.
        licences: licences of the training data, in order.
    """

    family: str
    config: str
    data: str = ""
    statistics: str = ""
    licences: tuple[str, ...] = ()

    @classmethod
    def of_plain(cls, values: Mapping[str, Any]) -> "Identity":
        """The identity that `plain` made."""
        return cls(**{**values, "licences": tuple(values["licences"])})

    def plain(self) -> dict[str, Any]:
        """The same as JSON-ready values."""
        return {**asdict(self), "licences": list(self.licences)}

    def differences(self, before: "Identity") -> list[str]:
        """What differs from ``before``, each as "another PART (then, now)"."""
        words = []
        if self.family != before.family:
            words.append(f"another family ({before.family}, now {self.family})")
        if self.config != before.config:
            words.append(f"another config ({_lines(before.config, self.config)})")
        for part in ("data", "statistics"):
            old, new = getattr(before, part), getattr(self, part)
            if old != new:
                words.append(
                    f"other {part} ({old[:_SHOWN] or 'none'}, now {new[:_SHOWN] or 'none'})"
                )
        if self.licences != before.licences:
            old, new = (", ".join(run.licences) or "none" for run in (before, self))
            words.append(f"other licences ({old}; now {new})")
        return words


def array_digest(*arrays: np.ndarray) -> str:
    """64 hex digits that name the values, types and shapes of ``arrays``."""
    content = hashlib.sha256()
    for array in arrays:
        content.update(repr((array.dtype.str, array.shape)).encode())
        content.update(np.ascontiguousarray(array).tobytes())
    return content.hexdigest()


def _lines(before: str, now: str) -> str:
    """The first line of a config that differs, before and now."""
    for old, new in zip_longest(before.splitlines(), now.splitlines(), fillvalue="nothing"):
        if old != new:
            return f"{old or 'nothing'}, now {new or 'nothing'}"
    return "line ends"
