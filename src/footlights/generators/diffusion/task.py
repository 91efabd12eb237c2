"""What a diffusion model learns: to tell clean motion from noised motion, window by window."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import Tensor

from ...basics.errors import FootlightsError
from ...learning.device import has_fast_bfloat16
from ...learning.ema import MovingAverage
from ...learning.identity import Identity, array_digest
from ...learning.schedule import warmup_cosine
from ...learning.task import State
from ..representation import WIDTH
from .clips import TrainingData
from .config import Config
from .loss import Loss
from .model import Denoiser
from .noise_schedule import signal_and_noise
from .windows import Batch, Windows

DENOISER = "denoiser"  # its name in a `State`
MASKS = "mask."  # how the names of the weights begin that read masks

_BETAS = (0.9, 0.98)  # of Adam, as Vaswani et al. 2017 take them for transformers
_MAX_GRADIENT = 1.0  # norm: one odd batch must not undo what was learnt

_VALIDATION_SEED = 12345  # validation sees the same windows and noise every time
_VALIDATION_BATCHES = 2


class DiffusionTask:
    """Training of a `Denoiser`: a `learning.task.Task`.

    Args:
        data: what to learn from.
        config: what to learn, and how.
        init: arrays of a denoiser's weights by name, to go on with; those of random ones when None.
            They may lack what reads masks.
    """

    checkpoint_every = 250

    def __init__(
        self, data: TrainingData, config: Config, init: Mapping[str, np.ndarray] | None = None
    ) -> None:
        self.data, self.config, self.init = data, config, init
        self.seed, self.steps = config.train.seed, config.train.steps
        self.identity = Identity(
            "diffusion",
            config.to_toml(),
            data.digest,
            array_digest(data.mean, data.std),
            data.licences,
        )
        self.windows = Windows(data.train, config, data.labels)
        self.held_out = Windows(data.held_out, config.for_validation(), data.labels)
        self._losses: dict[str, Loss] = {}

    def start(self, device: str) -> State:
        """A denoiser, with its optimiser and moving average.

        Raises:
            FootlightsError: the weights to go on with are of another network.
        """
        train = self.config.train
        # Weights are drawn from the task's seed, without touching the caller's generator.
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            denoiser = build_denoiser(self.config, len(self.data.labels))
        if self.init is not None:
            _load(denoiser, self.init)
        denoiser = denoiser.to(device)
        optimiser = torch.optim.AdamW(
            denoiser.parameters(),
            train.learning_rate,
            _BETAS,
            weight_decay=train.weight_decay,
            fused=True,
        )
        average = MovingAverage(denoiser, train.ema)
        return State(device, {DENOISER: denoiser}, {DENOISER: optimiser}, {DENOISER: average})

    def step(self, state: State, rng: np.random.Generator) -> dict[str, float]:
        """One update from one batch of noised windows."""
        train = self.config.train
        denoiser, optimiser = state.networks[DENOISER], state.optimisers[DENOISER]
        batch = self.windows.draw(rng, train.batch)
        noise = torch.Generator().manual_seed(int(rng.integers(2**62)))

        share = warmup_cosine(
            state.step, train.steps, warmup=train.warmup, decay_from=train.decay_from
        )
        for group in optimiser.param_groups:
            group["lr"] = train.learning_rate * share

        loss = self._loss(state.device)
        total, terms = loss(*self._predict(denoiser, batch, noise, state.device))
        optimiser.zero_grad(set_to_none=True)
        total.backward()
        torch.nn.utils.clip_grad_norm_(denoiser.parameters(), _MAX_GRADIENT)
        optimiser.step()
        return _floats({"total": total, **terms})

    @torch.no_grad()
    def validate(self, state: State) -> dict[str, float]:
        """The loss of the moving average on held-out windows; empty without any."""
        if not self.data.held_out:
            return {}
        rng = np.random.default_rng(_VALIDATION_SEED)
        noise = torch.Generator().manual_seed(_VALIDATION_SEED)
        average, loss = state.averages[DENOISER].network, self._loss(state.device)

        sums: dict[str, float] = {}
        for _ in range(_VALIDATION_BATCHES):
            batch = self.held_out.draw(rng, self.config.train.batch)
            total, terms = loss(*self._predict(average, batch, noise, state.device))
            for name, value in _floats({"total": total, **terms}).items():
                sums[name] = sums.get(name, 0.0) + value / _VALIDATION_BATCHES
        return sums

    def _predict(
        self, denoiser: torch.nn.Module, batch: Batch, noise: torch.Generator, device: str
    ) -> tuple[Tensor, Tensor]:
        """Standardised clean vectors (B, T, 152) of windows noised at random times, and the truth.

        Random numbers are drawn on the CPU, so that they are the same on every device.
        """
        loss = self._loss(device)
        target = (torch.from_numpy(batch.vectors).to(device) - loss.mean) / loss.std
        time = torch.rand(len(batch.vectors), generator=noise)
        signal, sigma = (part.to(device)[:, None, None] for part in signal_and_noise(time, torch))
        noisy = signal * target + sigma * torch.randn(target.shape, generator=noise).to(device)
        given = {}
        if batch.mask is not None:
            given["mask"] = torch.from_numpy(batch.mask).to(device)
            noisy = torch.where(given["mask"] > 0, target, noisy)

        kind, fast = torch.device(device).type, has_fast_bfloat16(device)
        with torch.autocast(kind, torch.bfloat16, enabled=fast):
            predicted = denoiser(
                noisy,
                time.to(device),
                torch.from_numpy(batch.music).to(device),
                torch.from_numpy(batch.style).to(device),
                **given,
            )
        return predicted.float(), target

    def _loss(self, device: str) -> Loss:
        if device not in self._losses:
            statistics = (self.data.mean, self.data.std)
            mean, std = (torch.tensor(part, device=device) for part in statistics)
            self._losses[device] = Loss(mean, std, self.config.model.fps, self.config.loss)
        return self._losses[device]


def build_denoiser(config: Config, labels: int) -> Denoiser:
    """A denoiser of the config's size for this number of style labels."""
    return Denoiser(config.model, WIDTH, config.model.conditions, labels)


def _load(denoiser: Denoiser, weights: Mapping[str, np.ndarray]) -> None:
    own = denoiser.state_dict()
    arrays = {name: torch.from_numpy(np.asarray(array)).float() for name, array in weights.items()}
    shapes = {name: tuple(tensor.shape) for name, tensor in arrays.items()}
    for name in own.keys() | shapes.keys():
        is_new = name.startswith(MASKS) and name not in shapes
        if not is_new and (name not in own or shapes.get(name) != tuple(own[name].shape)):
            raise FootlightsError(
                f"its weights are of another network ({name})",
                "--init",
                "give a model of the same config and the same styles",
            )
    denoiser.load_state_dict({**own, **arrays})


def _floats(terms: dict[str, Tensor]) -> dict[str, float]:
    return {name: float(term.detach()) for name, term in terms.items()}
