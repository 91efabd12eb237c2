"""Say what is installed here, which parts work, and what to do about the rest."""

import argparse
import dataclasses
import json
import sys


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The choices of ``footlights doctor``."""
    parser.epilog = "example:\n  footlights doctor\n"
    parser.add_argument("--json", action="store_true", help="print the findings for a program")


def run(args: argparse.Namespace) -> int:
    """Print every finding; 1 when something is missing that footlights needs."""
    from ..pipeline.doctor import checkup

    findings = list(checkup())
    if args.json:
        json.dump([dataclasses.asdict(finding) for finding in findings], sys.stdout, indent=1)
        print()
    else:
        for finding in findings:
            mark = "ok" if finding.works else "NO" if finding.needed else "--"
            print(
                f"{mark}  {finding.name:17}{finding.saw}{'' if finding.works else f'; {finding.do}'}"
            )
    return int(any(finding.needed and not finding.works for finding in findings))
