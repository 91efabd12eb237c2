"""What ``dances.json`` and a card of the page say of one song and its dances."""

import shlex
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from ..data.dance_folder import DancedSong, ListedDance, ListedPhrase, relative_song_path
from ..generators.base import REPEAT
from ..music import Music
from .dance_figures import figures
from .dance_options import DanceOptions
from .dance_plan import OutputPlan, PlannedSong

if TYPE_CHECKING:
    from ..motion.motion import Motion

NO_BEAT = "no clear beat was found: danced to loudness and onsets"
CONTESTED = (
    "the beat may as well lie {:g} of a beat later, where this song is struck about as surely"
)
_TOLERATED = 0.25  # seconds by which a song may end before what was asked for, unsaid


def record(
    song: PlannedSong, plan: OutputPlan, model: str, music: Music, motions: "Mapping[int, Motion]"
) -> DancedSong:
    """What ``dances.json`` says about one song; of its files, those that will be there.

    Args:
        model: its name.
        motions: by their takes, those that are asked for.
    """
    from ..music.rhythm import beat_known

    options, has_beat = plan.options, beat_known(music)
    path = song.path
    return DancedSong(
        name=song.name,
        song=song.file_name,
        song_path=None if path is None else relative_song_path(path, plan.folder),
        start=options.start,
        seconds=round(music.seconds, 3),
        requested_seconds=options.seconds,
        tempo=round(music.tempo, 2) if has_beat else None,
        beat_trust=round(float(music.beat_trust), 3),
        beats=tuple(round(float(t), 3) for t in music.beats) if has_beat else (),
        phrases=tuple(
            ListedPhrase(phrase.name, round(phrase.start, 3), round(phrase.end, 3))
            for phrase in music.phrases
        ),
        downbeats=tuple(round(float(t), 3) for t in music.downbeats) if has_beat else (),
        beat_division=music.beat_division if has_beat else 2,
        beat_rival=music.beat_rival if has_beat else None,
        damaged=music.damaged,
        notes=(*music.notes, *_shortness(music, options), *_doubts(music)),
        model=model,
        seed=options.seed,
        energy=options.energy,
        repeat=options.repeat,
        style=options.style,
        dances=tuple(
            ListedDance(
                name=f"{song.name}-{take + 1}",
                take=take,
                style=motion.meta.get("style"),
                seconds=round(motion.seconds, 3),
                fps=motion.fps,
                files={
                    kind: plan.file(song.name, kind, take).name for kind in options.take_formats
                },
                figures=figures(motion, music),
            )
            for take, motion in motions.items()
        ),
    )


def _doubts(music: Music) -> tuple[str, ...]:
    """What a person should know of a song whose beat is not sure."""
    from ..music.rhythm import beat_known

    if not beat_known(music):
        return (NO_BEAT,)
    return () if music.beat_rival is None else (CONTESTED.format(music.beat_rival),)


def with_other_takes(danced: DancedSong, listed: DancedSong | None) -> DancedSong:
    """A song's record with the takes and the files that the folder's list has besides."""
    if listed is None:
        return danced

    dances = {dance.take: dance for dance in listed.dances}
    for dance in danced.dances:
        known = dances.get(dance.take)
        files = {**known.files, **dance.files} if known else dance.files
        dances[dance.take] = replace(dance, files=files)
    return replace(danced, dances=tuple(dances[take] for take in sorted(dances)))


def with_files_there(danced: DancedSong, folder: Path) -> DancedSong:
    """A song's record that names no file which is still to be made."""
    dances = tuple(
        replace(dance, files={k: f for k, f in dance.files.items() if (folder / f).is_file()})
        for dance in danced.dances
    )
    return replace(danced, dances=dances)


def command_for(danced: DancedSong, take: int) -> str:
    """The command that makes one take again, for a shell in the folder of the song."""
    words = ["footlights", "dance", danced.song]
    if danced.start:
        words += ["--start", f"{danced.start:g}"]
    if danced.requested_seconds is not None:
        words += ["--seconds", f"{danced.requested_seconds:g}"]
    if danced.seed:
        words += ["--seed", str(danced.seed)]
    if danced.repeat != REPEAT:
        words += ["--repeat", f"{danced.repeat:g}"]
    if danced.energy:
        words += ["--energy", f"{danced.energy:g}"]
    if danced.style:
        words += ["--style", danced.style]
    if danced.model != "small":
        words += ["--model", danced.model]
    return shlex.join([*words, "--take", str(take + 1)])


def _shortness(music: Music, options: DanceOptions) -> tuple[str, ...]:
    """A note on a song that has less left than was asked for."""
    if options.seconds is None or music.damaged:
        return ()
    if music.seconds >= options.seconds - _TOLERATED:
        return ()
    left = f"of the {options.seconds:g} s asked for the song has {music.seconds:.1f}"
    place = f" from {options.start:g} s on" if options.start else ""
    return (f"{left}{place}: the dance ends with it",)
