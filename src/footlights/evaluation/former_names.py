"""Names of metrics that version 0.1 wrote into tables and references; they are still read."""

from collections.abc import Mapping
from typing import TypeVar

Value = TypeVar("Value")

RENAMED = {
    "unearned": "unsupported_force",
    "grounding": "foot_ground_deviation",
    "below@skeleton2stage": "penetration@skeleton2stage",
    "above@skeleton2stage": "float@skeleton2stage",
    "range_beyond": "range_violation_rate",
    "through": "self_penetration_rate",
    "through_depth": "self_penetration_depth",
    "crossing": "intersecting_pairs",
    "crossing@skeleton2stage": "intersecting_pairs@skeleton2stage",
    "tremor": "jitter",
    "turning": "angular_speed",
    "one_sided": "laterality",
}
_FORMER = {new: old for old, new in RENAMED.items()}


def current_name(name: str) -> str:
    """Today's name of a metric that may bear its former one."""
    return RENAMED.get(name, name)


def former_name(name: str) -> str:
    """The name that version 0.1 gave a metric."""
    return _FORMER.get(name, name)


def with_current_names(row: Mapping[str, Value]) -> dict[str, Value]:
    """The same values under today's names, in the same order."""
    return {current_name(name): value for name, value in row.items()}
