"""From a training run to a model that dances: config, card, weights, graph."""

from dataclasses import replace
from pathlib import Path

import torch

from ...basics.whole_files import writing
from ...learning.card import FILE as CARD_FILE
from ...learning.export import export_network
from ...learning.task import State
from ..representation import HEADING_FRAME, WIDTH
from .card import DiffusionCard
from .config import FILE as CONFIG_FILE
from .config import Config, ModelConfig
from .sample import OUTPUTS
from .task import DENOISER, DiffusionTask


def export(
    task: DiffusionTask,
    state: State,
    out: str | Path,
    *,
    command: str = "",
    config: Config | None = None,
    styles: tuple[str, ...] | None = None,
    trained: str = "",
) -> Path:
    """Write what `Diffusion.load` reads into the folder ``out``, made when missing, and return it.

    Args:
        command: what made the run, for the card.
        config: goes with the model; the task's when None.
        styles: the labels that are offered; all when None.
        trained: on what and how, in words, for the card.

    Raises:
        FootlightsError: onnxruntime would compute something else than torch.
    """
    out, config = Path(out), config or task.config
    out.mkdir(parents=True, exist_ok=True)

    denoiser = state.averages[DENOISER].network
    statistics = {"mean": task.data.mean, "std": task.data.std}
    export_network(
        denoiser, lambda count: _random_inputs(config.model, count), tuple(OUTPUTS), out, statistics
    )

    with writing(out / CONFIG_FILE) as path:
        path.write_text(config.to_toml())

    # The card comes last: a folder with a card is a model.
    card = replace(card_of(task, state), command=command, trained=trained)
    if styles is not None:
        card = replace(card, styles=styles)
    card.write(out / CARD_FILE)
    return out


def card_of(task: DiffusionTask, state: State) -> DiffusionCard:
    """What a model made of ``state`` says of itself."""
    denoiser = state.averages[DENOISER].network
    return DiffusionCard(
        family=task.identity.family,
        name=task.config.name,
        licences=task.identity.licences,
        steps=state.step,
        representation=HEADING_FRAME.digest,
        data=task.identity.data,
        statistics=task.identity.statistics,
        labels=task.data.labels,
        styles=task.data.labels,
        minutes=task.data.minutes(task.config.model.fps),
        clips=len(task.data.train),
        parameters=sum(part.numel() for part in denoiser.parameters()),
    )


def _random_inputs(config: ModelConfig, count: int) -> dict[str, torch.Tensor]:
    noise = torch.Generator().manual_seed(0)
    inputs = {
        "x": torch.randn(count, config.window, WIDTH, generator=noise),
        "time": torch.rand(count, generator=noise),
        "music": torch.randn(count, config.window, config.conditions, generator=noise),
        "style": torch.zeros(count, dtype=torch.int64),
    }
    if config.masks:
        inputs["mask"] = (inputs["x"] > 0).float()
    return inputs
