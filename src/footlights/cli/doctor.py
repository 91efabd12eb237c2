"""Say what is installed here, which parts work, and what to do about the rest."""

import argparse

from . import options

EXAMPLE = """examples:
  footlights doctor
  footlights doctor --json
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights doctor``."""
    parser.epilog = EXAMPLE
    options.add_json(parser)
    options.add_force(parser, "a JSON file that exists")


def run(args: argparse.Namespace) -> int:
    """Print every result; 1 when something is missing that footlights needs."""
    from ..pipeline.doctor import as_json, run_checks

    results = list(run_checks())
    options.show(args, as_json(results), [result.line for result in results])
    return int(any(result.needed and not result.works for result in results))
