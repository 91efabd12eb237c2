"""Ship a trained run: export it into the package and write its card.

usage: python tools/ship_weights.py --run runs/a --data built --styles salsa,groove --energy 0.8
--device TEXT [--figures FILE]

``--styles`` are the labels that `benchmarks/control.py` finds in the samples when asked for;
``--energy`` is the offset at which mean joint speed equals real dance; ``--figures`` is the output
of `benchmarks/quality.py`.
"""

import argparse
import dataclasses
import json
from pathlib import Path

from footlights.basics.whole_files import writing
from footlights.data.dataset import Dataset
from footlights.generators.diffusion.config import Config
from footlights.generators.diffusion.export import export

WEIGHTS = Path(__file__).parents[1] / "src" / "footlights" / "weights"

CARD = """# {name}

A diffusion model of dance: {parameters:,} parameters, {window:.0f} s windows at {fps:.0f} frames a second,
conditioned on rhythm and style.

## What it learnt from

{minutes:.1f} minutes of dance ({clips} clips), mirrored and bent in tempo by up to {warp:.0%}; every clip allows
commercial use.
Genres: {genres}.

| source | minutes | licence |
|---|---|---|
{sources}

Only the train split of the manifest: performers of the validation and test splits were never seen. No recording came with its
music. The model was told the rhythm that can be read from motion (one tempo a clip, tracked beats where they can be trusted,
energy, how hard limbs stop); from a song it is told beat phase, tempo, loudness and onsets. It has never heard music.

## How it was trained

`footlights train diffusion --config small`: {steps:,} steps of {batch} windows, {device}. Config: `config.toml`; weights in
half precision in `weights.safetensors`; `graph.onnx` is the same network for onnxruntime, checked against torch to 1e-4.

Styles offered: {styles}. Other labels it was given ({others}) cannot be told apart well enough in its samples to be promised.
Energy is offset by {energy:+.1f} standard deviations so that mean joint speed comes near real dance.

## Figures

{figures}

## Licence

The weights are under CC BY 4.0, as the strictest source asks for attribution: see NOTICE for everyone to thank. The motion
capture itself is not contained and was not kept.
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--run", type=Path, required=True)
    parser.add_argument(
        "--data",
        type=Path,
        required=True,
        help="the built data it learnt from, for genres and licences",
    )
    parser.add_argument("--styles", required=True, help="labels to offer, with commas")
    parser.add_argument("--energy", type=float, required=True)
    parser.add_argument("--device", required=True, help="what it was trained on, in words")
    parser.add_argument("--figures", type=Path, help="a table to print in the card")
    args = parser.parse_args()
    ship(
        args.run,
        args.data,
        tuple(filter(None, args.styles.split(","))),
        args.energy,
        args.device,
        args.figures,
    )


def ship(
    run: Path, data: Path, styles: tuple[str, ...], energy: float, device: str, figures: Path | None
) -> None:
    """Export ``run`` under its config's name with the sampler's ``energy``, and write card.md
    beside it.
    """
    name = json.loads((run / "run.json").read_text())["name"]
    config = Config.named(name)
    config = dataclasses.replace(config, sample=dataclasses.replace(config.sample, energy=energy))
    folder = export(run, WEIGHTS / name, config, {"styles": list(styles), "trained": device})
    card = json.loads((folder / "card.json").read_text())
    clips = [clip for clip in Dataset.read(data).clips if clip.source in card["minutes"]]
    licences = {clip.source: clip.licence for clip in clips}
    genres = sorted({clip.style for clip in clips if clip.split == "train" and clip.dance})
    rows = [
        f"| {source} | {minutes} | {licences[source]} |"
        for source, minutes in card["minutes"].items()
    ]
    text = CARD.format(
        name=name, parameters=card["parameters"], window=config.model.window / config.model.fps, fps=config.model.fps,
        minutes=sum(card["minutes"].values()), clips=card["clips"], warp=2**config.train.tempo_warp - 1,
        genres=", ".join(genres), sources="\n".join(rows),
        steps=card["steps"], batch=config.train.batch, device=device, styles=", ".join(styles),
        others=", ".join(label for label in card["labels"] if label not in styles) or "none", energy=energy,
        figures=figures.read_text().strip() if figures else "",
    )  # fmt: skip
    with writing(folder / "card.md") as path:
        path.write_text(text)
    print(folder)


if __name__ == "__main__":
    main()
