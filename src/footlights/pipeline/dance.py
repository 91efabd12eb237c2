"""From songs to a folder of dances, in every format asked for, and one page."""

import dataclasses
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..basics.errors import FootlightsError, Problem, exit_code_of
from ..basics.progress import Report, part
from ..basics.whole_files import folder_locked
from ..data.dance_folder import DancedSong
from ..generators.base import style_of
from ..music import Music
from .dance_figures import page_figures, page_meanings
from .dance_options import DanceOptions
from .dance_plan import OutputPlan, PlannedSong
from .dance_record import command_for, record, with_files_there, with_other_takes

if TYPE_CHECKING:
    from ..generators import Generator
    from ..motion.motion import Motion

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


@dataclass
class DanceDelivery:
    """What came of it.

    Attributes:
        folder: where the dances are.
        songs: a record for each song that was danced to, as it stands in ``dances.json``.
        problems: songs that could not be danced to, or not to their end.
    """

    folder: Path
    songs: list[DancedSong] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def exit_code(self) -> int:
        """0 when every song was danced, 1 when work failed, 2 when only the songs were at fault."""
        return exit_code_of(self.problems)

    @property
    def lines(self) -> list[str]:
        """A line for each song, for people: what it is, and the names of its dances."""
        return [_summary(song) for song in self.songs]

    def as_json(self) -> dict[str, Any]:
        """The document that ``footlights dance --json`` prints."""
        return {
            "folder": str(self.folder),
            "songs": [song.as_json() for song in self.songs],
            "problems": [problem.as_json() for problem in self.problems],
        }


def deliver(
    songs: Sequence[str | os.PathLike[str] | Music],
    folder: str | os.PathLike[str] = "dances",
    options: DanceOptions | None = None,
    *,
    model: "str | Generator" = "small",
    library: str | os.PathLike[str] | None = None,
    force: bool = False,
    begin: Callable[[Path], None] | None = None,
    ready: Callable[[Path], None] | None = None,
    failed: Callable[[Problem], None] | None = None,
    progress: Report | None = None,
) -> DanceDelivery:
    """Dance to ``songs`` into ``folder``: NAME-K.npz, .bvh, .glb and .mp4, a page, dances.json.

    Nothing that exists is replaced without ``force``; a folder that holds dances of other songs
    gets the new ones beside them. Every file is whole or absent. If the work is cut off, the same
    call finishes the rest.

    Args:
        songs: sound files, or `Music`, of which ``options`` may ask for a part, too.
        model: a generator, or the name or folder of one.
        library: built data for the generator called "collage".
        begin: called once, as soon as a song could be read, with the place of the result: the page,
            or the folder when no page is wanted.
        ready: called with the page of each song that can be looked at while its films are made.
        failed: called for each song that cannot be danced, or not to its end; the others go on.

    Raises:
        FootlightsError: before any work: an output exists, or the model, style or folder are not to
            be had.
        KeyboardInterrupt: stopped; it says what is kept.
    """
    options = options or DanceOptions()
    generator = _generator(model, library)
    style = style_of(generator.info, options.style, "--style")
    options = dataclasses.replace(options, style=style)
    identity, name = _model_identity(model, library), generator.info.name
    plan = OutputPlan(songs, folder, options, identity, model_name=name, force=force)
    plan.refuse_existing()

    plan.open()
    delivery = _dance_all(plan, generator, _Messages(begin, ready, failed), progress)

    # After failed work (a full disk) the same call may still finish the rest: the note stays.
    if delivery.exit_code != 1:
        plan.close()
    return delivery


def _dance_all(
    plan: OutputPlan,
    generator: "Generator",
    messages: "_Messages",
    progress: Report | None,
) -> DanceDelivery:
    """Dance to every song of a plan; a song that fails is told and does not stop the others."""
    delivery = DanceDelivery(plan.folder)
    for number, song in enumerate(plan.songs):
        stretch = part(progress, number / len(plan.songs), (number + 1) / len(plan.songs))
        try:
            delivery.songs.append(_dance(song, plan, generator, messages, stretch))
            _refuse_damage(song, delivery.songs[-1])
        except FootlightsError as error:
            delivery.problems.append(Problem(song.label, error))
            if messages.failed:
                messages.failed(delivery.problems[-1])
        except KeyboardInterrupt:
            raise KeyboardInterrupt(plan.kept()) from None
        if stretch:
            stretch(1.0, "")
    return delivery


