"""The report: a table as a page of pictures, with the worst and the best clips playing beside
their numbers.
"""

import html
import os
from pathlib import Path
from typing import Any

from ..evaluation.clip_measurement import BIN, load
from ..evaluation.clip_ranking import badness, faults
from ..evaluation.evaluate import Evaluation
from ..evaluation.result_table import short
from ..metrics.motion_rhythm import hits
from .charts import spread, strip
from .page import Appendix, Dance, page

STRIPS = 24  # clips whose time is drawn
_ENDS = 2  # worst clips that play, and as many best ones
_LONGEST = 60.0  # seconds that play
_CSS = Path(__file__).with_name("report.css")


def report(found: Evaluation, path: str | os.PathLike[str]) -> None:
    """Write the page of an evaluation: one file that loads nothing.

    Raises:
        FootlightsError: a clip that is to play has gone, or the place cannot be written.
    """
    ranked = _ranked(found)
    playing = ranked if len(ranked) <= 2 * _ENDS else ranked[:_ENDS] + ranked[-_ENDS:]
    dances = [
        _dance(found, index, place, ranked)
        for index, place in ((i, ranked.index(i) + 1) for i in playing)
    ]
    document = found.table.document()
    markup = "\n".join([_table(document), _spreads(found), _strips(found, ranked)])
    appendix = Appendix(
        f'<section class="report">{markup}</section>', _CSS.read_text(encoding="utf-8")
    )
    page(dances, path, title="How the dances measure", appendix=appendix)


def _ranked(found: Evaluation) -> list[int]:
    """Indices of all clips, the worst first."""
    bad = [badness(record["values"]["made"], found.real.values) for record in found.records]
    return sorted(range(len(bad)), key=lambda i: (-bad[i], found.records[i]["name"]))


def _dance(found: Evaluation, index: int, place: int, ranked: list[int]) -> Dance:
    """A clip to play: its rank, and the measures that are farthest on the worse side of real
    dance.
    """
    record = found.records[index]
    motion = load(found.paths[index])
    motion = motion.cut(0, _LONGEST) if motion.seconds > _LONGEST else motion
    values = record["values"]["made"]
    worst = sorted(faults(values, found.real.values).items(), key=lambda item: -item[1])[:4]
    figures = {f"{name} ({away:.1f} spreads off)": values[name] for name, away in worst if away > 0}
    rank = f"{place} of {len(ranked)}" + (
        ", worst" if place == 1 else ", best" if place == len(ranked) else ""
    )
    return Dance(f"{record['name']}: {rank}", motion, hits=hits(motion), figures=figures)


def _table(document: dict[str, Any]) -> str:
    rows = document["rows"]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in rows)
    lines = []
    for name, label in document["labels"].items():
        cells = "".join(f"<td>{_cell(row.get(name))}</td>" for row in rows.values())
        lines.append(
            f"<tr><th>{html.escape(name)} <small>{html.escape(label)}</small></th>{cells}</tr>"
        )
    protocol, real = document["protocol"], document["real"]
    broken = [f"{Path(p['item']).name}: {p['what']}" for p in document["problems"]]
    missing = sorted(
        {f"{n}: {f['reason']}" for n, f in rows["generated"].items() if f["value"] is None}
    )
    notes = "".join(
        f"<p>{html.escape(note)}</p>" for note in [*document["notes"], *broken, *missing]
    )
    licence = f" ({real['licence']})" if "licence" in real else ""
    words = f"{len(document['clips'])} clips. {protocol['words']}. Hash {protocol['hash']}. Real: {real['name']}{licence}."
    return (
        f'<h2>The table</h2><p>{html.escape(words)}</p>{notes}<div class="scroll"><table><thead><tr><th></th>{head}</tr>'
        f"</thead><tbody>{''.join(lines)}</tbody></table></div>"
        "<p>In the column real, distances are those of real dance from other real dance at the same count: the floor, which "
        "no dancer can be asked to pass. Small numbers are 95 % intervals over clips.</p>"
    )


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "–"
    value, low, high = (figure[key] for key in ("value", "low", "high"))
    return short(value) + ("" if low is None else f"<small>{short(low)} to {short(high)}</small>")


def _spreads(found: Evaluation) -> str:
    figures = []
    for name in found.records[0]["values"]["made"]:
        rows = {
            "real": [float(v) for v in found.real.values.get(name, ())],
            "generated": _of(found, "made", name),
        }
        rows |= {v: _of(found, v, name) for v in found.table.rows if v not in ("generated", "real")}
        label = html.escape(found.table.labels[name])
        caption = f"<figcaption>{html.escape(name)} <small>{label}</small></figcaption>"
        figures.append(f"<figure>{caption}{spread(rows)}</figure>")
    return (
        "<h2>Every clip beside real dance</h2><p>A dot is a clip, a line the middle one; arrows lie beyond the scale. The grey "
        f'controls are spoilt on purpose and must stand apart.</p><div class="pictures">{"".join(figures)}</div>'
    )


def _of(found: Evaluation, variant: str, measure: str) -> list[float]:
    values = (record["values"].get(variant, {}).get(measure) for record in found.records)
    return [value for value in values if value is not None]


def _strips(found: Evaluation, ranked: list[int]) -> str:
    shown = ranked[:STRIPS]
    parts = []
    for index in shown:
        record = found.records[index]
        notes = "; ".join(record["notes"])
        head = f"<h3>{html.escape(record['name'])} <small>{record['seconds']:.1f} s {html.escape(notes)}</small></h3>"
        parts.append(
            f'<div class="strip">{head}{strip(record["strips"], found.real.limits, BIN)}</div>'
        )
    many = (
        "all clips"
        if len(shown) == len(ranked)
        else f"the {len(shown)} worst of {len(ranked)} clips"
    )
    return (
        f"<h2>Where clips are bad</h2><p>Seconds of {many}, the worst first: orange above what 95 of 100 moments of real dance "
        f'stay below, red above twice that.</p><div class="strips">{"".join(parts)}</div>'
    )
