"""From songs to a folder of dances: music in, the generator's dances out, in every format asked
for, and one page.
"""

import dataclasses
import math
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ..basics.errors import FootlightsError
from ..basics.progress import Report, part
from ..data.dance_folder import DancedSong, Figure, ListedDance
from ..generators.base import style_of
from .dance_plan import FORMATS, Plan, Wish

if TYPE_CHECKING:
    from ..generators import Generator
    from ..motion.motion import Motion
    from ..music import Music

# About how long each step takes, in seconds a minute of dance: only the progress bar believes it.
_EFFORT = {
    "music": 1.0,
    "sample": 1.0,
    "npz": 0.1,
    "bvh": 1.0,
    "glb": 0.3,
    "html": 1.0,
    "mp4": 25.0,
}

NO_BEAT = "no clear beat was found: danced to loudness and onsets"

# What the figures on the page mean; docs/figures.md says more.
MEANINGS = {
    "feet slide, cm/s": "How fast feet slide that stand. Recorded dance: about 15, as feet roll there and none is locked",
    "under the floor, cm": "How deep the lowest point of the soles is in the floor, on average. 0 is best",
    "speed, m/s": "Mean speed of the joints. Recorded dance: about 0.9",
    "standing still": "Share of half seconds in which hardly anything moves",
    "hits on beats": "Share of hard stops of limbs within 0.07 s of a beat. Recorded dance: F1 0.29 above chance",
}


