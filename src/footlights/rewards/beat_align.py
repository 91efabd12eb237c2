"""Does a dance hit the beat of its song more often than chance."""

from collections.abc import Sequence

from ..metrics.beat_alignment import on_beat
from ..motion.motion import Motion
from ..music import Music
from .reward import Reward, Worth, each


def beats(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """F1 of the dance's hits against the song's beats within 70 ms, less what the same hits get on
    shifted beats; in (-1, 1).

    The song must start with the motion. Missing where there is no song, or it has no beat.
    """
    return each(motions, musics, _beats)


def _beats(motion: Motion, music: Music | None) -> Worth:
    if music is None:
        return Worth(terms={"f1": float("nan")}, reason="no song was given")
    scores = on_beat(motion, music.beats)
    above_chance = scores["above_chance"]
    return Worth(above_chance.value, {"f1": scores["f1"].value}, reason=above_chance.reason)
