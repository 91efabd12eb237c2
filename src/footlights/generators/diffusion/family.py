"""How `footlights train diffusion` is set up; needs no torch until it begins."""

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from .config import Config

if TYPE_CHECKING:
    from ...learning.task import State
    from .sample import Diffusion
    from .task import DiffusionTask

SUMMARY = "a diffusion model of dance, conditioned on rhythm and style"
CONFIGS = "small, paper, or a .toml file"


@dataclass(frozen=True)
class Options:
    """The options that only this family has."""

    data: Path = field(metadata={"metavar": "DIR", "help": "built data"})
    all_licences: bool = field(
        default=False, metadata={"help": "also learn from clips that forbid commercial use"}
    )
    init: Path | None = field(
        default=None,
        metadata={"metavar": "MODEL", "help": "a model's folder whose weights are gone on with"},
    )


def make_task(options: Options, config: str, steps: int | None) -> "DiffusionTask":
    """What is to be learnt; the data are read here.

    Args:
        config: the name of a config, or the path of a TOML file.
        steps: in all; the config's when None.
    """
    from ...learning.network import read_weights
    from .clips import TrainingData
    from .task import DiffusionTask

    settings = Config.named(config)
    if steps is not None:
        settings = replace(settings, train=replace(settings.train, steps=steps))
    data = TrainingData.load(options.data, settings, commercial_only=not options.all_licences)
    init = None if options.init is None else read_weights(options.init)[0]
    return DiffusionTask(data, settings, init)


def export(task: "DiffusionTask", state: "State", out: Path, command: str) -> Path:
    """Write the finished model into the folder ``out``."""
    from .export import export as export_model

    return export_model(task, state, out, command=command)


def dancer(task: "DiffusionTask", state: "State") -> "Diffusion | None":
    """What the state can do so far, as a generator; None where it would need paired songs."""
    from ...learning.network import TorchNetwork
    from .export import card_of
    from .sample import OUTPUTS, Diffusion, network_inputs
    from .task import DENOISER

    config = task.config
    if config.model.music != "rhythm":
        return None
    denoiser = state.averages[DENOISER].network
    network = TorchNetwork(denoiser, network_inputs(config.model), OUTPUTS, state.device)
    return Diffusion(network, config, task.data.mean, task.data.std, card_of(task, state))
