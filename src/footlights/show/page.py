"""The page: dances side by side in one self-contained html file, with the song and its beats."""

import base64
import hashlib
import html
import json
import math
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.motion import Motion
from ..music.rhythm import beat_known
from .marks import Marks
from .page_blobs import blob, figure_blobs, skeletons_of, song_blob, track_blobs

if TYPE_CHECKING:
    from ..music import Music

_HERE = Path(__file__).parent
_BUNDLE = _HERE.parent / "assets" / "page.js"
_LOUDNESS_BARS = 480  # of the drawn loudness


@dataclass(frozen=True)
class Dance:
    """One dance on the page.

    Attributes:
        name: what it is called.
        motion: the clip; ``meta`` may tell its energy, style, seed and model.
        files: name of each file of it by format, relative to the page.
        hits: times when its limbs stop hard, seconds.
        figures: what was measured, label to number or text; a number that is not finite is shown as
            a dash.
        meanings: what a figure means, by its label; shown when it is pointed at.
        command: what makes it again, for a shell; empty where nothing does.
        marks: what is drawn on the dancer besides: wrong parts, forces, a path.
    """

    name: str
    motion: Motion
    files: Mapping[str, str] = field(default_factory=dict)
    hits: Sequence[float] | np.ndarray = ()
    figures: Mapping[str, float | str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    command: str = ""
    marks: Marks | None = None


@dataclass(frozen=True)
class Appendix:
    """What a page shows below its dances: markup (every name escaped), its style, a script."""

    markup: str
    style: str = ""
    script: str = ""


def page(
    dances: Sequence[Dance],
    path: str | os.PathLike[str],
    music: "Music | None" = None,
    title: str = "",
    appendix: Appendix | None = None,
    notes: Sequence[str] = (),
) -> None:
    """Write one html file that shows dances side by side, plays the song, and loads nothing.

    Args:
        dances: one or more; every skeleton among them is drawn with its own figure.
        path: where to.
        music: the song; its time 0 is the dances' time 0.
        title: the heading; the song's name when empty.
        appendix: shown below the dances.
        notes: what should be known about the song, one sentence each; shown below the heading.

    Raises:
        FootlightsError: no dance, the viewer was not built, or the place cannot be written.
    """
    if not dances:
        raise FootlightsError("there is no dance to show", path, "give at least one motion")
    title = title or (music.name if music else "Dances")
    text = _document(list(dances), music, title, appendix or Appendix(""), notes)
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")


def _document(
    dances: list[Dance], music: "Music | None", title: str, appendix: Appendix, notes: Sequence[str]
) -> str:
    style = (_HERE / "page.css").read_text(encoding="utf-8") + appendix.style
    script = _viewer()
    facts = _facts(dances, music)
    values = {
        "style": style,
        "style_hash": _digest(style),
        "script": script,
        "script_hash": _digest(script),
        "more": appendix.markup,
        "more_script": f"<script>{appendix.script}</script>\n" if appendix.script else "",
        "more_hash": f" '{_digest(appendix.script)}'" if appendix.script else "",
        "title": html.escape(title),
        "summary": html.escape(_summary(dances, music)),
        "notes": "\n".join(f'<p class="notice">{html.escape(note)}</p>' for note in notes),
        "length": _clock(facts["seconds"]),
        "seconds": f"{facts['seconds']:.3f}",
        "cards": "\n".join(_card(i, dance) for i, dance in enumerate(dances)),
        "silent": "" if music else "hidden",
        # Within a script element only "</script" could end it; "<" is escaped wherever it stands.
        "facts": json.dumps(facts, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c"),
        "blobs": "\n".join(_blobs(dances, music)),
    }
    template = (_HERE / "page.html").read_text(encoding="utf-8")
    # In one pass: what a name says is never looked through for placeholders.
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], template)


