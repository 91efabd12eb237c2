"""Dances for a song of any length: overlapping windows denoised together, then decoded."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from ...basics.errors import FootlightsError
from ...basics.progress import Report
from ...geometry.signals import smoothstep
from ...learning.card import FILE as CARD_FILE
from ...learning.identity import array_digest
from ...learning.network import (
    Network,
    OnnxNetwork,
    Shape,
    TorchNetwork,
    read_weights,
    require_inputs,
)
from ...motion.motion import Motion
from ..base import OPTIONS, DanceRequest, Generator, GeneratorInfo
from ..constraint import Given
from ..representation import CONTACTS, HEADING_FRAME, WIDTH, decode
from .card import DiffusionCard
from .conditioning import conditioning
from .config import FILE as CONFIG_FILE
from .config import Config, ModelConfig
from .noise_of_form import Form, noise_of
from .noise_schedule import denoise
from .stretches import begun_with, place_after, stretches
from .travel_limit import limit_travel

# Windows a call: bounds memory, and always the same split of a song gives always the same bytes.
_BATCH = 8
_COLUMNS = 16  # of vectors that are smoothed at once
_CUTOFF = 12.0  # Hz: of the power of real hands', feet's and heads' speed 0.4 % lies above it
_UNLIMITED_STEPS = 1  # last steps whose travel is not limited, so that feet fit the path

OUTPUTS: dict[str, Shape] = {"clean": (None, WIDTH)}  # what the network returns


class Diffusion(Generator):
    """A trained diffusion model: ``Diffusion.load(folder).sample(music, n=3, seed=0)``.

    Args:
        network: predicts clean standardised vectors, see `network_inputs` and `OUTPUTS`.
        config: what it was trained with.
        mean: (152,) of its training data.
        std: (152,) of its training data.
        card: what it says of itself.
    """

    def __init__(
        self,
        network: Network,
        config: Config,
        mean: np.ndarray,
        std: np.ndarray,
        card: DiffusionCard,
    ) -> None:
        self.network, self.config, self.mean, self.std = network, config, mean, std
        self.labels = card.labels

        # A model of a published feature set has no channel that says how loud it is.
        supports = OPTIONS.keys() - (set() if config.model.music == "rhythm" else {"energy"})
        self.info = GeneratorInfo(
            config.name, config.model.fps, card.styles, frozenset(supports), card.plain()
        )

    @classmethod
    def load(
        cls, folder: str | os.PathLike[str], *, runtime: str = "onnx", device: str = "cpu"
    ) -> "Diffusion":
        """The model in ``folder`` (config.toml, card.json, graph.onnx, weights.safetensors).

        Args:
            runtime: "onnx" or "torch".
            device: where torch runs it.

        Raises:
            FootlightsError: the folder holds no model, a damaged one, or one whose parts do not fit
                together.
        """
        folder = Path(folder)
        config = _read_config(folder / CONFIG_FILE)
        card = DiffusionCard.read(folder / CARD_FILE)
        weights, statistics = read_weights(folder)
        mean, std = (statistics.get(name, np.empty(0)) for name in ("mean", "std"))
        _check_parts(card, weights, mean, std, folder)

        network: Network
        if runtime == "onnx":
            network = OnnxNetwork(folder, weights)
            require_inputs(network, network_inputs(config.model), folder)
        else:
            network = _torch_network(config, weights, len(card.labels), device)
        return cls(network, config, mean, std, card)

    def takes(self, request: DanceRequest, n: int, seed: int, progress: Report) -> Iterator[Motion]:
        """Dances as long as the request asks; without a style each take has another, in turn."""
        frames = max(1, round(request.length * self.info.fps))
        given = request.given(self.info.fps)
        condition = conditioning(
            request.music,
            self.config.model,
            padded_length(frames, self.config.model.window),
            request.energy + self.config.sample.energy,
            request.length,
        )
        phrases = request.music.phrases if request.repeat else ()

        for take in range(n):
            style = request.style or self._style_of_take(seed, take)
            label = len(self.labels) if style is None else self.labels.index(style)

            def step(share: float, take: int = take) -> None:
                progress((take + share) / n, f"dance {take + 1} of {n}")

            # The song chooses, too: another one is danced otherwise with the same seed.
            seeds = (seed, take, request.music.digest)
            rng = np.random.default_rng(seeds)
            form = Form(phrases, seeds, request.repeat)
            vectors = self.denoise_song(condition, rng, label, step, given, form)
            # What follows works in the memory that the network has given back.
            self.network.release()
            vectors = _low_pass(vectors[:frames], self.info.fps)
            if given:
                given.hold(vectors, self.info.fps)
            motion = decode(vectors, self.info.fps)
            motion = given.placed(motion) if given else motion
            finished = [motion.replace(meta={"style": style})]
            # Nothing of this take is held while the next one is made.
            del vectors, motion
            yield finished.pop()

    def denoise_song(
        self,
        condition: np.ndarray,
        rng: np.random.Generator,
        label: int,
        step: Callable[[float], None] | None = None,
        given: Given | None = None,
        form: Form | None = None,
    ) -> np.ndarray:
        """Un-normalised vectors (T, 152) for conditioning (T, C).

        Args:
            condition: T is a whole number of half windows, and at least one window.
            rng: where the noise comes from.
            label: the style's index; the number of labels means any.
            step: called with the share of the steps that are made.
            given: what the vectors must keep; of T frames or fewer. They are then made at once.
            form: what of the dance returns.
        """
        window, fps = self.config.model.window, self.info.fps
        if given:
            noise = _laid_out(rng, len(condition), form, fps)
            return self._denoise(condition, noise, label, step, given)

        spans = stretches(len(condition), window, fps)
        vectors, place = np.empty((len(condition), WIDTH), np.float32), np.zeros(2)
        for number, (start, stop) in enumerate(spans):

            def share_of_all(share: float, number: int = number) -> None:
                if step:
                    step((number + share) / len(spans))

            begin = None
            if number:
                begin = begun_with(vectors[start : start + window // 2], stop - start)
                place = place_after(vectors[spans[number - 1][0] : start], fps, place)
            part, noise = condition[start:stop], _laid_out(rng, stop - start, form, fps, start)
            vectors[start:stop] = self._denoise(part, noise, label, share_of_all, begin, place)
        return vectors

    def _denoise(
        self,
        condition: np.ndarray,
        noise: np.ndarray,
        label: int,
        step: Callable[[float], None] | None = None,
        given: Given | None = None,
        place: np.ndarray | None = None,
    ) -> np.ndarray:
        """`denoise_song` at once, begun at a place (2,) on stage; joined to what is given."""
        steps, steps_done = self.config.sample.steps, 0
        known = _standardised(given, self.mean, self.std, len(condition)) if given else None

        def predict(x: np.ndarray, time: float) -> np.ndarray:
            nonlocal steps_done
            steps_done += 1
            clean = self._predict_song(x, time, condition, label, known)
            if step:
                step(steps_done / steps)
            is_limited = steps_done <= steps - _UNLIMITED_STEPS
            if not is_limited and not given:
                return clean
            # The network goes on from a path that stays on stage, and finds steps for it.
            # In place, as everything here: a song of minutes is tens of megabytes each time.
            clean *= self.std
            clean += self.mean
            if given:
                given.hold(clean, self.info.fps)
            if is_limited and not (given and given.has_places):
                limit_travel(clean, self.info.fps, place)
            clean -= self.mean
            clean /= self.std
            return clean

        # One noise for all windows: where they overlap they see the same.
        vectors = denoise(predict, noise, steps)
        vectors *= self.std
        vectors += self.mean
        if given:
            given.join(vectors, self.info.fps)
        return vectors

    def _style_of_take(self, seed: int, take: int) -> str | None:
        styles = self.info.styles
        return styles[(seed + take) % len(styles)] if styles else None

    def _predict_song(
        self,
        x: np.ndarray,
        time: float,
        condition: np.ndarray,
        label: int,
        known: tuple[np.ndarray, np.ndarray] | None = None,
    ) -> np.ndarray:
        """One prediction for the whole song: every window's, averaged where they overlap.

        ``known`` (two of (T, 152)) are clean standardised vectors, and where they are given.
        """
        window = self.config.model.window
        mask = None
        if known is not None:
            mask = known[1]
            x = np.where(mask, known[0], x)
        starts = range(0, len(x) - window + 1, window // 2)
        weight = _window_weights(window)[:, None]
        total, weights = np.zeros_like(x), np.zeros((len(x), 1), np.float32)

        for first in range(0, len(starts), _BATCH):
            windows = [slice(start, start + window) for start in starts[first : first + _BATCH]]
            noisy = np.stack([x[window_span] for window_span in windows])
            music = np.stack([condition[window_span] for window_span in windows])
            masks = None if mask is None else np.stack([mask[span] for span in windows])
            clean = self._predict_guided(noisy, time, music, label, masks)
            for window_span, prediction in zip(windows, clean, strict=True):
                total[window_span] += weight * prediction
                weights[window_span] += weight
        total /= weights
        return total

    def _predict_guided(
        self,
        x: np.ndarray,
        time: float,
        music: np.ndarray,
        label: int,
        masks: np.ndarray | None = None,
    ) -> np.ndarray:
        """Classifier-free guidance (Ho and Salimans 2022), away from what is predicted unasked."""
        count, guidance = len(x), self.config.sample.guidance
        given = {}
        if self.config.model.masks:
            one = np.zeros_like(x) if masks is None else masks.astype(np.float32)
            given["mask"] = np.concatenate([one, one])
        # One call for both: with the music and the style, and with neither.
        clean = self.network(
            **given,
            x=np.concatenate([x, x]),
            time=np.full(2 * count, time, np.float32),
            music=np.concatenate([music, np.zeros_like(music)]),
            style=np.repeat(np.array([label, len(self.labels)], np.int64), count),
        )["clean"]
        return clean[count:] + guidance * (clean[:count] - clean[count:])


def _laid_out(
    rng: np.random.Generator, frames: int, form: Form | None, fps: float, first: int = 0
) -> np.ndarray:
    """Noise (T, 152) float32 of a dance from frame ``first`` on, laid out along its form."""
    noise = noise_of(rng, frames)
    if form:
        form.lay_out(noise, fps, first)
    return noise


def _standardised(
    given: Given, mean: np.ndarray, std: np.ndarray, frames: int
) -> tuple[np.ndarray, np.ndarray]:
    """What is given, standardised (T, 152) float32, and where (T, 152) bool, of T frames."""
    vectors = np.zeros((frames, WIDTH), np.float32)
    mask = np.zeros((frames, WIDTH), bool)
    vectors[: len(given.vectors)] = (given.vectors - mean) / std
    mask[: len(given.mask)] = given.mask
    return vectors, mask


def network_inputs(config: ModelConfig) -> dict[str, Shape]:
    """What goes into the network: see `model.Denoiser`."""
    inputs: dict[str, Shape] = {
        "x": (config.window, WIDTH),
        "time": (),
        "music": (config.window, config.conditions),
        "style": (),
    }
    return inputs | ({"mask": (config.window, WIDTH)} if config.masks else {})


def padded_length(frames: int, window: int) -> int:
    """The least whole number of half windows, at least one window, that holds ``frames``."""
    half = window // 2
    return max(window, -(-frames // half) * half)


def _read_config(path: Path) -> Config:
    if not path.is_file():
        what = f"not a model folder (there is no {CONFIG_FILE})"
        raise FootlightsError(what, path.parent, "see: footlights models")
    return Config.read(path, str(path))


def _check_parts(
    card: DiffusionCard,
    weights: dict[str, np.ndarray],
    mean: np.ndarray,
    std: np.ndarray,
    folder: Path,
) -> None:
    """FootlightsError when the parts of a model's folder are not those of one diffusion model."""

    def misfit(what: str) -> FootlightsError:
        return FootlightsError(what, folder, "export the run again")

    if not mean.shape == std.shape == (WIDTH,):
        raise misfit("its statistics are not those of a model")
    if card.statistics and card.statistics != array_digest(mean, std):
        raise misfit("its weights have other statistics than its card says")
    if card.representation and card.representation != HEADING_FRAME.digest:
        raise misfit("its card names another representation of motion than this version's")

    if not set(card.styles) <= set(card.labels):
        raise misfit("its card offers styles that are none of its labels")
    embedding = weights.get("style.weight")
    if embedding is not None and len(embedding) != len(card.labels) + 1:
        raise misfit(
            f"its card names {len(card.labels)} labels, its weights know {len(embedding) - 1}"
        )


