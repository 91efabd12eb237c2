"""PhyMotion's score (arXiv 2605.14269) with its bugs: the numbers its code gives, to compare with.

`judge` is the one to use. What is wrong with this one stands in docs/physics.md: hovering scores
like standing, penetration is always 0, slip hardly ever counts, root rotation is not seen.
"""

from .hinged import Hinged
from .phymotion_score import phymotion_score, phymotion_terms

__all__ = ["Hinged", "phymotion_score", "phymotion_terms"]
