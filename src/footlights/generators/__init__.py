"""Everything that makes dances for music."""

from .base import DanceRequest, Generator, GeneratorInfo
from .constraint import Constraint
from .registry import generator_names, load_generator

__all__ = [
    "Constraint",
    "DanceRequest",
    "Generator",
    "GeneratorInfo",
    "generator_names",
    "load_generator",
]
