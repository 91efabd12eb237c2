"""The page: dances side by side in one self-contained html file, with the song, the beats and a
link to every file.
"""

import base64
import gzip
import hashlib
import html
import io
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
from ..formats import glb
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from ..music.rhythm import beat_known
from .marks import Marks

if TYPE_CHECKING:
    from ..music import Music

_HERE = Path(__file__).parent
_BUNDLE = _HERE.parent / "assets" / "page.js"
_SONG_BITS = (
    64_000  # a second of mono song as MP3: clear enough to dance to, half a megabyte a minute
)
_BARS = 480  # of the drawn loudness


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
        marks: what is drawn on the dancer besides: wrong parts, forces, a path.
    """

    name: str
    motion: Motion
    files: Mapping[str, str] = field(default_factory=dict)
    hits: Sequence[float] | np.ndarray = ()
    figures: Mapping[str, float | str] = field(default_factory=dict)
    meanings: Mapping[str, str] = field(default_factory=dict)
    marks: Marks | None = None


@dataclass(frozen=True)
class Appendix:
    """What a page shows below its dances: markup with every name escaped, its style, and a script
    of its own.
    """

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
    """Write one html file that shows ``dances`` side by side, plays the song with them and loads
    nothing from anywhere.

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
    text = _document(
        list(dances),
        music,
        title or (music.name if music else "Dances"),
        appendix or Appendix(""),
        notes,
    )
    with writing(path) as temporary:
        temporary.write_text(text, encoding="utf-8", errors="replace")


def _document(
    dances: list[Dance], music: "Music | None", title: str, appendix: Appendix, notes: Sequence[str]
) -> str:
    style, script = (_HERE / "page.css").read_text(encoding="utf-8") + appendix.style, _bundle()
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
        "facts": json.dumps(facts, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c"),
        "blobs": "\n".join(_blobs(dances, music)),
    }
    template = (_HERE / "page.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{(\w+)\}\}", lambda match: values[match[1]], template)


def _bundle() -> str:
    """The viewer, fit to stand between script tags."""
    if not _BUNDLE.is_file():
        raise FootlightsError(
            "the page's viewer was not built",
            _BUNDLE,
            "run pip install again where npm can fetch three",
            usage=False,
        )
    return (
        _BUNDLE.read_text(encoding="utf-8")
        .replace("</script", "<\\/script")
        .replace("<!--", "<\\!--")
    )


