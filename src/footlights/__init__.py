"""From a song to a dance that a body could really do."""

import importlib
import os
from typing import TYPE_CHECKING

__version__ = "0.1.0"

# From 1.29 on onnxruntime writes an identifier to disk and sends its maker what models it runs, as
# soon as it is loaded; only this variable keeps it from that. Who sets it otherwise is heard.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

# Where each name of the front door stands. It is imported when it is first asked for, so that
# `footlights --help` needs not even numpy.
_DOORS = {
    "Motion": "motion.motion",
    "Skeleton": "motion.skeleton",
    "SMPL24": "motion.skeleton",
    "forward_kinematics": "motion.skeleton",
    "MotionBatch": "motion.motion_batch",
    "Body": "motion.body",
    "Music": "music",
    "read": "formats",
    "write": "formats",
    "retarget": "retargeting.pose_transfer",
    "load_generator": "generators",
    "DanceRequest": "generators",
    "Constraint": "generators",
    "combine": "rewards",
    "evaluate": "evaluation.evaluate",
    "deliver": "pipeline.dance",
    "Humanoid": "physics",
    "judge": "physics",
    "FootlightsError": "basics.errors",
}

__all__ = [*_DOORS, "__version__"]

if TYPE_CHECKING:  # the same names for editors and type checkers, which run nothing
    from .basics.errors import FootlightsError as FootlightsError
    from .evaluation.evaluate import evaluate as evaluate
    from .formats import read as read
    from .formats import write as write
    from .generators import Constraint as Constraint
    from .generators import DanceRequest as DanceRequest
    from .generators import load_generator as load_generator
    from .motion.body import Body as Body
    from .motion.motion import Motion as Motion
    from .motion.motion_batch import MotionBatch as MotionBatch
    from .motion.skeleton import SMPL24 as SMPL24
    from .motion.skeleton import Skeleton as Skeleton
    from .motion.skeleton import forward_kinematics as forward_kinematics
    from .music import Music as Music
    from .physics import Humanoid as Humanoid
    from .physics import judge as judge
    from .pipeline.dance import deliver as deliver
    from .retargeting.pose_transfer import retarget as retarget
    from .rewards import combine as combine
else:  # a type checker that saw this would take any name for good

    def __getattr__(name):
        if name not in _DOORS:
            raise AttributeError(f"module 'footlights' has no attribute {name!r}")
        return getattr(importlib.import_module(f".{_DOORS[name]}", __name__), name)


def __dir__() -> list[str]:
    return sorted(__all__)
