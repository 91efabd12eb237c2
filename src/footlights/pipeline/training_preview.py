"""Films of what a model can do so far, made while it trains."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..generators.diffusion.config import Config
from ..generators.diffusion.sample import Diffusion
from ..learning.network import TorchNetwork
from ..music import Music, bundled_song
from ..show.film import film

if TYPE_CHECKING:
    from ..generators.diffusion.model import Denoiser

EVERY = 1000  # training steps between films
SECONDS = 10.0


def training_preview(out: Path, config: Config) -> Callable[["Denoiser", int], None]:
    """What training calls after each validation: writes ``out/films/<step>.mp4``, a dance to the
    bundled song.
    """

    def filmed(model: "Denoiser", step: int) -> None:
        if step % EVERY:
            return
        facts = json.loads((out / "run.json").read_text())
        mean, std = (np.array(facts[k], np.float32) for k in ("mean", "std"))
        device = next(model.parameters()).device.type
        dancer = Diffusion(
            TorchNetwork(model, device),
            config,
            mean,
            std,
            {"labels": facts["labels"], "styles": []},
        )
        song = Music.load(bundled_song(), start=8.0, seconds=SECONDS)
        (out / "films").mkdir(exist_ok=True)
        film(dancer.sample(song, 1, seed=0)[0], out / "films" / f"{step:07d}.mp4", song)

    return filmed
