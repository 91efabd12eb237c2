"""Which file becomes which when motions are converted: decided, and refused, before any work."""

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from ..basics.errors import FootlightsError
from ..basics.suggestions import advice
from ..formats import FORMATS, clips_in
from ..formats.motion_files import motion_files_below
from ..formats.raw_motion import unique_names

# The suffix that a result of each format gets.
SUFFIXES = {
    "npz": ".npz",
    "bvh": ".bvh",
    "glb": ".glb",
    "vrma": ".vrma",
    "amass": ".amass.npz",
    "smplx": ".smplx.npz",
    "edge": ".pkl",
    "g1": ".csv",
    "usd": ".usdc",
    "fbx": ".fbx",
}
_NPZ_VARIANTS = ("amass", "smplx")  # their names end in a longer suffix than npz's own
_OTHER_NAMES = {"pkl": "edge"}  # of the many that are read from pickles, one is written


@dataclass(frozen=True)
class Task:
    """One file to read and the file to write; ``clip`` is the one of its animations to take."""

    source: Path
    target: Path
    clip: str | None = None

    @property
    def path(self) -> Path:
        """How the task is called in an error line."""
        return self.source


@dataclass(frozen=True)
class _Source:
    """One motion to read: its file, its place in the folder of results, its animation if named."""

    file: Path
    place: Path
    clip: str | None = None


def convert_tasks(
    inputs: list[Path], out: Path, target_format: str | None, *, every_clip: bool = False
) -> list[Task]:
    """Every file to read and the file to write, in a fixed order.

    With ``every_clip`` each animation of a file that holds several becomes a file of its own.

    Raises:
        FootlightsError: no such format, no motion, or no place for the results.
    """
    if target_format is not None and target_format not in SUFFIXES:
        do = advice(target_format, SUFFIXES, f"take one of {', '.join(SUFFIXES)}")
        raise FootlightsError(f"no format called {target_format!r}", "--as", do)

    is_one = len(inputs) == 1 and not inputs[0].is_dir() and not every_clip
    if is_one and not out.is_dir() and out.suffix:
        return [Task(inputs[0], _checked_name(out, target_format))]

    if not out.is_dir() and out.suffix.lower() in _written_suffixes():
        raise FootlightsError(
            "is the name of one file, but several results need a folder",
            out,
            "name a folder, and give --as",
        )
    if target_format is None:
        raise FootlightsError(
            "the format for a folder of results is not said",
            out,
            f"give --as with one of {', '.join(SUFFIXES)}",
        )
    if out.exists() and not out.is_dir():
        raise FootlightsError("is a file, but the results need a folder", out, "name a folder")

    sources = list(dict.fromkeys(source for path in inputs for source in _sources(path)))
    if every_clip:
        sources = [clip for source in sources for clip in _clips(source)]
    if not sources:
        raise FootlightsError(
            "no motion in this folder", inputs[0], "give motion files, or a folder of them"
        )
    suffix = SUFFIXES[target_format]
    return [
        Task(source.file, out / f"{name}{suffix}", source.clip)
        for name, source in zip(_names(sources), sources, strict=True)
    ]


def _checked_name(out: Path, target_format: str | None) -> Path:
    """The one file to write, when its name says the format that is asked for."""
    own = _format_of(out)
    if target_format is not None and own != target_format:
        raise FootlightsError(
            f"is no name for {target_format}",
            out,
            f"end it in {SUFFIXES[target_format]}, or name a folder that is there",
        )
    if own is None:
        known = [*_written_suffixes(), *(SUFFIXES[name] for name in _NPZ_VARIANTS)]
        raise FootlightsError(
            "is of no format that can be written", out, f"end it in one of {' '.join(known)}"
        )
    return out


def _format_of(out: Path) -> str | None:
    """The one of ``SUFFIXES`` that `formats.write` takes for a file of this name."""
    for name in _NPZ_VARIANTS:
        if out.name.lower().endswith(SUFFIXES[name]):
            return name
    for form in FORMATS:
        if form.writes and out.suffix.lower() in form.suffixes:
            return _OTHER_NAMES.get(form.name, form.name)
    return None


def _written_suffixes() -> list[str]:
    return [suffix for form in FORMATS if form.writes for suffix in form.suffixes]


def _sources(path: Path) -> list[_Source]:
    """The file, or all motions of the folder, each with its place below the folder."""
    if not path.is_dir():
        return [_Source(path, Path(path.name))]
    return [_Source(file, file.relative_to(path)) for file in motion_files_below(path)]


def _clips(source: _Source) -> list[_Source]:
    """Each animation of a file as a source of its own; the file itself where it has but one."""
    try:
        clips = clips_in(source.file)
    except FootlightsError:
        return [source]  # reading it tells what is wrong, and the others are converted
    if len(clips) < 2:
        return [source]

    # A name that an animator gave is made one that a file can have.
    words = unique_names([re.sub(r"[^\w.-]+", "_", clip).strip("._") or "clip" for clip in clips])
    place, suffix = source.place.with_suffix(""), source.place.suffix
    return [
        _Source(source.file, place.with_name(f"{place.name}-{word}{suffix}"), clip)
        for word, clip in zip(words, clips, strict=True)
    ]


def _names(sources: list[_Source]) -> list[Path]:
    """Names of the results, without suffix.

    Files that would overwrite one another keep their own suffix inside the new name.
    """
    keep_suffix: set[Path] = set()
    while True:
        names = [
            source.place if source.place in keep_suffix else source.place.with_suffix("")
            for source in sources
        ]
        twice = {name for name, count in Counter(names).items() if count > 1}
        clashing = {
            source.place for name, source in zip(names, sources, strict=True) if name in twice
        }
        # A longer name may clash with another in turn ("a.bvh" with "a.bvh.npz"): look again.
        if not clashing - keep_suffix:
            break
        keep_suffix |= clashing

    if twice:
        files = [source.file for name, source in zip(names, sources, strict=True) if name in twice]
        raise FootlightsError(
            f"and {files[1]} would become one file",
            files[0],
            "convert their folders one after the other",
        )
    return names
