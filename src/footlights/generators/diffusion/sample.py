"""Dances for a song of any length: overlapping windows denoised together, then decoded, then their
feet cleaned.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from ...basics.errors import FootlightsError
from ...basics.progress import Report
from ...geometry.signals import smoothstep
from ...learning.network import Network, OnnxNetwork, TorchNetwork, read_tensors
from ...motion.motion import Motion
from ..base import OPTIONS, DanceRequest, Generator, GeneratorInfo
from ..representation import CONTACTS, WIDTH, decode
from .conditioning import conditioning
from .config import MUSIC_WIDTHS, Config
from .noise_schedule import denoise
from .travel_limit import limit_travel

# windows a call: bounds memory, and always the same split of a song gives always the same bytes
_BATCH = 16
_CUTOFF = 12.0  # Hz: of the power of real hands', feet's and heads' speed 0.4 % lies above it
_FREE = 1  # last steps whose predictions are left alone, so that feet fit the path


class Diffusion(Generator):
    """A trained diffusion model: ``Diffusion.load(folder).sample(music, n=3, seed=0)``."""

    def __init__(
        self,
        network: Network,
        config: Config,
        mean: np.ndarray,
        std: np.ndarray,
        card: dict[str, Any],
    ) -> None:
        self.network, self.config, self.mean, self.std = network, config, mean, std
        self.labels: tuple[str, ...] = tuple(card["labels"])

        # A model of a published feature set has no channel that says how loud it is.
        supports = OPTIONS.keys() - (set() if config.model.music == "rhythm" else {"energy"})
        self.info = GeneratorInfo(
            config.name, config.model.fps, tuple(card["styles"]), frozenset(supports), card
        )

    @classmethod
    def load(
        cls, folder: str | os.PathLike[str], *, runtime: str = "onnx", device: str = "cpu"
    ) -> "Diffusion":
        """The model in ``folder`` (config.toml, card.json, graph.onnx, weights.safetensors) on
        "onnx" or "torch".

        Raises:
            FootlightsError: the folder holds no model, a damaged one, or one whose parts do not fit
                together.
        """
        folder = Path(folder)
        try:
            config = Config.parse((folder / "config.toml").read_text(), str(folder / "config.toml"))
            card = json.loads((folder / "card.json").read_text())
        except (OSError, ValueError) as error:
            raise FootlightsError(
                f"not a model folder ({error})", folder, "see: footlights models"
            ) from error
        arrays = read_tensors(folder / "weights.safetensors")
        mean, std = (arrays.pop(f"stats.{name}", np.empty(0)) for name in ("mean", "std"))
        if not _is_card(card) or not mean.shape == std.shape == (WIDTH,):
            raise FootlightsError(
                "its card or its statistics are not those of a model",
                folder,
                "export the run again",
            )
        if runtime == "onnx":
            sizes = {
                "x": (config.model.window, WIDTH),
                "music": (config.model.window, MUSIC_WIDTHS[config.model.music]),
            }
            return cls(OnnxNetwork(folder, arrays, sizes=sizes), config, mean, std, card)
        return cls(_torch_network(config, arrays, card, device), config, mean, std, card)

    def takes(self, request: DanceRequest, n: int, seed: int, progress: Report) -> Iterator[Motion]:
        """Dances as long as the request asks; without a style each take has another, in turn."""
        frames = max(1, round(request.length * self.info.fps))
        condition = conditioning(
            request.music,
            self.config.model,
            padded_length(frames, self.config.model.window),
            request.energy + self.config.sample.energy,
        )

        for take in range(n):
            style = request.style or self._style_of_take(seed, take)
            label = len(self.labels) if style is None else self.labels.index(style)

            def step(share: float, take: int = take) -> None:
                progress((take + share) / n, f"dance {take + 1} of {n}")

            vectors = self.denoise_song(condition, np.random.default_rng([seed, take]), label, step)
            motion = decode(_low_pass(vectors[:frames], self.info.fps), self.info.fps)
            yield motion.replace(meta={"style": style})

    def _style_of_take(self, seed: int, take: int) -> str | None:
        styles = self.info.styles
        return styles[(seed + take) % len(styles)] if styles else None

    def denoise_song(
        self,
        condition: np.ndarray,
        rng: np.random.Generator,
        label: int,
        step: Callable[[float], None] | None = None,
    ) -> np.ndarray:
        """Un-normalised vectors (T, 152) for conditioning (T, C), T a whole number of half windows
        and at least one window.
        """
        noise = rng.standard_normal((len(condition), WIDTH)).astype(np.float32)
        steps, seen = self.config.sample.steps, 0

        def predict(x: np.ndarray, time: float) -> np.ndarray:
            nonlocal seen
            seen += 1
            clean = self._blended(x, time, condition, label)
            if step:
                step(seen / steps)
            if seen > steps - _FREE:
                return clean
            return (
                (limit_travel(clean * self.std + self.mean, self.info.fps) - self.mean) / self.std
            ).astype(np.float32)

        return denoise(predict, noise, steps) * self.std + self.mean

    def _blended(self, x: np.ndarray, time: float, condition: np.ndarray, label: int) -> np.ndarray:
        """One prediction for the whole song: every window's, averaged where they overlap with
        fading weights.
        """
        window = self.config.model.window
        starts = range(0, len(x) - window + 1, window // 2)
        weight = _fade(window)[:, None]
        total, weights = np.zeros_like(x), np.zeros((len(x), 1), np.float32)
        for first in range(0, len(starts), _BATCH):
            batch = [slice(s, s + window) for s in starts[first : first + _BATCH]]
            clean = self._guided(
                np.stack([x[b] for b in batch]),
                time,
                np.stack([condition[b] for b in batch]),
                label,
            )
            for place, prediction in zip(batch, clean, strict=True):
                total[place] += weight * prediction
                weights[place] += weight
        return total / weights

    def _guided(self, x: np.ndarray, time: float, condition: np.ndarray, label: int) -> np.ndarray:
        """Classifier-free guidance: away from the prediction that heard nothing."""
        count, guidance = len(x), self.config.sample.guidance
        times = np.full(2 * count, time, np.float32)
        styles = np.repeat(np.array([label, len(self.labels)], np.int64), count)
        both = np.concatenate([condition, np.zeros_like(condition)])
        out = self.network(np.concatenate([x, x]), times, both, styles)
        return out[count:] + guidance * (out[:count] - out[count:])


def _is_card(card: Any) -> bool:
    """Whether it names the labels that the network knows and, among them, the styles that are
    offered.
    """
    labels, styles = (
        (card.get("labels"), card.get("styles")) if isinstance(card, dict) else (None, None)
    )
    return (
        isinstance(labels, list)
        and isinstance(styles, list)
        and all(style in labels for style in styles)
    )


def padded_length(frames: int, window: int) -> int:
    """The least whole number of half windows, at least one window, that holds ``frames``."""
    half = window // 2
    return max(window, -(-frames // half) * half)


def _fade(window: int) -> np.ndarray:
    """Weight of each frame of a window: its middle half counts, with soft ends; never zero, so a
    lone window keeps its ends.

    The ends of a window are predicted with half the context; leaving them out also keeps sharpness
    even along the song, which averaging over the whole overlap would dull between the joins.
    """
    rise = smoothstep((np.arange(window // 2) + 0.5 - window / 4) / (window / 6) + 0.5)
    return np.maximum(np.concatenate([rise, rise[::-1]]), 1e-3).astype(np.float32)


def _low_pass(vectors: np.ndarray, fps: float) -> np.ndarray:
    """Vectors (T, 152) low-passed at `_CUTOFF` Hz, contacts left alone: what a squared error
    leaves above it is noise.
    """
    reach = 5
    taps = (
        np.sinc(2 * _CUTOFF / fps * np.arange(-reach, reach + 1)) * np.hanning(2 * reach + 3)[1:-1]
    )
    padded = np.pad(vectors[:, : CONTACTS.start], ((reach, reach), (0, 0)), mode="edge")
    steady = sum(tap * padded[i : i + len(vectors)] for i, tap in enumerate(taps / taps.sum()))
    return np.concatenate([steady, vectors[:, CONTACTS]], axis=1)


def _torch_network(
    config: Config, arrays: dict[str, np.ndarray], card: dict[str, Any], device: str
) -> Network:
    try:
        import torch

        from .model import Denoiser
    except ImportError as error:
        raise FootlightsError(
            "torch is not installed",
            "runtime torch",
            "pip install 'footlights[train]', or use the onnx runtime",
        ) from error
    module = Denoiser(config.model, WIDTH, MUSIC_WIDTHS[config.model.music], len(card["labels"]))
    module.load_state_dict({k: torch.from_numpy(v.astype(np.float32)) for k, v in arrays.items()})
    return TorchNetwork(module, device)
