"""Does a dance hit the beat of its song more often than chance."""

from collections.abc import Sequence

from ..metrics.beat_alignment import on_beat
from ..motion.motion import Motion
from ..music import Music
from .reward import Reward, each


def beats(motions: Sequence[Motion], musics: Sequence[Music | None]) -> Reward:
    """F1 of the dance's hits against the song's beats within 70 ms, less what the same hits get on
    shifted beats; in (-1, 1).

    The song must start with the motion. Missing where there is no song, or it has no beat.
    """

    def one(motion: Motion, music: Music | None) -> tuple[dict[str, float], str]:
        if music is None:
            return {"beats": float("nan"), "f1": float("nan")}, "no song was given"
        found = on_beat(motion, music.beats)
        terms = {"beats": found["above_chance"].value, "f1": found["f1"].value}
        return terms, found["above_chance"].reason

    return each(motions, musics, one, "beats")
