"""The page of a score: judged dances beside their strips of time and what is wrong, in words."""

import html
import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ..evaluation.judged_files import JudgedFile
from ..motion.motion import Motion
from ..physics import Judgement
from ..physics.findings import Finding
from ..physics.judgement import AXES, SUB_SCORES
from .charts import time_marks
from .judgement_marks import judgement_marks
from .page import Appendix, Dance, page
from .score_table import clock, labels, numbers

if TYPE_CHECKING:
    from ..music import Music

MOST = 6  # motions that play on the page
_FINDINGS = 10  # of a motion that are listed
_CELL = 0.1  # seconds of a strip's cell
_WIDTH, _LABELS, _ROW = 900, 104, 13  # of a strip: all of it, its labels, a row
_GOOD, _FAIR = 0.8, 0.4  # scores from which a cell of the table is not marked, or marked low
_STYLES = (Path(__file__).with_name("report.css"), Path(__file__).with_name("score.css"))

_MEANINGS = {
    "physics score": "geometric mean of eleven sub-scores; real dance is near 1",
    "kinematic": "speed, trembling, and whether the body goes through itself or bends as none does",
    "contact": "sliding, sinking, floating, balance",
    "dynamic": "torques, what the floor would have to give, power, and what nothing explains",
    "moves, m/s": "mean speed of the joints: a statue is physically perfect",
}


def score_page(
    files: Sequence[JudgedFile], path: str | os.PathLike[str], music: "Music | None" = None
) -> None:
    """Write the page of ``files`` (worst first) into one file that loads nothing.

    The table has all of them; those whose motion was kept play, to ``music`` where it is known.

    Raises:
        FootlightsError: there is no motion to play, or the place cannot be written.
    """
    dances, sections = [], []
    for file, label in zip(files, labels(files), strict=True):
        if file.motion is not None:
            dances.append(_dance(label, file.motion, file.judgement))
            sections.append(_section(len(dances), label, file.motion, file))

    left_out = (
        f"<p>The {len(dances)} worst of {len(files)} motions play here; the table has all.</p>"
        if len(files) > len(dances)
        else ""
    )
    markup = f'<section class="report">{_table(files)}{left_out}{"".join(sections)}</section>'
    style = "".join(file.read_text(encoding="utf-8") for file in _STYLES)
    page(dances, path, music=music, title="What a body could do", appendix=Appendix(markup, style))


def _dance(label: str, motion: Motion, judgement: Judgement) -> Dance:
    figures = {
        "physics score": judgement.physics_score,
        **judgement.axes,
        "moves, m/s": judgement.activity,
    }
    marks = judgement_marks(motion, judgement)
    return Dance(label, motion, figures=figures, meanings=_MEANINGS, marks=marks)


def _table(files: Sequence[JudgedFile]) -> str:
    names = ("score", *AXES, *SUB_SCORES, "m/s")
    head = "".join(f"<th>{html.escape(name.replace('_', ' '))}</th>" for name in names)
    rows = []
    for file, label in zip(files, labels(files), strict=True):
        *scores, activity = numbers(file)
        cells = "".join(_cell(score, _mark(score)) for score in scores) + _cell(activity)
        rows.append(f"<tr><th>{html.escape(label)}</th>{cells}</tr>")
    return (
        '<h2>Scores, the worst first</h2><div class="scroll"><table>'
        f"<thead><tr><th></th>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table></div>"
        "<p>1 is what real dancers do: 95 of 100 windows of real dance of the training performers "
        "are above about 0.9 on every sub-score.</p>"
    )


def _mark(score: float) -> str:
    return "" if score >= _GOOD else "low" if score >= _FAIR else "bad"


def _cell(value: float, mark: str = "") -> str:
    if math.isnan(value):
        return "<td>–</td>"
    return f'<td class="{mark}">{value:.2f}</td>' if mark else f"<td>{value:.2f}</td>"


def _section(rank: int, label: str, motion: Motion, file: JudgedFile) -> str:
    judgement = file.judgement
    notes = [*file.notes, *([judgement.reason] if judgement.reason else [])]
    findings = "".join(_finding(finding) for finding in judgement.findings[:_FINDINGS])
    more = len(judgement.findings) - _FINDINGS
    score = (
        "no score"
        if math.isnan(judgement.physics_score)
        else f"score {judgement.physics_score:.2f}"
    )
    return "".join(
        [
            f'<div class="strip judged"><h3><span class="rank">{rank}</span>{html.escape(label)} ',
            f"<small>{motion.seconds:.1f} s, {score}</small></h3>",
            *(f"<p>{html.escape(note)}</p>" for note in notes),
            _strips(judgement, motion),
            f"<ol>{findings or '<li>Nothing beyond what real dancers do.</li>'}</ol>",
            f"<p>{more} more are in --json.</p>" if more > 0 else "",
            "</div>",
        ]
    )


def _finding(finding: Finding) -> str:
    seconds = finding.end - finding.start
    span = f"{seconds:.1f} s" if seconds >= 0.1 else "a moment"
    button = f'<button type="button" data-at="{finding.worst:.3f}">{clock(finding.worst)}</button>'
    return f"<li>{button} {html.escape(finding.text)} <small>for {span}</small></li>"


def _strips(judgement: Judgement, motion: Motion) -> str:
    """A line of time for every sub-score, the worst first; a click on a cell jumps there.

    Cells are dark where it is good, orange to red where it is not.
    """
    count = max(1, int(np.ceil(motion.seconds / _CELL)))
    width = (_WIDTH - _LABELS) / count
    cells = np.minimum((np.arange(len(motion)) / motion.fps / _CELL).astype(int), count - 1)
    scores = judgement.sub_scores
    worst_first = sorted(scores, key=lambda name: np.nan_to_num(scores[name], nan=-1.0))

    shapes = []
    for row, name in enumerate(worst_first):
        y, value = _ROW * row, scores[name]
        label = f"{name.replace('_', ' ')} {'–' if np.isnan(value) else f'{value:.2f}'}"
        shapes.append(f'<text x="0" y="{y + 9}">{html.escape(label)}</text>')
        shapes.append(_box(_LABELS, y, _WIDTH - _LABELS, "#2c2e32"))

        worst = np.ones(count)
        known = np.isfinite(judgement.frames[name])
        np.minimum.at(worst, cells[known], judgement.frames[name][known])
        for cell in np.flatnonzero(worst < _GOOD).tolist():
            title = html.escape(f"{label}, {clock(cell * _CELL)}")
            color = _heat(float(worst[cell]))
            # A little wider than a cell, so that neighbours leave no gap.
            at = f'data-at="{cell * _CELL:.2f}" '
            shapes.append(_box(_LABELS + cell * width, y, width + 0.3, color, at, title))

    bottom = _ROW * len(scores)
    shapes += [
        f'<text x="{_LABELS + second / _CELL * width:.1f}" y="{bottom + 10}">{second}</text>'
        for second in time_marks(motion.seconds, most=20)
    ]
    return f'<svg viewBox="0 0 {_WIDTH} {bottom + 13}" role="img">{"".join(shapes)}</svg>'


def _box(x: float, y: int, width: float, color: str, data: str = "", title: str = "") -> str:
    size = f'width="{width:.1f}" height="{_ROW - 3}"'
    box = f'<rect {data}x="{x:.1f}" y="{y + 1}" {size} fill="{color}"'
    return f"{box}><title>{title}</title></rect>" if title else f"{box}/>"


def _heat(score: float) -> str:
    return "#e7a13d" if score >= 0.5 else "#e8703a" if score >= 0.2 else "#e8503a"