def _torch_network(
    config: Config, weights: dict[str, np.ndarray], labels: int, device: str
) -> TorchNetwork:
    try:
        import torch

        from .model import Denoiser
    except ImportError as error:
        raise FootlightsError(
            "torch is not installed",
            "runtime torch",
            "pip install 'footlights[train]', or use the onnx runtime",
        ) from error
    module = Denoiser(config.model, WIDTH, config.model.conditions, labels)
    module.load_state_dict({k: torch.from_numpy(v.astype(np.float32)) for k, v in weights.items()})
    return TorchNetwork(module, network_inputs(config.model), OUTPUTS, device)


def _window_weights(window: int) -> np.ndarray:
    """Weight of each frame of a window: its middle half counts, with soft ends.

    The ends of a window are predicted with half the context; leaving them out also keeps sharpness
    even along the song, which averaging over the whole overlap would dull between the joins. No
    weight is zero, so that a lone window keeps its ends.
    """
    rise = smoothstep((np.arange(window // 2) + 0.5 - window / 4) / (window / 6) + 0.5)
    return np.maximum(np.concatenate([rise, rise[::-1]]), 1e-3).astype(np.float32)


def _low_pass(vectors: np.ndarray, fps: float) -> np.ndarray:
    """Vectors (T, 152) without what is above `_CUTOFF`, contacts left alone.

    What a squared error leaves above it is noise.
    """
    reach = 5
    window = np.hanning(2 * reach + 3)[1:-1]
    taps = np.sinc(2 * _CUTOFF / fps * np.arange(-reach, reach + 1)) * window
    taps /= taps.sum()

    steady = np.empty(vectors.shape)
    steady[:, CONTACTS] = vectors[:, CONTACTS]
    # A few columns at a time, which keeps memory flat.
    for first in range(0, CONTACTS.start, _COLUMNS):
        columns = slice(first, min(first + _COLUMNS, CONTACTS.start))
        padded = np.pad(vectors[:, columns], ((reach, reach), (0, 0)), mode="edge")
        steady[:, columns] = sum(tap * padded[i : i + len(vectors)] for i, tap in enumerate(taps))
    return steady
