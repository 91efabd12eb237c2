"""Measure a folder of dances: a table beside real dance and beside controls that must look bad.

Beside real dance stands what it scores against itself. The controls are made of your dances:
frozen, vibrating, random chunks, and other music. Results of a clip are kept, so that a second run
takes moments. Files that cannot be measured are named; the others are.
"""

import argparse

from . import options

EXAMPLE = """examples:
  footlights evaluate --generated dances
  footlights evaluate --generated dances --json-file table.json --html report.html
  footlights evaluate --generated theirs --music songs --real mocap --protocol bailando
  footlights evaluate --generated dances --metrics pfc@edge,mypackage.measures:sway
"""

RESULTS = ("html", "json_file")  # whoever is cut off between them begins again


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights evaluate``."""
    parser.epilog = EXAMPLE
    add = parser.add_argument
    add("--generated", required=True, metavar="DIR", help="the folder of motions, of any format")
    add(
        "--real",
        metavar="DIR|FILE",
        help="real dance: motions, built data, or a reference.npz (default: ours, 15 clips)",
    )
    add(
        "--music",
        metavar="DIR",
        help="the songs, called like the motions; dances.json makes it needless",
    )
    add(
        "--protocol",
        default="footlights",
        metavar="NAME",
        help="footlights, bailando, aist, edge or skeleton2stage (default: footlights)",
    )
    add(
        "--train",
        metavar="DIR",
        help="motions the model learnt from: how far are its dances from copies?",
    )
    add(
        "--metrics",
        default="",
        metavar="NAME[,NAME]",
        help="metrics beside the protocol's: ours, other packages', or package.module:function",
    )
    add("--html", metavar="FILE", help="also make a page: pictures, worst and best clips playing")
    options.add_jobs(parser)
    options.add_json(parser)
    options.add_force(parser, "a page or a JSON file that exists")


def run(args: argparse.Namespace) -> int:
    """Print the table; 2 when some file could not be measured, 1 when work failed."""
    from ..basics.progress import Progress
    from ..basics.terminal import tell
    from ..evaluation import evaluate

    if args.html:
        options.check_new(args.html, "--html", force=args.force)
    try:
        with Progress() as progress:
            evaluation = evaluate(
                args.generated,
                args.real,
                args.music,
                args.protocol,
                metrics=[name.strip() for name in args.metrics.split(",") if name.strip()],
                train=args.train,
                jobs=args.jobs,
                failed=lambda problem: progress.say(options.line_of(problem)),
                progress=progress,
            )
            if args.html:
                from ..show.report import report

                report(evaluation, args.html)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(
            "results of measured clips are kept; the same command does the rest"
        ) from None

    options.show(args, evaluation.table.document(), [evaluation.table.text])
    if evaluation.problems:
        failed = len(evaluation.problems)
        total = failed + len(evaluation.records)
        tell(f"footlights: {failed} of {total} files could not be measured")
    return evaluation.exit_code
