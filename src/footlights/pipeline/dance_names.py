"""What a song's dances are called where the folder has others to the same song already.

The first request for a song has the song's own name, and the same request has it again. Another
one carries what differs: ``song-1.npz``, then ``song-salsa-1.npz``, ``song-e1-seed7-1.npz``.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..basics.file_names import safe_name
from ..data.dance_folder import DancedSong
from .dance_options import DanceOptions

_CLOSE = 1e-6  # of two numbers that a list has written down


def names_of_requests(
    songs: Sequence[tuple[str, str]],
    listed: Mapping[str, DancedSong],
    options: DanceOptions,
    model: str,
    *,
    force: bool = False,
) -> list[str]:
    """The names of the dances to some songs.

    Args:
        songs: the song's own name as `song_names` has it, and its file name.
        listed: what the folder holds, by name.
        options: what is asked for.
        model: the name of the model.
        force: a song's first dances are replaced, unless the folder has those asked for.
    """
    names: list[str] = []
    for own_name, file_name in songs:
        first = listed.get(own_name)
        # Another song of the same name is no other request: that it exists will be said.
        known = first is not None and first.song == file_name
        differences = list(_differences(first, options, model)) if first and known else []
        if not differences:
            names.append(own_name)
            continue

        carrying = safe_name("-".join([own_name, *differences]))
        same = listed.get(carrying)
        if same is not None and not list(_differences(same, options, model)):
            names.append(carrying)
        elif force:
            names.append(own_name)
        else:
            names.append(_unused(carrying, {*names, *listed, *(name for name, _ in songs)}))
    return names


def _unused(name: str, taken: Collection[str]) -> str:
    """The name, or the first of "name (2)", "name (3)" that is not taken."""
    candidate, number = name, 2
    while candidate in taken:
        candidate, number = f"{name} ({number})", number + 1
    return candidate


def _differences(song: DancedSong, options: DanceOptions, model: str) -> Iterator[str]:
    """What is asked for and was not asked for a listed song, as parts of a file name."""
    if model and song.model != model:
        yield safe_name(model)
    if song.style != options.style:
        yield safe_name(options.style or "mixed")
    if abs(song.energy - options.energy) > _CLOSE:
        yield f"e{options.energy:g}"
    if abs(song.repeat - options.repeat) > _CLOSE:
        yield f"r{options.repeat:g}"
    if song.seed != options.seed:
        yield f"seed{options.seed}"
    if abs(song.start - options.start) > _CLOSE:
        yield f"from{options.start:g}"
    if abs((song.requested_seconds or 0) - (options.seconds or 0)) > _CLOSE:
        yield "whole" if options.seconds is None else f"{options.seconds:g}s"
