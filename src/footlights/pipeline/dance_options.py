"""What is wanted of every song that is danced to, checked before any work."""

import math
from dataclasses import dataclass

from ..basics.errors import FootlightsError
from ..generators.base import REPEAT, check_energy, check_repeat
from ..music.decode import LONGEST, SHORTEST

# In the order of making: quick ones first, the film last.
FORMATS = ("npz", "bvh", "glb", "html", "mp4")
MOST = 20  # dances a song
FILM_SIZE = (640, 480)  # pixels
_SIDES = (64, 4096)  # pixels of a film's side, at least and at most


@dataclass(frozen=True)
class DanceOptions:
    """What is wanted of every song.

    Attributes:
        start, seconds: the part of the song, in seconds; ``seconds`` None goes to its end.
        count: dances a song, each another take, 1 to 20.
        seed: the same seed gives the same bytes.
        energy: standard deviations added to the song's loudness, -3 to 3; 0 follows the song.
        style: one of the model's styles, or None.
        formats: some of ``FORMATS``.
        take: the number of the only take that is wanted, from 1; None makes takes 1 to ``count``.
        repeat: how much of a phrase of the dance returns where the song's does, 0 to 1.
        film_size: width and height of the films, pixels.

    Raises:
        FootlightsError: a value that cannot be, with what can.
    """

    start: float = 0.0
    seconds: float | None = None
    count: int = 3
    seed: int = 0
    energy: float = 0.0
    style: str | None = None
    formats: tuple[str, ...] = FORMATS
    take: int | None = None
    repeat: float = REPEAT
    film_size: tuple[int, int] = FILM_SIZE

    def __post_init__(self) -> None:
        unknown = [name for name in self.formats if name not in FORMATS]
        if unknown or not self.formats:
            raise FootlightsError(
                f"no format called {', '.join(unknown) or repr('')}",
                "--formats",
                f"choose from {','.join(FORMATS)}; footlights convert writes more",
            )
        if not (math.isfinite(self.start) and self.start >= 0):
            raise FootlightsError(
                f"cannot start at {self.start:g} s", "--start", "give a time from 0 on, in seconds"
            )
        # A song must have this length to be read at all: narrower than what a generator takes.
        if self.seconds is not None and not SHORTEST <= self.seconds <= LONGEST:
            raise FootlightsError(
                f"cannot dance {self.seconds:g} s",
                "--seconds",
                f"give {SHORTEST:g} to {LONGEST:g} seconds",
            )
        if not 1 <= self.count <= MOST:
            raise FootlightsError(f"{self.count} dances a song", "--count", f"ask for 1 to {MOST}")
        if self.take is not None and not 1 <= self.take <= MOST:
            raise FootlightsError(f"there is no take {self.take}", "--take", f"give 1 to {MOST}")
        if self.seed < 0:
            raise FootlightsError(
                f"{self.seed} is not a seed", "--seed", "give a whole number from 0 on"
            )
        check_energy(self.energy, "--energy")
        check_repeat(self.repeat, "--repeat")
        check_film_size(self.film_size)

    @property
    def takes(self) -> tuple[int, ...]:
        """The takes that are wanted, counted from 0."""
        return tuple(range(self.count)) if self.take is None else (self.take - 1,)

    @property
    def has_page(self) -> bool:
        """Whether a page is wanted, one for all dances to a song."""
        return "html" in self.formats

    @property
    def plays_song(self) -> bool:
        """Whether the song is heard in something that is made."""
        return not {"html", "mp4"}.isdisjoint(self.formats)

    @property
    def take_formats(self) -> list[str]:
        """The formats of which every dance has a file of its own, in the order of making."""
        return [name for name in FORMATS if name in self.formats and name != "html"]


def check_film_size(size: tuple[int, int]) -> None:
    """Raises FootlightsError for what is no size of a film."""
    least, most = _SIDES
    if any(side % 2 or not least <= side <= most for side in size):
        raise FootlightsError(
            f"no film is {size[0]}x{size[1]}",
            "--film-size",
            f"give even numbers of pixels from {least} to {most}, such as 1080x1920",
        )


def film_size_of(text: str) -> tuple[int, int]:
    """A size as people write it: "1920x1080".

    Raises:
        FootlightsError: it is none.
    """
    width, _, height = text.strip().lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and len(text) < 12):
        raise FootlightsError(
            f"{text!r} is no size", "--film-size", "give WIDTHxHEIGHT, such as 1080x1920"
        )
    return int(width), int(height)


def formats_of(text: str) -> tuple[str, ...]:
    """Format names from a list as people write it: "npz, .BVH,npz"."""
    names = (name.strip().lower().lstrip(".") for name in text.split(","))
    return tuple(dict.fromkeys(name for name in names if name))
