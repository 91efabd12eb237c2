"""The report of an evaluation: table, pictures of every measure, worst and best clips playing."""

import html
import math
import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from ..evaluation.clip_measurement import CELL
from ..evaluation.clip_ranking import deviations, mean_deviation
from ..evaluation.evaluate import Evaluation
from ..evaluation.resampled_distances import GENERATED, REAL
from ..evaluation.table_text import short_number
from ..metrics.motion_rhythm import hits
from .charts import spread, strip
from .page import Appendix, Dance, page

STRIPS = 24  # clips whose time is drawn
_PLAYING = 2  # worst clips that play, and as many best ones
_LONGEST = 60.0  # seconds that play
_FIGURES = 4  # measures that are shown below a clip
_STYLE = Path(__file__).with_name("report.css")

_ABOUT_FLOOR = (
    "In the column real, distances are those of real dance from other real dance at the same "
    "count: the floor, which no dancer can be asked to pass. Small numbers are 95 % intervals over "
    "clips."
)
_ABOUT_SPREADS = (
    "A dot is a clip, a line the middle one; arrows lie beyond the scale. The grey controls are "
    "spoilt on purpose and must stand apart."
)


def report(evaluation: Evaluation, path: str | os.PathLike[str]) -> None:
    """Write the page of an evaluation: one file that loads nothing.

    Raises:
        FootlightsError: a clip that is to play has gone, or the place cannot be written.
    """
    ranking = _ranking(evaluation)
    playing = ranking
    if len(ranking) > 2 * _PLAYING:
        playing = ranking[:_PLAYING] + ranking[-_PLAYING:]
    dances = [_dance(evaluation, index, ranking) for index in playing]

    parts = [
        _table(evaluation.table.document()),
        _spreads(evaluation),
        _strips(evaluation, ranking),
    ]
    markup = '<section class="report">{}</section>'.format("\n".join(parts))
    appendix = Appendix(markup, _STYLE.read_text(encoding="utf-8"))
    page(dances, path, title="How the dances measure", appendix=appendix)


def _ranking(evaluation: Evaluation) -> list[int]:
    """Indices of all clips, the worst first."""
    real, records = evaluation.table.real.values, evaluation.records
    bad = [mean_deviation(record.numbers.values, real) for record in records]
    return sorted(range(len(bad)), key=lambda i: (-bad[i], records[i].name))


def _dance(evaluation: Evaluation, index: int, ranking: list[int]) -> Dance:
    """A clip to play: its rank, and the measures farthest on the worse side of real dance."""
    record = evaluation.records[index]
    motion = evaluation.clips[index].load()
    if motion.seconds > _LONGEST:
        motion = motion.cut(0, _LONGEST)

    values = record.numbers.values
    distances = deviations(values, evaluation.table.real.values)
    worst = sorted(distances.items(), key=lambda item: -item[1])
    figures = {
        f"{name} ({away:.1f} spreads off)": values[name]
        for name, away in worst[:_FIGURES]
        if away > 0
    }

    place, last = ranking.index(index) + 1, len(ranking)
    end = ", worst" if place == 1 else ", best" if place == last else ""
    label = f"{record.name}: {place} of {last}{end}"
    return Dance(label, motion, hits=hits(motion), figures=figures)


def _table(document: dict[str, Any]) -> str:
    rows = document["rows"]
    head = "".join(f"<th>{html.escape(name)}</th>" for name in rows)
    lines = []
    for name, label in document["labels"].items():
        cells = "".join(f"<td>{_cell(row.get(name))}</td>" for row in rows.values())
        words = f"{html.escape(name)} <small>{html.escape(label)}</small>"
        lines.append(f"<tr><th>{words}</th>{cells}</tr>")

    notes = "".join(f"<p>{html.escape(note)}</p>" for note in _notes(document))
    return (
        f"<h2>The table</h2><p>{html.escape(_about(document))}</p>{notes}"
        f'<div class="scroll"><table><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div><p>{_ABOUT_FLOOR}</p>"
    )


def _about(document: dict[str, Any]) -> str:
    protocol, real = document["protocol"], document["real"]
    licence = f" ({real['licence']})" if "licence" in real else ""
    clips = f"{len(document['clips'])} clips. {protocol['words']}. Hash {protocol['hash']}."
    return f"{clips} Real: {real['name']}{licence}."


def _notes(document: dict[str, Any]) -> list[str]:
    """What a reader must know: notes of the table, files not measured, numbers not to be had."""
    broken = [
        f"{Path(problem['item']).name}: {problem['what']}" for problem in document["problems"]
    ]
    generated = document["rows"]["generated"]
    missing = {
        f"{name}: {figure['reason']}"
        for name, figure in generated.items()
        if figure["value"] is None
    }
    return [*document["notes"], *broken, *sorted(missing)]


def _cell(figure: dict[str, Any] | None) -> str:
    if figure is None or figure["value"] is None:
        return "–"
    value, low, high = (figure[key] for key in ("value", "low", "high"))
    interval = "" if low is None else f"<small>{short_number(low)} to {short_number(high)}</small>"
    return short_number(value) + interval


def _spreads(evaluation: Evaluation) -> str:
    """A picture of every measure: each clip beside real dance and the controls."""
    real = evaluation.table.real
    controls = [row for row in evaluation.table.rows if row not in (GENERATED, REAL)]
    pictures = []
    for name in evaluation.records[0].numbers.values:
        rows: dict[str, Sequence[float]] = {
            REAL: [float(value) for value in real.values.get(name, ())],
            GENERATED: _known(record.numbers.values[name] for record in evaluation.records),
        }
        rows |= {control: _of_control(evaluation, control, name) for control in controls}
        words = f"{html.escape(name)} <small>{html.escape(evaluation.table.labels[name])}</small>"
        pictures.append(f"<figure><figcaption>{words}</figcaption>{spread(rows)}</figure>")
    return (
        f"<h2>Every clip beside real dance</h2><p>{_ABOUT_SPREADS}</p>"
        f'<div class="pictures">{"".join(pictures)}</div>'
    )


def _of_control(evaluation: Evaluation, control: str, measure: str) -> list[float]:
    spoilt = (r.controls[control] for r in evaluation.records if control in r.controls)
    return _known(numbers.values[measure] for numbers in spoilt)


def _known(values: Iterable[float]) -> list[float]:
    return [value for value in values if math.isfinite(value)]


def _strips(evaluation: Evaluation, ranking: list[int]) -> str:
    """A picture of time for each of the worst clips."""
    shown = ranking[:STRIPS]
    parts = []
    for index in shown:
        record = evaluation.records[index]
        facts = f"{record.seconds:.1f} s {html.escape('; '.join(record.notes))}"
        head = f"<h3>{html.escape(record.name)} <small>{facts}</small></h3>"
        cells = {name: values.tolist() for name, values in record.strips.items()}
        picture = strip(cells, evaluation.table.real.limits, CELL)
        parts.append(f'<div class="strip">{head}{picture}</div>')

    count, total = len(shown), len(ranking)
    which = "all clips" if count == total else f"the {count} worst of {total} clips"
    return (
        f"<h2>Where clips are bad</h2><p>Seconds of {which}, the worst first: orange above what "
        "95 of 100 moments of real dance stay below, red above twice that.</p>"
        f'<div class="strips">{"".join(parts)}</div>'
    )
