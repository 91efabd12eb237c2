"""The page of a score: dances beside their strips of time, what is wrong in words, and what is
wrong on the body itself.
"""

import html
import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..evaluation.judged_files import Row, judged_file
from ..motion.motion import Motion
from ..physics import Judgement
from ..physics.findings import Finding
from ..physics.humanoid import Humanoid
from ..physics.judgement import AXES, SUB_SCORES
from .marks import Marks
from .page import Appendix, Dance, page
from .score_table import clock, labels

MOST = 6  # motions that play on the page
_WORDS = 10  # findings of a motion that are listed
_CELL = 0.1  # seconds of a strip's cell
_CSS = (Path(__file__).with_name("report.css"), Path(__file__).with_name("score.css"))
_WIDTH, _LEFT, _ROW = 900, 104, 13
_LIMBS = {
    "arm": ("shoulder", "elbow"),
    "leg": ("hip", "knee"),
    "toes": ("foot",),
}  # what ranges of joints judge together


def score_page(
    rows: Sequence[Row], path: str | os.PathLike[str], floor: float | str | None = None
) -> None:
    """Write the page of the worst motions of ``rows`` (worst first): one file that loads nothing.

    Raises:
        FootlightsError: a motion has gone, or the place cannot be written.
    """
    dances, parts = [], []
    names = labels(rows)
    for index, (row, name) in enumerate(zip(rows[:MOST], names, strict=False)):
        motion, said, notes = judged_file(row.path, floor)
        dances.append(_dance(name, motion, said))
        parts.append(_section(index, name, motion, said, notes))
    left = (
        f"<p>The {MOST} worst of {len(rows)} motions play here; the table has all.</p>"
        if len(rows) > MOST
        else ""
    )
    markup = f'<section class="report">{_table(rows)}{left}{"".join(parts)}</section>'
    style = "".join(file.read_text(encoding="utf-8") for file in _CSS)
    page(dances, path, title="What a body could do", appendix=Appendix(markup, style))


def marks_of(motion: Motion, said: Judgement) -> Marks:
    """What to draw on a judged motion: parts of findings in red while they last, ground forces,
    the centre of mass.
    """
    wrong = np.zeros((len(motion), len(motion.skeleton)), bool)
    for finding in said.findings:
        first, last = round(finding.start * motion.fps), round(finding.end * motion.fps)
        wrong[first : max(last, first + 1), _joints(finding, motion)] = True
    if said.ground_reaction is None or said.centre_of_mass is None:
        nothing = np.zeros((len(motion), 0, 3))
        return Marks(wrong, nothing, nothing, motion.root.astype(np.float64))
    body = Humanoid.of()
    loaded = np.flatnonzero((said.ground_reaction.forces[..., 2] > 0).any(axis=0))
    starts = motion.positions[:, loaded].astype(np.float64)
    starts[..., 2] = np.maximum(0, starts[..., 2] - 0.08)
    return Marks(
        wrong,
        starts,
        said.ground_reaction.forces[:, loaded] / body.weight,
        said.centre_of_mass - np.array([0, 0, said.floor]),
    )


def _joints(finding: Finding, motion: Motion) -> list[int]:
    """Indices of the joints that a finding names; all when it means the whole body."""
    names, parts = motion.skeleton.names, set(finding.joints)
    for limb, joints in _LIMBS.items():
        parts |= {
            f"{side}_{joint}"
            for side in ("left", "right")
            if f"{side}_{limb}" in parts
            for joint in joints
        }
    parts |= {"spine1", "spine2", "spine3"} if "spine" in parts else set()
    return [names.index(part) for part in parts if part in names] or list(range(len(names)))


def _dance(name: str, motion: Motion, said: Judgement) -> Dance:
    figures = {"physics score": said.physics_score} | said.axes | {"moves, m/s": said.activity}
    meanings = {
        "physics score": "geometric mean of eleven sub-scores; real dance is near 1",
        "kinematic": "speed, trembling, and whether the body goes through itself or bends as none does",
        "contact": "sliding, sinking, floating, balance",
        "dynamic": "torques, what the floor would have to give, power, and what nothing explains",
        "moves, m/s": "mean speed of the joints: a statue is physically perfect",
    }
    return Dance(name, motion, figures=figures, meanings=meanings, marks=marks_of(motion, said))


