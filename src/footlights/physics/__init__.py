"""Physics: a body with weight, what forces its motion needs, and a judgement of any motion."""

from .humanoid import Humanoid
from .judgement import Judgement, judge, physics_score

__all__ = ["Humanoid", "Judgement", "judge", "physics_score"]
