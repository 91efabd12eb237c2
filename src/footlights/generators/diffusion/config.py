"""What a diffusion model is made of, read from one TOML per config; a model carries its own."""

import dataclasses
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import Any

from ...basics.budget import read_text
from ...basics.errors import FootlightsError
from ...basics.toml_files import parse_toml

FILE = "config.toml"  # in a model's folder

# What a network may be told of a song, and how many numbers a frame of it has.
MUSIC_WIDTHS = {"rhythm": 8, "edge35": 35, "fact35": 35, "bailando55": 55, "bailando438": 438}

# A stranger's model is asked for no more than these: an hour of dance must end.
_FASTEST, _LONGEST_WINDOW, _LARGEST_SIZE, _MOST_STEPS = 240.0, 10_000, 65_536, 1_000


@dataclass(frozen=True)
class ModelConfig:
    """The network.

    Attributes:
        width: numbers a token.
        layers: blocks of attention and feed-forward.
        heads: of each attention.
        feedforward: numbers inside a feed-forward.
        patch: frames that make one token.
        cross_attention: whether music is read as tokens of its own, or added to the motion's.
        music: "rhythm" or a published feature set.
        window: frames that are seen at once.
        fps: frames a second.
        masks: whether the network is told which numbers of a frame are given.
    """

    width: int = 256
    layers: int = 4
    heads: int = 4
    feedforward: int = 1024
    patch: int = 2
    cross_attention: bool = False
    music: str = "rhythm"
    window: int = 150
    fps: float = 30.0
    masks: bool = False

    def __post_init__(self) -> None:
        sizes = (self.width, self.layers, self.heads, self.feedforward, self.patch, self.window)
        if (
            min(*sizes, self.fps) < 1
            or self.width % (2 * self.heads)
            or self.window % 2
            or self.window % self.patch
        ):
            raise FootlightsError(
                "sizes that do not fit together",
                "[model]",
                "width must be a multiple of twice heads, window even and a multiple of patch, "
                "all of them positive",
            )
        if self.fps > _FASTEST or self.window > _LONGEST_WINDOW or max(sizes) > _LARGEST_SIZE:
            raise FootlightsError(
                "sizes that no model of dance has",
                "[model]",
                f"fps is at most {_FASTEST:g}, window {_LONGEST_WINDOW}, others {_LARGEST_SIZE}",
            )
        if self.music not in MUSIC_WIDTHS:
            raise FootlightsError(
                f"no music called {self.music!r}",
                "[model]",
                f"take one of {', '.join(MUSIC_WIDTHS)}",
            )

    @property
    def conditions(self) -> int:
        """Numbers a frame of music."""
        return MUSIC_WIDTHS[self.music]


@dataclass(frozen=True)
class LossConfig:
    """Weights of the four losses.

    Attributes:
        vector: of the standardised vector.
        position: of joint positions (m2).
        velocity: of joint velocities ((m/s)2).
        slip: of the velocities of planted soles ((m/s)2).
    """

    vector: float = 1.0
    position: float = 10.0
    velocity: float = 0.3
    slip: float = 1.5


@dataclass(frozen=True)
class TrainConfig:
    """The optimiser, and how windows are augmented.

    Attributes:
        steps: in all.
        batch: windows a step.
        learning_rate: on the plateau.
        warmup: steps until the plateau.
        decay_from: share of the steps where the plateau ends.
        weight_decay: of AdamW.
        ema: share of the moving average that is kept in each step.
        seed: of everything that is drawn.
        tempo_warp: octaves that a window may be faster or slower.
        drop_all, drop_beat, drop_energy, drop_onset, drop_style: shares of windows in which the
            network is not told these.
        drop_mask: share of windows in which nothing is given, of a model with masks.
    """

    steps: int = 20_000
    batch: int = 32
    learning_rate: float = 5e-4
    warmup: int = 200
    decay_from: float = 0.6
    weight_decay: float = 0.01
    ema: float = 0.999
    seed: int = 0
    tempo_warp: float = 0.1
    drop_all: float = 0.15
    drop_beat: float = 0.1
    drop_energy: float = 0.25
    drop_onset: float = 0.6
    drop_style: float = 0.2
    drop_mask: float = 0.5

    def without_augmentation(self) -> "TrainConfig":
        """The same for windows as they are; their style is not told, and nothing is given."""
        return dataclasses.replace(
            self,
            tempo_warp=0.0,
            drop_all=0.0,
            drop_beat=0.0,
            drop_energy=0.0,
            drop_onset=0.0,
            drop_style=1.0,
            drop_mask=1.0,
        )