def _viewer() -> str:
    """The viewer's script, fit to stand between script tags."""
    if not _BUNDLE.is_file():
        raise FootlightsError(
            "the page's viewer was not built",
            _BUNDLE,
            "run pip install again where npm can fetch three",
            usage=False,
        )
    script = _BUNDLE.read_text(encoding="utf-8")
    return script.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _digest(text: str) -> str:
    """The content's name in a Content-Security-Policy.

    No other script or style may run, whatever a title says.
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _facts(dances: list[Dance], music: "Music | None") -> dict[str, Any]:
    """What the viewer must know, JSON-ready; times in seconds."""
    skeletons = skeletons_of([dance.motion for dance in dances])
    song_seconds = music.seconds if music else 0.0
    has_beats = music is not None and beat_known(music)
    return {
        "seconds": round(max(song_seconds, *(dance.motion.seconds for dance in dances)), 3),
        "song_seconds": round(song_seconds, 3),
        "beats": _times(music.beats) if music and has_beats else [],
        "downbeats": _downbeats(music) if music and has_beats else [],
        "loudness": _loudness(music) if music else [],
        "bodies": len(skeletons),
        "dances": [
            {
                "body": skeletons.index(dance.motion.skeleton),
                "fps": dance.motion.fps,
                "frames": len(dance.motion),
                "joints": len(dance.motion.skeleton),
                "hits": _times(dance.hits),
                "marked": dance.marks is not None,
            }
            for dance in dances
        ],
    }


def _times(seconds: Sequence[float] | np.ndarray) -> list[float]:
    values = np.asarray(seconds, np.float64)
    rounded: list[float] = np.round(values[np.isfinite(values)], 3).tolist()
    return rounded


def _downbeats(music: "Music") -> list[float]:
    """The beats that are nearest to the downbeats, so that each is drawn once."""
    beats = np.asarray(music.beats, np.float64)
    if not len(beats):
        return []
    return _times(sorted({beats[np.argmin(abs(beats - down))] for down in music.downbeats}))


def _loudness(music: "Music") -> list[float]:
    """Root mean square of stretches of the song, 1 for the loudest."""
    stretches = np.array_split(music.samples, _LOUDNESS_BARS)
    levels = np.array(
        [np.sqrt(np.mean(np.square(part, dtype=np.float64))) for part in stretches if len(part)]
    )
    relative: list[float] = np.round(levels / max(levels.max(initial=0.0), 1e-9), 3).tolist()
    return relative


def _blobs(dances: list[Dance], music: "Music | None") -> list[str]:
    motions = [dance.motion for dance in dances]
    marks = [
        blob(f"marks-{i}", dance.marks.encoded()) for i, dance in enumerate(dances) if dance.marks
    ]
    song = [song_blob(music)] if music else []
    return [*figure_blobs(motions), *track_blobs(motions), *marks, *song]


def _summary(dances: list[Dance], music: "Music | None") -> str:
    count = len(dances)
    parts = [
        f"{count} dance" if count == 1 else f"{count} dances",
        _clock(max(dance.motion.seconds for dance in dances)),
    ]
    if music:
        parts.append(f"{music.tempo:.1f} beats a minute" if beat_known(music) else "no clear beat")
    return " · ".join(parts)


def _clock(seconds: float) -> str:
    return f"{int(seconds + 0.5) // 60}:{int(seconds + 0.5) % 60:02d}"


def _card(index: int, dance: Dance) -> str:
    """A dance's picture, names, figures and files."""
    name = html.escape(dance.name)
    options = html.escape(_options(dance.motion.meta))
    figures = "".join(_figure(dance, label) for label in dance.figures)
    links = "".join(
        f'<a href="./{quote(str(file), errors="surrogateescape")}" download>{html.escape(kind)}</a>'
        for kind, file in dance.files.items()
    )
    return "".join(
        [
            f'<article class="dance" aria-labelledby="name-{index}">',
            f'<canvas class="stage" id="view-{index}" tabindex="0" role="img"',
            f' aria-label="{name}; drag to turn the view"></canvas>',
            f'<div class="facts"><h2 id="name-{index}">',
            f'<span class="number">{index + 1}</span>{name}</h2>',
            f'<p class="made">{options}</p>' if options else "",
            f"<dl>{figures}</dl>" if figures else "",
            f'<nav aria-label="Files of {name}">{links}</nav>' if links else "",
            _again(dance.command),
            "</div></article>",
        ]
    )


def _again(command: str) -> str:
    if not command:
        return ""
    code = f"<code>{html.escape(command)}</code>"
    return f'<details class="again"><summary>make this one again</summary>{code}</details>'


def _options(meta: Mapping[str, Any]) -> str:
    """What the dance was asked to be: "energy +0.5 · style salsa · seed 3 · model small"."""
    options = {key: meta.get(key) for key in ("energy", "style", "seed", "model")}
    if isinstance(options["energy"], float | int):
        options["energy"] = f"{options['energy']:+g}" if options["energy"] else "0"
    return " · ".join(f"{key} {value}" for key, value in options.items() if value not in (None, ""))


def _figure(dance: Dance, label: str) -> str:
    meaning = dance.meanings.get(label)
    title = "" if meaning is None else f' title="{html.escape(meaning)}"'
    value = dance.figures[label]
    if not isinstance(value, str):
        value = f"{float(value):.3g}" if math.isfinite(value) else "–"
    return f"<div{title}><dt>{html.escape(label)}</dt><dd>{html.escape(value)}</dd></div>"
