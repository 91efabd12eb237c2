"""Exponential moving averages of networks: what is validated, shown and exported."""

import copy

import torch
from torch import nn


class MovingAverage:
    """A copy of a network whose parameters follow it slowly; its buffers follow at once.

    Args:
        network: what is followed.
        decay: share of the copy that is kept in each step, in [0, 1); smaller in the first steps,
            so that the copy forgets where the network began (as TensorFlow's
            ``ExponentialMovingAverage`` with ``num_updates``).
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.followed, self.decay = network, decay
        self.network = copy.deepcopy(network).requires_grad_(False).eval()

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Follow the network after its step number ``step``, counted from 1."""
        decay = min(self.decay, (1 + step) / (10 + step))
        parameters = zip(self.network.parameters(), self.followed.parameters(), strict=True)
        for slow, fast in parameters:
            slow.lerp_(fast, 1 - decay)

        buffers = zip(self.network.buffers(), self.followed.buffers(), strict=True)
        for own, theirs in buffers:
            own.copy_(theirs)