@dataclass
class _Messages:
    """What a person is told on the way; see `deliver`."""

    begin: Callable[[Path], None] | None
    ready: Callable[[Path], None] | None
    failed: Callable[[Problem], None] | None

    def song_was_read(self, plan: OutputPlan) -> None:
        """Nothing is promised of a song that cannot be read."""
        if self.begin:
            self.begin(plan.place)
        self.begin = None

    def page_is_there(self, plan: OutputPlan, danced: DancedSong) -> None:
        if self.ready and danced.page:
            self.ready(plan.folder / danced.page)


def _model_identity(model: "str | Generator", library: str | os.PathLike[str] | None) -> str:
    if isinstance(model, str):
        return str((model, library))
    return str((model.info.name, model.info.card))


def _generator(model: "str | Generator", library: str | os.PathLike[str] | None) -> "Generator":
    from .. import generators

    if isinstance(model, str):
        return generators.load_generator(model, None if library is None else Path(library))
    if library is not None:
        raise FootlightsError("a generator takes no library", "library", "leave it out")
    return model


def _refuse_damage(song: PlannedSong, danced: DancedSong) -> None:
    """A song cut short is danced as far as it goes, but nobody shall take that for the whole."""
    if danced.damaged:
        what = (
            f"is damaged or cut short: only {danced.seconds:.1f} s could be read and were danced to"
        )
        raise FootlightsError(what, song.label, "get a whole copy of the song for the rest")


def _dance(
    song: PlannedSong,
    plan: OutputPlan,
    generator: "Generator",
    messages: "_Messages",
    progress: Report | None,
) -> DancedSong:
    """Make everything for one song; returns its record for ``dances.json``."""
    if plan.has_all(song.name):
        return plan.catalogue.songs[song.name]

    options, steps = plan.options, _Steps(progress, plan.options)
    steps.next("music", f"listening to {song.name}")
    music = _music(song, options)
    messages.song_was_read(plan)
    if not options.plays_song:
        music.let_go_of_samples()
    listed = plan.adds_to(song.name)
    # The page has every take; they are made anew, as the same seed gives the same ones.
    shown = sorted({*options.takes, *(dance.take for dance in (listed.dances if listed else ()))})
    report = steps.next("sample", f"dancing to {song.name}", shown[-1] + 1)
    sampled = generator.sample(
        music,
        shown[-1] + 1,
        options.seed,
        energy=options.energy,
        repeat=options.repeat,
        style=options.style,
        progress=report,
    )
    motions = {take: sampled[take] for take in shown}

    wanted = {take: motions[take] for take in options.takes}
    danced = record(song, plan, generator.info.name, music, wanted)
    for kind in options.take_formats:
        if kind == "mp4":  # the page comes before the films, which take the longest
            listed_now = _list(danced, plan, motions, music, steps)
            messages.page_is_there(plan, listed_now)
        _write(kind, wanted, music, danced, plan, steps)
    return _list(danced, plan, motions, music, steps)


def _music(song: PlannedSong, options: DanceOptions) -> Music:
    """The part of the song that is asked for."""
    music = song.source
    if not isinstance(music, Music):
        return Music.load(music, start=options.start, seconds=options.seconds)
    if options.start == 0 and options.seconds is None:
        return music

    if options.start >= music.seconds:
        what = f"has nothing at {options.start:g} s, it is {music.seconds:.1f} s long"
        raise FootlightsError(what, song.label, "choose a smaller --start")
    first = round(options.start * music.rate)
    last = None if options.seconds is None else first + round(options.seconds * music.rate)
    samples = music.samples[first:last]
    # Where it came from a file, it stands for that part of the file from now on.
    return dataclasses.replace(
        music, samples=samples, start=music.start + options.start, part=len(samples) / music.rate
    )


