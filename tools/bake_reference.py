"""Bake src/footlights/assets/reference.npz and its card: real dance as numbers, by protocol.

usage: python tools/bake_reference.py --data DIR [--out FILE]

DIR is a folder made by `footlights data build`. Of it the dances of the test split are taken whose
licences allow commercial use; no pose of them is kept, only features of windows, one number a clip
and metric, and limits of quarters of a second.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from footlights.basics.errors import Problem
from footlights.basics.whole_files import writing
from footlights.evaluation.clip_listing import ListedClip, list_clips
from footlights.evaluation.clip_measurement import MeasurementRequest, measuring_code
from footlights.evaluation.measured_clip import MeasuredClip
from footlights.evaluation.measurement_cache import measure_clips
from footlights.evaluation.reference import SHIPPED, Reference, save
from footlights.metrics.protocol import PROTOCOLS, Protocol

NAME = "footlights test dances 1"
NOTE = (
    "the real dances have no songs: their beats are read from their own hits, so their beat numbers"
    " are upper bounds"
)
CARD = """# reference.npz: real dance to measure against

Numbers of {count} clips, {seconds:g} s, of real dance that no shipped model learnt from: {name!r}.

- **What is in it.** For each protocol: kinetic and geometric features of windows (no pose can be
  made of them), one number for each clip and metric, and for each metric what 95 of 100 quarters of
  a second stay below.
- **Clips.** {clips}.
- **Licences of the recordings.** {licence}. All allow commercial use; the recordings themselves are
  not here.
- **Licence of this file.** Apache-2.0, as footlights.
- **Known.** {note}. Most of it is one take of salsa by one dancer: wide claims need your own
  `--real`.
- **Baked by** `python tools/bake_reference.py --data DIR`, DIR made by `footlights data build`.

| protocol | windows | hash |
|---|---|---|
{rows}
"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument(
        "--data", type=Path, required=True, help="a folder made by: footlights data build"
    )
    parser.add_argument("--out", type=Path, default=SHIPPED)
    args = parser.parse_args()

    clips = [clip for clip in list_clips(args.data) if clip.licence]
    measured = {name: measure(clips, protocol) for name, protocol in PROTOCOLS.items()}
    references = {name: Reference.of(NAME, records) for name, records in measured.items()}

    seconds = sum(record.seconds for record in next(iter(measured.values())))
    card = facts_of(clips, seconds)
    save(references, args.out, card)
    with writing(args.out.with_suffix(".md")) as temporary:
        temporary.write_text(card_text(card, references), encoding="utf-8")


def measure(clips: Sequence[ListedClip], protocol: Protocol) -> list[MeasuredClip]:
    """The records of all clips in order of their names."""
    code = measuring_code()
    requests = [MeasurementRequest(clip, protocol, code=code) for clip in clips]
    records = [record for _, record in measure_clips(requests, failed=stop)]
    return sorted(records, key=lambda record: record.name)


def stop(problem: Problem) -> None:
    raise SystemExit(str(problem))


def facts_of(clips: Sequence[ListedClip], seconds: float) -> dict[str, Any]:
    """What the file says of itself."""
    licences = sorted(Counter(clip.licence for clip in clips).items())
    counted = (f"{name} ({n} clip{'' if n == 1 else 's'})" for name, n in licences)
    return {
        "name": NAME,
        "licence": "; ".join(counted),
        "seconds": round(seconds, 1),
        "note": NOTE,
        "own_beats": True,
        "clips": [clip.name for clip in clips],
    }


def card_text(card: dict[str, Any], references: dict[str, Reference]) -> str:
    """The card that stands beside the file."""
    rows = (f"| {n} | {len(r.features)} | {r.digest} |" for n, r in references.items())
    facts = {
        **card,
        "count": len(card["clips"]),
        "clips": ", ".join(f"`{clip}`" for clip in card["clips"]),
        "note": card["note"].capitalize(),
    }
    return CARD.format(**facts, rows="\n".join(rows))


if __name__ == "__main__":
    main()
