"""Train a model on data that `footlights data build` made. Needs torch: pip install
'footlights[train]'

The output folder holds the checkpoint, the curve, the TensorBoard log and a film of what the model
can do so far while it trains, and in OUT/model the finished model, for `footlights dance --model
OUT/model`. Stopped, it goes on with --resume.
"""

import argparse
import importlib
import sys
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..basics.terminal import plain
from ..basics.whole_files import remove_empty

EXAMPLE = """examples:
  footlights train diffusion --data built --out runs/mine
  footlights train diffusion --data built --out runs/mine --resume
  tensorboard --logdir runs/mine
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights train``."""
    parser.epilog = EXAMPLE
    parser.add_argument("family", choices=["diffusion"], help="what to train")
    parser.add_argument("--data", required=True, metavar="DIR", help="built data")
    parser.add_argument(
        "--out", required=True, metavar="DIR", help="where checkpoint, curve and model go"
    )
    parser.add_argument(
        "--config",
        default="small",
        metavar="NAME",
        help="small, paper, or a .toml file (default: small)",
    )
    parser.add_argument(
        "--device",
        default="auto",
        choices=["auto", "cpu", "cuda"],
        help="default: auto, a GPU if there is one",
    )
    parser.add_argument(
        "--steps", type=int, metavar="N", help="steps in all (default: the config's)"
    )
    parser.add_argument(
        "--all-licences",
        action="store_true",
        help="also learn from clips that forbid commercial use",
    )
    parser.add_argument(
        "--resume", action="store_true", help="go on in a folder that holds a checkpoint"
    )


def run(args: argparse.Namespace) -> int:
    """Train, export, and say where the model is."""
    import dataclasses

    from ..basics.progress import Progress

    export, train, config_of, training_preview = _torch_room()
    config = config_of(args.config)
    if args.steps is not None:
        if args.steps < 1:
            raise FootlightsError(f"{args.steps} steps", "--steps", "give a number from 1 on")
        config = dataclasses.replace(
            config, train=dataclasses.replace(config.train, steps=args.steps)
        )
    out = Path(args.out)
    new, begun = not out.exists(), (out / "checkpoint.pt").exists()
    if begun and not args.resume:
        raise FootlightsError(
            "holds a checkpoint already", out, "give --resume to go on with it, or another --out"
        )
    if args.resume and not begun:
        print(f"no checkpoint in {plain(str(out))} yet, beginning", file=sys.stderr)
    print(f"The model goes to {plain(str(out / 'model'))}", file=sys.stderr)
    try:
        with Progress() as progress:
            train(
                args.data, out, config, device=args.device, commercial_only=not args.all_licences, progress=progress,
                on_validation=training_preview(out, config) if config.model.music == "rhythm" else None,
            )  # fmt: skip
            model = export(out, out / "model", config)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            f"the last checkpoint is kept in {out}; the same command with --resume goes on"
        ) from None
    finally:
        if new:
            remove_empty(out)
    print(model)
    return 0


def _torch_room() -> tuple[Any, ...]:
    """The functions that need torch, or what to do when something of the extra is missing."""
    try:
        for name in ("onnx", "onnxscript", "tensorboard"):  # wanted hours later, so looked for now
            importlib.import_module(name)
        from ..generators.diffusion.config import Config
        from ..generators.diffusion.export import export
        from ..generators.diffusion.training import train
        from ..pipeline.training_preview import training_preview
    except ModuleNotFoundError as error:
        raise FootlightsError(
            f"{error.name} is not installed", "train", "pip install 'footlights[train]'"
        ) from error
    return export, train, Config.named, training_preview
