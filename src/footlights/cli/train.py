"""Train a model on data that `footlights data build` made; needs 'footlights[train]'.

The output folder holds the checkpoint, the curve, the TensorBoard log and a film of what the model
can do so far while it trains, and in OUT/model the finished model, for `footlights dance --model
OUT/model`. Stopped, the same command goes on; a folder that holds a run with another config, other
data, statistics or licences is refused.
"""

import argparse
import dataclasses
from pathlib import Path
from typing import Any

from ..basics.terminal import plain, tell
from . import options

EXAMPLE = """examples:
  footlights train diffusion --data built --out runs/mine
  footlights train diffusion --data built --out runs/mine --resume
  tensorboard --logdir runs/mine
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights train``: a family, and its own."""
    from ..pipeline.train import FAMILIES, load_family

    parser.epilog = EXAMPLE
    families = parser.add_subparsers(dest="family", required=True, metavar="FAMILY")
    for name in FAMILIES:
        family = load_family(name)
        own = families.add_parser(name, help=family.SUMMARY, description=family.SUMMARY)
        own.epilog = EXAMPLE
        for field in dataclasses.fields(family.Options):
            _add_option(own, field)
        _add_common(own, family.CONFIGS)


def run(args: argparse.Namespace) -> int:
    """Train, export, and say where the model is."""
    from ..basics.progress import Progress
    from ..learning.task import CHECKPOINT
    from ..pipeline.train import load_family, train

    family = load_family(args.family)
    names = [field.name for field in dataclasses.fields(family.Options)]
    own = family.Options(**{name: getattr(args, name) for name in names})
    out = Path(args.out)
    tell(f"The model goes to {plain(str(out / 'model'))}")

    try:
        with Progress() as progress:
            trained = train(
                args.family,
                out,
                own,
                config=args.config,
                steps=args.steps,
                device=args.device,
                resume=args.resume,
                progress=progress,
            )
    except KeyboardInterrupt:
        begun = (out / CHECKPOINT).exists()
        kept = f"the last checkpoint is kept in {out}" if begun else "nothing was learnt yet"
        raise KeyboardInterrupt(f"{kept}; the same command goes on") from None

    document = {
        "family": trained.family,
        "run": str(trained.run),
        "model": str(trained.model),
        "steps": trained.steps,
        "problems": [],
    }
    options.show(args, document, [str(trained.model)])
    return 0


def _add_option(parser: argparse.ArgumentParser, field: "dataclasses.Field[Any]") -> None:
    """The option of one field of a family's ``Options``."""
    flag = "--" + field.name.replace("_", "-")
    if field.type is bool:
        parser.add_argument(flag, action="store_true", help=field.metadata["help"])
        return
    required = field.default is dataclasses.MISSING
    parser.add_argument(
        flag,
        type=Path if field.type == Path | None else field.type,
        required=required,
        default=None if required else field.default,
        **field.metadata,
    )


def _add_common(parser: argparse.ArgumentParser, configs: str) -> None:
    """The options that every family has."""
    from ..pipeline.train import DEVICES

    add = parser.add_argument
    add("--out", required=True, metavar="DIR", help="where checkpoint, curve and model go")
    add("--config", default="small", metavar="NAME", help=f"{configs} (default: small)")
    add("--steps", type=int, metavar="N", help="steps in all (default: the config's)")
    add("--device", default="auto", choices=DEVICES, help="auto is a GPU if there is one (default)")
    add("--resume", action="store_true", help="fail when there is nothing to go on from")
    options.add_json(parser)
    options.add_force(parser, "a JSON file that exists")