def _table(rows: Sequence[Row]) -> str:
    head = "".join(
        f"<th>{html.escape(name.replace('_', ' '))}</th>"
        for name in ("score", *AXES, *SUB_SCORES, "m/s")
    )
    lines = []
    for row, name in zip(rows, labels(rows), strict=True):
        said = row.said
        values = [
            said["physics_score"],
            *said["axes"].values(),
            *said["sub_scores"].values(),
            said["activity"],
        ]
        cells = "".join(
            _cell(value, k < 1 + len(AXES) + len(SUB_SCORES)) for k, value in enumerate(values)
        )
        lines.append(f"<tr><th>{html.escape(name)}</th>{cells}</tr>")
    return (
        f'<h2>Scores, the worst first</h2><div class="scroll"><table><thead><tr><th></th>{head}</tr></thead>'
        f"<tbody>{''.join(lines)}</tbody></table></div><p>1 is what real dancers do: 95 of 100 "
        "windows of real dance of the training performers are above about 0.9 on every sub-score.</p>"
    )


def _cell(value: float | None, judged: bool) -> str:
    if value is None:
        return "<td>–</td>"
    mark = "" if not judged or value >= 0.8 else ' class="low"' if value >= 0.4 else ' class="bad"'
    return f"<td{mark}>{value:.2f}</td>"


def _section(index: int, name: str, motion: Motion, said: Judgement, notes: Sequence[str]) -> str:
    told = "".join(
        f"<p>{html.escape(note)}</p>" for note in [*notes, *([said.reason] if said.reason else [])]
    )
    found = (
        "".join(_finding(finding) for finding in said.findings[:_WORDS])
        or "<li>Nothing beyond what real dancers do.</li>"
    )
    score = "no score" if np.isnan(said.physics_score) else f"score {said.physics_score:.2f}"
    more = (
        f"<p>{len(said.findings) - _WORDS} more are in --json.</p>"
        if len(said.findings) > _WORDS
        else ""
    )
    return (
        f'<div class="strip judged"><h3><span class="rank">{index + 1}</span>{html.escape(name)} '
        f"<small>{motion.seconds:.1f} s, {score}</small></h3>{told}"
        f"{_strips(said, motion)}<ol>{found}</ol>{more}</div>"
    )


def _finding(finding: Finding) -> str:
    span = (
        f"{finding.end - finding.start:.1f} s" if finding.end - finding.start >= 0.1 else "a moment"
    )
    button = f'<button type="button" data-at="{finding.worst:.3f}">{clock(finding.worst)}</button>'
    return f"<li>{button} {html.escape(finding.text)} <small>for {span}</small></li>"


def _strips(said: Judgement, motion: Motion) -> str:
    """A line of time for every sub-score: dark where it is good, orange to red where it is not; a
    click jumps there.
    """
    cells = max(1, int(np.ceil(motion.seconds / _CELL)))
    wide = (_WIDTH - _LEFT) / cells
    at = np.minimum((np.arange(len(motion)) / motion.fps / _CELL).astype(int), cells - 1)
    order = sorted(SUB_SCORES, key=lambda name: np.nan_to_num(said.sub_scores[name], nan=-1.0))
    parts = []
    for k, name in enumerate(order):
        y = _ROW * k
        value = said.sub_scores[name]
        label = f"{name.replace('_', ' ')} {'–' if np.isnan(value) else f'{value:.2f}'}"
        parts.append(f'<text x="0" y="{y + 9}">{html.escape(label)}</text>')
        parts.append(
            f'<rect x="{_LEFT}" y="{y + 1}" width="{_WIDTH - _LEFT}" height="{_ROW - 3}" fill="#2c2e32"/>'
        )
        worst = np.ones(cells)
        known = np.isfinite(said.frames[name])
        np.minimum.at(worst, at[known], said.frames[name][known])
        for cell in np.flatnonzero(worst < 0.8):
            x, color = _LEFT + cell * wide, _heat(float(worst[cell]))
            parts.append(
                f'<rect data-at="{cell * _CELL:.2f}" x="{x:.1f}" y="{y + 1}" width="{wide + 0.3:.1f}" height="{_ROW - 3}" '
                f'fill="{color}"><title>{html.escape(f"{label}, {clock(cell * _CELL)}")}</title></rect>'
            )
    bottom = _ROW * len(order)
    every = next(s for s in (1, 2, 5, 10, 30, 60, 300) if motion.seconds / s <= 20 or s == 300)
    for second in range(0, int(motion.seconds) + 1, every):
        parts.append(
            f'<text x="{_LEFT + second / _CELL * wide:.1f}" y="{bottom + 10}">{second}</text>'
        )
    return f'<svg viewBox="0 0 {_WIDTH} {bottom + 13}" role="img">{"".join(parts)}</svg>'


def _heat(score: float) -> str:
    return "#e7a13d" if score >= 0.5 else "#e8703a" if score >= 0.2 else "#e8503a"
