"""What is learnt: the contract between a family and the one training loop."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from .identity import Identity

CHECKPOINT = "checkpoint.pt"  # in a run's folder

if TYPE_CHECKING:
    import numpy as np
    from torch import nn
    from torch.optim import Optimizer

    from .ema import MovingAverage


@dataclass
class State:
    """Everything that changes while a task learns; a checkpoint holds all of it.

    Attributes:
        device: where the networks live, as torch names it.
        networks: what learns, by name; whatever else must survive a stop is a buffer of one.
        optimisers: what moves the networks, by name.
        averages: moving averages of some networks, by the network's name.
        step: how many steps were made.
    """

    device: str
    networks: "dict[str, nn.Module]"
    optimisers: "dict[str, Optimizer]"
    averages: "dict[str, MovingAverage]" = field(default_factory=dict)
    step: int = 0


class Task(Protocol):
    """A thing to learn, as `learning.run` needs it.

    Attributes:
        identity: what must be the same for a stopped run to go on.
        seed: where all of its random numbers come from.
        steps: how many steps the whole training has.
        checkpoint_every: steps between two checkpoints, and two validations.
    """

    identity: Identity
    seed: int
    steps: int
    checkpoint_every: int

    def start(self, device: str) -> State:
        """A state without a step; the same for the same seed, whatever torch's own seed is."""
        ...

    def step(self, state: State, rng: "np.random.Generator") -> dict[str, float]:
        """Make one step: change the networks and optimisers of ``state``.

        Args:
            rng: fresh for each step, of the seed and the step alone: with all other random
                numbers drawn from it, a run that was stopped goes on as if it had not been.

        Returns:
            What the curve shows of this step; the first entry is what is minimised.
        """
        ...

    def validate(self, state: State) -> dict[str, float]:
        """The same figures on data that is held out; empty when there is none."""
        ...
