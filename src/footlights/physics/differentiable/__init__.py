"""The smooth part of the judgement for batches, with gradients: for guidance and tuning.

Written over the array API: torch tensors give gradients, numpy arrays the same numbers, and the
compiled kernels of this room agree with them. What has no gradient worth following is left out:
depth of segments in each other, and ranges of joints.
"""

from .quantities import LEFT_OUT, batch_quantities
from .scores import grounded_log_score, log_score

__all__ = ["LEFT_OUT", "batch_quantities", "grounded_log_score", "log_score"]
