"""Tasks that learn in a moment: a line, and a generator against a critic."""

from typing import Any

import numpy as np
import torch
from torch import nn

from footlights.learning.ema import MovingAverage
from footlights.learning.identity import Identity
from footlights.learning.task import State

IDENTITY = Identity("line", "slope = 2\nsteps = 20\n", "d" * 64, "s" * 64, ("CC0",))


class LineTask:
    """Learns y = 2 x + 1 from noisy points; ``facts`` replace attributes."""

    checkpoint_every = 5

    def __init__(self, **facts: Any) -> None:
        self.identity, self.seed, self.steps = IDENTITY, 0, 20
        vars(self).update(facts)

    def start(self, device: str) -> State:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            # Batch normalisation has buffers, which must survive a stop, too.
            line = nn.Sequential(nn.Linear(1, 8), nn.BatchNorm1d(8), nn.Linear(8, 1)).to(device)
        optimiser = torch.optim.Adam(line.parameters(), 0.01)
        return State(
            device, {"line": line}, {"line": optimiser}, {"line": MovingAverage(line, 0.9)}
        )

    def step(self, state: State, rng: np.random.Generator) -> dict[str, float]:
        x = rng.normal(size=(16, 1)).astype(np.float32)
        y = 2 * x + 1 + 0.1 * rng.normal(size=(16, 1)).astype(np.float32)
        loss = _squared_error(state.networks["line"], x, y)
        state.optimisers["line"].zero_grad()
        loss.backward()
        state.optimisers["line"].step()
        return {"loss": float(loss.detach())}

    def validate(self, state: State) -> dict[str, float]:
        x = np.linspace(-1, 1, 9, dtype=np.float32)[:, None]
        return {"loss": float(_squared_error(state.averages["line"].network, x, 2 * x + 1))}


class DuelTask(LineTask):
    """A generator against a critic: two networks, two optimisers, no average, no validation."""

    def start(self, device: str) -> State:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            networks = {name: nn.Linear(1, 1).to(device) for name in ("generator", "critic")}
        rates = {"generator": 0.01, "critic": 0.02}
        optimisers = {
            name: torch.optim.Adam(network.parameters(), rates[name])
            for name, network in networks.items()
        }
        return State(device, networks, optimisers)

    def step(self, state: State, rng: np.random.Generator) -> dict[str, float]:
        noise, real = (torch.from_numpy(rng.normal(size=(16, 1)).astype(np.float32)) for _ in "ab")
        generator, critic = state.networks["generator"], state.networks["critic"]
        margin = critic(generator(noise).detach()).mean() - critic(real + 3).mean()
        _update(state.optimisers["critic"], margin)
        score = -critic(generator(noise)).mean()
        _update(state.optimisers["generator"], score)
        return {"margin": float(margin.detach()), "score": float(score.detach())}

    def validate(self, state: State) -> dict[str, float]:
        return {}


def _squared_error(network: nn.Module, x: np.ndarray, y: np.ndarray) -> torch.Tensor:
    return ((network(torch.from_numpy(x)) - torch.from_numpy(y)) ** 2).mean()


def _update(optimiser: torch.optim.Optimizer, loss: torch.Tensor) -> None:
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
