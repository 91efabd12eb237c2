"""Rewards: what a motion is worth to training.

Callables of motions and their songs, named by quantity, combined by a line.
"""

from .combine import REWARDS, combine
from .reward import Reward, Worth, each
from .sharing import shared

__all__ = ["REWARDS", "Reward", "Worth", "combine", "each", "shared"]
