"""From a song to a dance that a body could really do."""

import importlib
from typing import Any

__version__ = "0.1.0"

_DOORS = {
    "Motion": "motion.motion",
    "Skeleton": "motion.skeleton",
    "SMPL24": "motion.skeleton",
    "forward_kinematics": "motion.skeleton",
    "Body": "motion.body",
    "Music": "music",
    "read": "formats",
    "write": "formats",
    "retarget": "retargeting.pose_transfer",
    "load_generator": "generators",
    "Humanoid": "physics",
    "judge": "physics",
    "FootlightsError": "basics.errors",
}

__all__ = [*_DOORS, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _DOORS:
        raise AttributeError(f"module 'footlights' has no attribute {name!r}")
    return getattr(importlib.import_module(f".{_DOORS[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