def _list(
    danced: DancedSong,
    plan: OutputPlan,
    motions: "Mapping[int, Motion]",
    music: Music,
    steps: "_Steps",
) -> DancedSong:
    """Put a song with what is made of it into the folder: its page, the list, the front page.

    Another call may dance into the folder at the same time: the list is read again under a lock,
    and what it says by now decides whose page is in front.
    """
    with folder_locked(plan.folder):
        plan.refresh()
        danced = with_other_takes(danced, plan.adds_to(danced.name))
        if plan.options.has_page:
            danced = dataclasses.replace(danced, page=plan.file(danced.name, "html").name)
        elif listed := plan.adds_to(danced.name):
            danced = dataclasses.replace(danced, page=listed.page)

        if not plan.alone:
            plan.catalogue.free_front_page()
        if plan.options.has_page and not steps.has_page:
            _write_page(danced, plan, motions, music, steps)

        there = with_files_there(danced, plan.folder)
        surplus = plan.catalogue.surplus_files(danced) if plan.force else []
        plan.catalogue.add(there)
        for path in surplus:
            path.unlink(missing_ok=True)
        if plan.options.has_page and not plan.alone:
            plan.catalogue.write_front_page()
    return there


def _write(
    kind: str,
    motions: "Mapping[int, Motion]",
    music: Music,
    danced: DancedSong,
    plan: OutputPlan,
    steps: "_Steps",
) -> None:
    """Write all files of one kind that are not there yet."""
    for take, motion in motions.items():
        path = plan.file(danced.name, kind, take)
        report = steps.next(kind, f"writing {path.name}")
        if not plan.wants(path):
            continue
        if kind == "mp4":
            from ..show.film import film

            film(motion, path, music, plan.options.film_size, progress=report)
        else:
            from ..formats import write

            write(motion, path)


def _write_page(
    danced: DancedSong,
    plan: OutputPlan,
    motions: "Mapping[int, Motion]",
    music: Music,
    steps: "_Steps",
) -> None:
    """Write the page of a song, unless it is there already."""
    from ..metrics.motion_rhythm import hits
    from ..show.page import Dance, page

    path = plan.folder / str(danced.page)
    steps.next("html", f"writing {path.name}")
    steps.has_page = True
    if not plan.wants(path):
        return

    meanings = page_meanings()
    dances = [
        Dance(
            listed.name,
            motions[listed.take],
            files=dict(listed.files),
            hits=hits(motions[listed.take]),
            figures=page_figures(listed.figures, bool(danced.beats)),
            meanings=meanings,
            command=command_for(danced, listed.take),
        )
        for listed in danced.dances
    ]
    page(dances, path, music=music, title=danced.name, notes=danced.notes)


def _summary(song: DancedSong) -> str:
    tempo = f", {song.tempo:g} beats a minute" if song.tempo else ""
    notes = "".join(f"; {note}" for note in song.notes)
    dances = ", ".join(dance.name for dance in song.dances)
    return f"{song.name}: {song.seconds:g} s{tempo}{notes}: {dances}"


class _Steps:
    """Shares out a song's progress: each step gets a stretch as long as its effort."""

    def __init__(self, report: Report | None, options: DanceOptions) -> None:
        once = ("music", *(["html"] if options.has_page else []))
        each = ("sample", *options.take_formats)
        self.total = sum(_EFFORT[kind] for kind in once)
        self.total += len(options.takes) * sum(_EFFORT[kind] for kind in each)
        self.report, self.spent = report, 0.0
        self.has_page = False  # whether the page is written

    def next(self, kind: str, text: str, times: int = 1) -> Report | None:
        """Begin a step; returns the report for what happens inside it."""
        start, self.spent = self.spent, self.spent + _EFFORT[kind] * times
        stretch = part(self.report, start / self.total, self.spent / self.total, text)
        if stretch:
            stretch(0.0, "")
        return stretch