@dataclass
class Delivery:
    """What came of it: the folder, a record for each song that was danced, as it stands in
    ``dances.json``, and what went wrong.
    """

    folder: Path
    songs: list[DancedSong] = field(default_factory=list)
    problems: list[FootlightsError] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when every song was danced, 1 when work failed, 2 when only the songs were at fault."""
        return min((problem.exit_code for problem in self.problems), default=0)


def deliver(
    songs: Sequence[str | os.PathLike[str]],
    folder: str | os.PathLike[str] = "dances",
    wish: Wish | None = None,
    *,
    model: str = "small",
    library: str | os.PathLike[str] | None = None,
    force: bool = False,
    begin: Callable[[Path], None] | None = None,
    failed: Callable[[FootlightsError], None] | None = None,
    progress: Report | None = None,
) -> Delivery:
    """Make dances for ``songs`` in ``folder``: ``<song>-<k>.npz|bvh|glb|mp4``, ``index.html`` and
    ``dances.json``.

    Nothing that exists is replaced without ``force``; a folder that holds dances of other songs
    gets the new ones beside them. Every file is whole or absent. If the work is cut off, the same
    call finishes the rest.

    Args:
        begin: called before the work with the place of the result: the page, or the folder when no
            page is wanted.
        failed: called for each song that cannot be danced, or not to its end; the others go on.

    Raises:
        FootlightsError: before any work: an output exists, or the model, style or folder are not to
            be had.
    """
    wish = wish or Wish()
    plan = Plan(songs, folder, wish, (model, library), force=force)
    plan.refuse_existing()
    generator = _generator(model, library)
    style = style_of(generator.info, wish.style, "--style")
    plan.wish = dataclasses.replace(wish, style=style)
    plan.open()
    if begin:
        begin(plan.place)
    delivery = Delivery(plan.folder)
    for number, (song, name) in enumerate(plan.songs):
        stretch = part(progress, number / len(plan.songs), (number + 1) / len(plan.songs))
        try:
            delivery.songs.append(_dance(song, name, plan, generator, stretch))
            _tell_damage(song, delivery.songs[-1])
        except FootlightsError as problem:
            delivery.problems.append(problem)
            if failed:
                failed(problem)
        except KeyboardInterrupt:
            raise KeyboardInterrupt(plan.kept()) from None
        if stretch:
            stretch(1.0, "")
    if delivery.exit_code != 1:
        plan.close()
    return delivery


def _tell_damage(song: Path, danced: DancedSong) -> None:
    """A song cut short is danced as far as it goes, but nobody shall take that for the whole."""
    if danced.damaged:
        what = (
            f"is damaged or cut short: only {danced.seconds:.1f} s could be read and were danced to"
        )
        raise FootlightsError(what, song, "get a whole copy of the song for the rest")


def _generator(model: str, library: str | os.PathLike[str] | None) -> "Generator":
    from ..generators import load_generator

    return load_generator(model, None if library is None else Path(library))


def _dance(
    song: Path, name: str, plan: Plan, generator: "Generator", progress: Report | None
) -> DancedSong:
    """Make everything for one song; returns its record for ``dances.json``."""
    from ..music import Music

    if plan.has_all(name):
        return plan.catalogue.songs[name]
    wish, steps = plan.wish, _Steps(progress, plan.wish)
    steps.next("music", f"listening to {name}")
    music = Music.load(song, start=wish.start, seconds=wish.seconds)
    report = steps.next("sample", f"dancing to {name}", wish.count)
    motions = generator.sample(
        music, wish.count, wish.seed, energy=wish.energy, style=wish.style, progress=report
    )
    danced = _record(song, name, plan, generator, music, motions)
    for kind in (kind for kind in FORMATS if kind in wish.formats):
        _write(kind, motions, music, danced, plan, steps)
    if not plan.alone:
        plan.catalogue.free_front_page()
    stale = plan.catalogue.surplus_files(danced) if plan.force else []
    plan.catalogue.add(danced)
    for path in stale:
        path.unlink(missing_ok=True)
    if "html" in wish.formats and not plan.alone:
        plan.catalogue.write_front_page()
    return danced


def _write(
    kind: str,
    motions: "list[Motion]",
    music: "Music",
    danced: DancedSong,
    plan: Plan,
    steps: "_Steps",
) -> None:
    """All files of one kind that are not there yet."""
    if kind == "html":
        path = plan.file(danced.name, kind)
        steps.next(kind, f"writing {path.name}")
        if plan.wants(path):
            _write_page(path, motions, music, danced)
        return
    for take, motion in enumerate(motions):
        path = plan.file(danced.name, kind, take)
        report = steps.next(kind, f"writing {path.name}")
        if not plan.wants(path):
            continue
        if kind == "mp4":
            from ..show.film import film

            film(motion, path, music, progress=report)
        else:
            from ..formats import write

            write(motion, path)


def _write_page(path: Path, motions: "list[Motion]", music: "Music", danced: DancedSong) -> None:
    from ..metrics.motion_rhythm import hits
    from ..show.page import Dance, page

    dances = [
        Dance(
            listed.name,
            motion,
            dict(listed.files),
            hits(motion),
            _shown(listed.figures, bool(danced.beats)),
            MEANINGS,
        )
        for listed, motion in zip(danced.dances, motions, strict=True)
    ]
    page(dances, path, music=music, title=danced.name, notes=danced.notes)


def _shown(figures: Mapping[str, Figure], on_beats: bool) -> dict[str, float | str]:
    """The few figures that fit on a page, by the names people use; those of beats only where there
    are some.
    """
    sizes = {
        "feet slide, cm/s": "slip",
        "under the floor, cm": "penetration",
        "speed, m/s": "speed",
    }
    shares = {"standing still": "frozen"} | (
        {"hits on beats": "beat_precision"} if on_beats else {}
    )
    known = {
        name: math.nan if figure.value is None else figure.value for name, figure in figures.items()
    }
    shown: dict[str, float | str] = {label: round(known[name], 2) for label, name in sizes.items()}
    return shown | {
        label: f"{known[name]:.0%}" if math.isfinite(known[name]) else math.nan
        for label, name in shares.items()
    }


def _record(
    song: Path,
    name: str,
    plan: Plan,
    generator: "Generator",
    music: "Music",
    motions: "list[Motion]",
) -> DancedSong:
    """What ``dances.json`` says about one song."""
    from ..music.rhythm import beat_known

    wish, known = plan.wish, beat_known(music)
    return DancedSong(
        name=name,
        song=song.name.encode(errors="replace").decode(),
        start=wish.start,
        seconds=round(music.seconds, 3),
        tempo=round(music.tempo, 2) if known else None,
        beat_trust=round(float(music.beat_trust), 3),
        beats=tuple(round(float(t), 3) for t in music.beats) if known else (),
        downbeats=tuple(round(float(t), 3) for t in music.downbeats) if known else (),
        damaged=music.damaged,
        notes=tuple(music.notes) if known else (*music.notes, NO_BEAT),
        model=generator.info.name,
        seed=wish.seed,
        energy=wish.energy,
        style=wish.style,
        page=plan.file(name, "html").name if "html" in wish.formats else None,
        dances=tuple(
            _listed(name, take, plan, motion, music) for take, motion in enumerate(motions)
        ),
    )


def _listed(name: str, take: int, plan: Plan, motion: "Motion", music: "Music") -> ListedDance:
    kinds = [kind for kind in FORMATS if kind in plan.wish.formats and kind != "html"]
    return ListedDance(
        name=f"{name}-{take + 1}",
        take=take,
        style=motion.meta.get("style"),
        seconds=round(motion.seconds, 3),
        fps=motion.fps,
        files={kind: plan.file(name, kind, take).name for kind in kinds},
        figures=figures(motion, music),
    )


class _Steps:
    """Shares out a song's progress: each step gets a stretch as long as its effort."""

    def __init__(self, report: Report | None, wish: Wish) -> None:
        each = ("sample", *(kind for kind in wish.formats if kind != "html"))
        once = ("music", *(kind for kind in wish.formats if kind == "html"))
        self.total = sum(_EFFORT[k] for k in once) + wish.count * sum(_EFFORT[k] for k in each)
        self.report, self.spent = report, 0.0

    def next(self, kind: str, text: str, times: int = 1) -> Report | None:
        """Begin a step; returns the report for what happens inside it."""
        start, self.spent = self.spent, self.spent + _EFFORT[kind] * times
        stretch = part(self.report, start / self.total, self.spent / self.total, text)
        if stretch:
            stretch(0.0, "")
        return stretch


def figures(motion: "Motion", music: "Music") -> dict[str, Figure]:
    """What can be measured of one dance, by name.

    Without a clear beat, nothing is said of beats.
    """
    from ..metrics.beat_alignment import on_beat
    from ..metrics.foot_contact import foot_contact_scores
    from ..metrics.motion_statistics import movement_scores
    from ..music.rhythm import beat_known

    beats = music.beats if beat_known(music) else music.beats[:0]
    scores = (
        foot_contact_scores(motion)
        | movement_scores(motion)
        | {f"beat_{name}": score for name, score in on_beat(motion, beats).items()}
    )
    return {name: _figure(score.value, score.unit, score.reason) for name, score in scores.items()}


def _figure(value: float, unit: str, reason: str) -> Figure:
    if not math.isfinite(value):
        return Figure(None, unit, reason)
    return Figure(round(value, 4), unit)
