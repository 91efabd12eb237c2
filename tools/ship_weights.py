"""Ship a trained run: export it into the package and write its card.

usage: python tools/ship_weights.py --run runs/a --data built --styles salsa,groove --energy 0.8
       --guidance 2.3 --trained TEXT [--figures FILE]

``--styles`` are the labels that `benchmarks/control.py` finds in the samples when asked for;
``--energy`` is the offset at which mean joint speed equals real dance, ``--guidance`` what events
concentrate on the beat with (`benchmarks/event_lag.py`); ``--figures`` is the output of
`benchmarks/quality.py`.
"""

import argparse
from dataclasses import replace
from pathlib import Path

from footlights.basics.whole_files import writing
from footlights.data.dataset import Dataset
from footlights.generators.diffusion.card import DiffusionCard
from footlights.generators.diffusion.clips import TrainingData
from footlights.generators.diffusion.config import Config
from footlights.generators.diffusion.export import export
from footlights.generators.diffusion.task import DiffusionTask
from footlights.learning.checkpoint import read_identity
from footlights.learning.run import load

WEIGHTS = Path(__file__).parents[1] / "src" / "footlights" / "weights"

CARD = """# {name}

A diffusion model of dance: {parameters:,} parameters, {window:.0f} s windows at {fps:.0f} frames
a second, conditioned on rhythm and style.

## What it learnt from

{minutes:.1f} minutes of dance ({clips} clips), mirrored and bent in tempo by up to {warp:.0%};
every clip allows commercial use.
Genres: {genres}.

| source | minutes | licence |
|---|---|---|
{sources}

Only the train split of the manifest: performers of the validation and test splits were never seen.
No recording came with its music. The model was told the rhythm that can be read from motion (one
tempo a clip, tracked beats where they can be trusted, energy, how hard limbs arrive); from a song
it is told beat phase, tempo, level and onsets. It has never heard music.

## How it was trained

`{command}`: {steps:,} steps of {batch} windows, {trained}. In half of the windows part of the
motion was given (spans, poses, the path, half of the body), to be filled in. Config: `config.toml`;
weights in half precision in `weights.safetensors`; `graph.onnx` is the same network for
onnxruntime, checked against torch to 1e-4.

Styles offered: {styles}. Other labels it was given ({others}) cannot be told apart well enough in
its samples to be promised. Energy is offset by {energy:+.1f} standard deviations so that mean joint
speed comes near real dance.

## Figures

{figures}

## Licence

The weights are under CC BY 4.0, as the strictest source asks for attribution: see NOTICE for
everyone to thank. The motion capture itself is not contained and was not kept.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    add = parser.add_argument
    add("--run", type=Path, required=True)
    add("--data", type=Path, required=True, help="the built data it learnt from")
    add("--styles", required=True, help="labels to offer, with commas")
    add("--energy", type=float, required=True)
    add("--guidance", type=float, required=True)
    add("--trained", required=True, help="on what and how long it was trained, in words")
    add("--figures", type=Path, help="a table to print in the card")
    args = parser.parse_args()

    styles = tuple(filter(None, args.styles.split(",")))
    asked = {"energy": args.energy, "guidance": args.guidance}
    folder = ship(args.run, args.data, styles, asked, args.trained)
    figures = args.figures.read_text().strip() if args.figures else ""
    with writing(folder / "card.md") as path:
        path.write_text(card_text(folder, Dataset.read(args.data), figures))
    print(folder)


def ship(
    run: Path, data: Path, styles: tuple[str, ...], asked: dict[str, float], trained: str
) -> Path:
    """Export ``run`` under its config's name with what is ``asked`` of the sampler."""
    config = Config.parse(read_identity(run).config, str(run))
    task = DiffusionTask(TrainingData.load(data, config), config)
    return export(
        task,
        load(task, run),
        WEIGHTS / config.name,
        command=DiffusionCard.read(run / "model" / "card.json").command,
        config=replace(config, sample=replace(config.sample, **asked)),
        styles=styles,
        trained=trained,
    )


def card_text(folder: Path, dataset: Dataset, figures: str) -> str:
    """``card.md`` of the model in ``folder``, which learnt from ``dataset``."""
    card = DiffusionCard.read(folder / "card.json")
    config = Config.parse((folder / "config.toml").read_text(), str(folder))
    clips = [clip for clip in dataset.clips if clip.source in card.minutes]
    licences = {clip.source: clip.licence for clip in clips}
    genres = sorted({clip.style for clip in clips if clip.split == "train" and clip.dance})
    rows = [f"| {name} | {minutes} | {licences[name]} |" for name, minutes in card.minutes.items()]

    return CARD.format(
        name=card.name,
        parameters=card.parameters,
        window=config.model.window / config.model.fps,
        fps=config.model.fps,
        minutes=sum(card.minutes.values()),
        clips=card.clips,
        warp=2**config.train.tempo_warp - 1,
        genres=", ".join(genres),
        sources="\n".join(rows),
        command=card.command,
        steps=card.steps,
        batch=config.train.batch,
        trained=card.trained,
        styles=", ".join(card.styles),
        others=", ".join(label for label in card.labels if label not in card.styles) or "none",
        energy=config.sample.energy,
        figures=figures,
    )


if __name__ == "__main__":
    main()