def _digest(text: str) -> str:
    """The content's name in a Content-Security-Policy: no other script or style may run, whatever
    a title says.
    """
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _facts(dances: list[Dance], music: "Music | None") -> dict[str, Any]:
    """What the viewer must know, JSON-ready; times in seconds."""
    skeletons = _skeletons(dances)
    heard = music.seconds if music else 0.0
    beaten = music if music and beat_known(music) else None
    return {
        "seconds": round(max(heard, *(dance.motion.seconds for dance in dances)), 3),
        "heard": round(heard, 3),
        "beats": _times(beaten.beats) if beaten else [],
        "downbeats": _downbeats(beaten) if beaten else [],
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


def _times(seconds: Any) -> list[float]:
    values = np.asarray(seconds, np.float64)
    return np.round(values[np.isfinite(values)], 3).tolist()


def _downbeats(music: "Music") -> list[float]:
    """The beats that are nearest to the downbeats, so that each is drawn once."""
    beats = np.asarray(music.beats, np.float64)
    if not len(beats):
        return []
    return _times(sorted({beats[np.argmin(abs(beats - down))] for down in music.downbeats}))


def _loudness(music: "Music") -> list[float]:
    """Root mean square of ``_BARS`` stretches of the song, 1 for the loudest."""
    levels = np.array(
        [
            np.sqrt(np.mean(np.square(part, dtype=np.float64)))
            for part in np.array_split(music.samples, _BARS)
            if len(part)
        ]
    )
    return np.round(levels / max(levels.max(initial=0.0), 1e-9), 3).tolist()


def _skeletons(dances: list[Dance]) -> list[Skeleton]:
    found: list[Skeleton] = []
    for dance in dances:
        if dance.motion.skeleton not in found:
            found.append(dance.motion.skeleton)
    return found


def _blobs(dances: list[Dance], music: "Music | None") -> list[str]:
    """Inert script elements: each skeleton's figure once, each dance's track, the song."""
    first = {
        skeleton: next(d.motion for d in dances if d.motion.skeleton == skeleton)
        for skeleton in _skeletons(dances)
    }
    blobs = [
        _blob(f"body-{i}", gzip.compress(glb.encode(motion[:1], "pose"), 6, mtime=0))
        for i, motion in enumerate(first.values())
    ]
    blobs += [
        _blob(f"track-{i}", gzip.compress(_track(dance.motion), 6, mtime=0))
        for i, dance in enumerate(dances)
    ]
    blobs += [
        _blob(f"marks-{i}", dance.marks.encoded()) for i, dance in enumerate(dances) if dance.marks
    ]
    return [*blobs, _blob("song", _song(music))] if music else blobs


def _blob(name: str, data: bytes) -> str:
    return f'<script type="text/plain" id="{name}">{base64.b64encode(data).decode()}</script>'


def _track(motion: Motion) -> bytes:
    """Root places float32 (T, 3), then rotations x y z w int16 (T, J, 4) as steps from frame to
    frame; y-up, little-endian.

    Sixteen bits keep a rotation to 0.002 degrees; steps compress better than values.
    """
    root = motion.root[:, [0, 2, 1]] * np.array([1, 1, -1], np.float32)
    quats = motion.continuous().rotations[..., [1, 3, 2, 0]] * np.array([1, 1, -1, 1], np.float32)
    whole = np.round(quats * 32767).astype(np.int32)
    steps = np.diff(whole, axis=0, prepend=np.zeros_like(whole[:1]))
    return root.astype("<f4").tobytes() + steps.astype("<i2").tobytes()


def _song(music: "Music") -> bytes:
    """The song as MP3, which every browser plays and starts at the exact sample."""
    import av

    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as container:
        stream = container.add_stream(
            "libmp3lame", rate=music.rate, layout="mono", bit_rate=_SONG_BITS
        )
        for start in range(0, len(music.samples), music.rate):
            second = np.clip(music.samples[None, start : start + music.rate], -1, 1).astype(
                np.float32
            )
            frame = av.AudioFrame.from_ndarray(second, format="fltp", layout="mono")
            frame.rate, frame.pts = music.rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return out.getvalue()


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
    name = html.escape(dance.name)
    made = html.escape(_made(dance.motion.meta))
    figures = "".join(
        f"<div{_meaning(dance, label)}><dt>{html.escape(label)}</dt><dd>{html.escape(_figure(value))}</dd></div>"
        for label, value in dance.figures.items()
    )
    links = "".join(
        f'<a href="./{quote(str(file))}" download>{html.escape(kind)}</a>'
        for kind, file in dance.files.items()
    )
    parts = [
        f'<article class="dance" aria-labelledby="name-{index}">',
        f'<canvas class="stage" id="view-{index}" tabindex="0" role="img" aria-label="{name}; drag to turn the view"></canvas>',
        f'<div class="facts"><h2 id="name-{index}"><span class="number">{index + 1}</span>{name}</h2>',
        f'<p class="made">{made}</p>' if made else "",
        f"<dl>{figures}</dl>" if figures else "",
        f'<nav aria-label="Files of {name}">{links}</nav>' if links else "",
        "</div></article>",
    ]
    return "".join(parts)


def _meaning(dance: Dance, label: str) -> str:
    return f' title="{html.escape(dance.meanings[label])}"' if label in dance.meanings else ""


def _made(meta: Mapping[str, Any]) -> str:
    """How the dance was made: "energy +0.5 · style salsa · seed 3 · model small"."""
    shown = {key: meta.get(key) for key in ("energy", "style", "seed", "model")}
    if isinstance(shown["energy"], float | int):
        shown["energy"] = f"{shown['energy']:+g}" if shown["energy"] else "0"
    return " · ".join(f"{key} {value}" for key, value in shown.items() if value not in (None, ""))


def _figure(value: float | str) -> str:
    if isinstance(value, str):
        return value
    return f"{float(value):.3g}" if math.isfinite(value) else "–"