@dataclass(frozen=True)
class SampleConfig:
    """The sampler.

    Attributes:
        steps: evaluations of the second-order solver.
        guidance: how far predictions are pushed towards the music.
        energy: offset in standard deviations, at which mean joint speed equals real dance's.
    """

    steps: int = 8
    guidance: float = 2.0
    energy: float = 0.7

    def __post_init__(self) -> None:
        if not 1 <= self.steps <= _MOST_STEPS:
            do = f"give a number from 1 to {_MOST_STEPS}"
            raise FootlightsError(f"{self.steps} steps", "[sample]", do)


@dataclass(frozen=True)
class Config:
    """Everything a run needs besides data.

    Attributes:
        styles: which sources carry which style label; clips of other sources keep their own.
    """

    name: str = "small"
    model: ModelConfig = field(default_factory=ModelConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    train: TrainConfig = field(default_factory=TrainConfig)
    sample: SampleConfig = field(default_factory=SampleConfig)
    styles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def for_validation(self) -> "Config":
        """The same with windows as they are: not augmented, and without a style."""
        return dataclasses.replace(self, train=self.train.without_augmentation())

    @classmethod
    def named(cls, name: str) -> "Config":
        """The shipped config called ``name``, or the TOML file at that path."""
        folder = resources.files(__package__) / "configs"
        files = [file.name for file in folder.iterdir() if file.name.endswith(".toml")]
        shipped = sorted(file.removesuffix(".toml") for file in files)
        if name in shipped:
            return cls.parse((folder / f"{name}.toml").read_text(), name)

        if not Path(name).is_file():
            raise FootlightsError(
                "no such config",
                name,
                f"take one of {', '.join(shipped)} or the path of a .toml file",
            )
        return cls.read(Path(name), Path(name).stem)

    @classmethod
    def read(cls, path: Path, name: str) -> "Config":
        """The config in a TOML file, which errors call ``name``."""
        try:
            return cls.parse(read_text(path), name)
        except UnicodeDecodeError as error:
            raise FootlightsError(f"is no text ({error.reason})", path) from error

    @classmethod
    def parse(cls, text: str, name: str) -> "Config":
        """A config from TOML; unknown tables and keys are refused by name."""
        try:
            tables = parse_toml(text)
        except ValueError as error:
            raise FootlightsError(f"not valid TOML ({error})", name) from error

        unknown = sorted(set(tables) - {"name", "styles"} - set(_PARTS))
        if unknown:
            raise FootlightsError(
                f"unknown table {unknown[0]!r}",
                name,
                f"the tables are {', '.join(_PARTS)} and styles",
            )
        for key in tables.keys() - {"name"}:
            if not isinstance(tables[key], dict):
                raise FootlightsError(f"{key} is no table", name, f"write it as [{key}]")

        parts = {k: _fill(part, tables.get(k, {}), f"{name} [{k}]") for k, part in _PARTS.items()}
        styles = {
            style: _sources(style, sources, f"{name} [styles]")
            for style, sources in tables.get("styles", {}).items()
        }
        return cls(name=str(tables.get("name", name)), styles=styles, **parts)

    def to_toml(self) -> str:
        """The text that `parse` reads back."""
        lines = [f"name = {_toml(self.name)}"]
        for table in _PARTS:
            values = dataclasses.asdict(getattr(self, table))
            lines += ["", f"[{table}]", *(f"{k} = {_toml(v)}" for k, v in values.items())]

        if self.styles:
            lines += ["", "[styles]"]
        for style, sources in self.styles.items():
            lines.append(f"{_toml(style)} = [{', '.join(map(_toml, sources))}]")
        return "\n".join(lines) + "\n"


_PARTS = {"model": ModelConfig, "loss": LossConfig, "train": TrainConfig, "sample": SampleConfig}


def _sources(style: str, sources: Any, where: str) -> tuple[str, ...]:
    """The names of the sources that carry a style."""
    if not (isinstance(sources, list) and all(isinstance(source, str) for source in sources)):
        do = f'write it as {style} = ["SOURCE"]'
        raise FootlightsError(f"{style[:40]} is no list of sources", where, do)
    return tuple(sources)


def _fill(part: Any, values: dict[str, Any], where: str) -> Any:
    """A ``part`` of the config with ``values``, whose names and types are checked."""
    types: dict[str, Any] = {f.name: f.type for f in dataclasses.fields(part)}
    for key, value in values.items():
        if key not in types:
            raise FootlightsError(f"unknown key {key!r}", where, f"the keys are {', '.join(types)}")
        if types[key] is float and isinstance(value, int):
            values = {**values, key: float(value)}
        elif type(value) is not types[key]:
            raise FootlightsError(f"{key} must be of type {types[key].__name__}", where)
        if types[key] is float and not math.isfinite(values[key]):
            raise FootlightsError(f"{key} is not finite", where, "give a number")
    return part(**values)


def _toml(value: Any) -> str:
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    return str(value).lower() if isinstance(value, bool) else repr(value)
