"""Everything that makes dances for music."""

from .base import DanceRequest, Generator, GeneratorInfo
from .registry import generator_names, load_generator

__all__ = ["DanceRequest", "Generator", "GeneratorInfo", "generator_names", "load_generator"]
