"""The judgement's smooth parts once more, for batches and with gradients: for guidance while
sampling, and for tuning.

Written over the array API: torch tensors give gradients, numpy arrays the same numbers, and the
compiled kernels of this room agree with them. What has no gradient worth following is left out:
depth of segments in each other, and ranges of joints.
"""

from .scores import LEFT_OUT, ascent, log_score, terms

__all__ = ["LEFT_OUT", "ascent", "log_score", "terms"]
