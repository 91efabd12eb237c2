"""The contract of everything that makes dances: what is asked of it, and how it answers."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from ..basics.budget import MAX_SECONDS
from ..basics.errors import Cancelled, FootlightsError
from ..basics.progress import Report
from ..basics.suggestions import advice
from .constraint import Constraint, Given

if TYPE_CHECKING:
    from ..motion.motion import Motion
    from ..music import Music

MOST_SECONDS = MAX_SECONDS
ENERGIES = (-3.0, 3.0)
REPEAT = 0.85  # see benchmarks/form.py


@dataclass(frozen=True)
class GeneratorInfo:
    """What a generator is.

    Attributes:
        name: what it is called on the command line and in `Motion.meta`.
        fps: frames a second of its dances.
        styles: what a request may name as its style.
        supports: options of a request that it follows, some of `OPTIONS`; others are refused.
        card: what it was made of, JSON-ready.
    """

    name: str
    fps: float
    styles: tuple[str, ...] = ()
    supports: frozenset[str] = frozenset()
    card: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class DanceRequest:
    """What is asked of a generator, checked once for all families.

    Attributes:
        music: what to dance to.
        seconds: how long; as long as the music when None.
        energy: standard deviations added to the song's loudness, -3 (calm) to 3 (wild).
        style: one of the generator's styles; None leaves it to the generator.
        clean: lock planted feet afterwards.
        constraints: what the dance must keep of other motions.
        repeat: how much of a phrase of the dance returns where the song's does, 0 (free) to 1.

    Raises:
        FootlightsError: a value that cannot be, named with what can.
    """

    music: "Music"
    seconds: float | None = None
    energy: float = 0.0
    style: str | None = None
    clean: bool = True
    constraints: tuple[Constraint, ...] = ()
    repeat: float = REPEAT

    def __post_init__(self) -> None:
        if not hasattr(self.music, "beats"):
            kind = type(self.music).__name__
            raise FootlightsError(
                f"cannot dance to a {kind}", "music", 'give Music.load("song.mp3")'
            )
        check_seconds(self.seconds)
        check_energy(self.energy)
        check_repeat(self.repeat)
        if not all(isinstance(constraint, Constraint) for constraint in self.constraints):
            raise FootlightsError("is no list of constraints", "constraints", "give `Constraint`s")

    @classmethod
    def of(cls, music: "Music | DanceRequest", **options: Any) -> "DanceRequest":
        """The request for a song with ``options``, or a request with some of them changed.

        Raises:
            FootlightsError: an option that no request has, or a value that cannot be.
        """
        unknown = sorted(options.keys() - OPTIONS.keys())
        if unknown:
            raise FootlightsError(
                f"no request has the option {unknown[0]!r}",
                "request",
                f"its options are {', '.join(OPTIONS)}",
            )
        if isinstance(music, cls):
            return replace(music, **options)
        return cls(music, **options)  # type: ignore[arg-type]

    @property
    def length(self) -> float:
        """Seconds of dance that are asked for."""
        return self.music.seconds if self.seconds is None else self.seconds

    def given(self, fps: float) -> Given | None:
        """What its constraints ask of each frame at ``fps``; None without any.

        Raises:
            FootlightsError: they do not fit the dance or each other.
        """
        if not self.constraints:
            return None
        return Given.of(self.constraints, max(1, round(self.length * fps)), fps)

    def settled(self, info: GeneratorInfo) -> "DanceRequest":
        """The request as the generator of ``info`` can follow it, its style spelt as there.

        Raises:
            FootlightsError: it asks for what this generator cannot do, or for no style of it.
        """
        for option, default in OPTIONS.items():
            if getattr(self, option) != default and option not in info.supports:
                raise FootlightsError(
                    f"{info.name} cannot follow it", option, "leave it out, or take another model"
                )
        return replace(self, style=style_of(info, self.style))


# What a request may ask for besides its music, and what stands for not asking.
OPTIONS: dict[str, Any] = {
    "seconds": None,
    "energy": 0.0,
    "style": None,
    "clean": True,
    "constraints": (),
    "repeat": REPEAT,
}


class Generator(ABC):
    """Makes dances. A family defines `info` and `takes`; what all share is here, once."""

    info: GeneratorInfo

    def __repr__(self) -> str:
        """What it is: "Diffusion('small', 30 fps; salsa, groove)"."""
        styles = ", ".join(self.info.styles) or "no styles"
        return f"{type(self).__name__}({self.info.name!r}, {self.info.fps:g} fps; {styles})"

    @abstractmethod
    def takes(
        self, request: DanceRequest, n: int, seed: int, progress: Report
    ) -> "Iterator[Motion]":
        """``n`` raw dances for ``request``, one after the other.

        Take k depends on the request, the seed and k alone, whatever ``n`` is.

        Args:
            request: checked, and settled with `info`.
            progress: to be called with the share done in 0..1 and a line of text, often: a caller
                who cancels is heard there.
        """

    def sample(
        self,
        request: "DanceRequest | Music",
        n: int = 1,
        seed: int = 0,
        *,
        progress: Report | None = None,
        cancel: Callable[[], bool] | None = None,
        **options: Any,
    ) -> "list[Motion]":
        """``n`` dances on the house skeleton; the same request and seed give the same bytes.

        Args:
            request: what is asked for, or just the music with the options of `DanceRequest`:
                ``sample(music, n=3, seed=0, energy=1)``.
            progress: called with the share done in 0..1 and a line of text.
            cancel: asked now and then; when it says True, the work ends in `Cancelled`.

        Raises:
            FootlightsError: a request that cannot be, or not by this generator.
            Cancelled: ``cancel`` said so.
        """
        request = DanceRequest.of(request, **options).settled(self.info)
        check_takes(n, seed)

        def report(share: float, text: str) -> None:
            if cancel and cancel():
                raise Cancelled()
            if progress:
                progress(share, text)

        dances: list[Motion] = []
        report(0.0, f"dance 1 of {n}")
        takes = self.takes(request, n, seed, report)
        # No name holds what a take was made of while the next one is made: it is megabytes.
        while (raw := next(takes, None)) is not None:
            dances.append(self._finished(raw, request, {"seed": seed, "take": len(dances)}))
            del raw
            report(len(dances) / n, f"dance {len(dances)} of {n}")
        return dances

    def _finished(self, raw: "Motion", request: DanceRequest, facts: Mapping[str, Any]) -> "Motion":
        """A take with the facts about it, its feet cleaned where that is asked for."""
        from ..postprocess.foot_lock import clean as clean_feet

        facts = {
            **facts,
            "model": self.info.name,
            "song": request.music.name,
            "energy": request.energy,
            "style": request.style,
        }
        motion = raw.replace(meta={**facts, **raw.meta})
        cleaned = clean_feet(motion) if request.clean else motion
        given = request.given(self.info.fps)
        return given.kept(motion, cleaned) if given else cleaned


def check_seconds(seconds: float | None, where: str = "seconds") -> None:
    """Raises FootlightsError for what is no length of a dance."""
    if seconds is not None and not 0 < seconds <= MOST_SECONDS:
        raise FootlightsError(
            f"cannot dance {seconds:g} s", where, f"give more than 0 and at most {MOST_SECONDS:g}"
        )


def check_energy(energy: float, where: str = "energy") -> None:
    """Raises FootlightsError for what is no energy of a dance."""
    low, high = ENERGIES
    if not (math.isfinite(energy) and low <= energy <= high):
        raise FootlightsError(
            f"{energy:g} is not an energy",
            where,
            f"give a number from {low:g} (calm) to {high:g} (wild)",
        )


def check_repeat(repeat: float, where: str = "repeat") -> None:
    """Raises FootlightsError for what is no share of a phrase that returns."""
    if not 0 <= repeat <= 1:
        do = "give a number from 0 (free) to 1 (strict)"
        raise FootlightsError(f"{repeat:g} is no share that returns", where, do)


def check_takes(n: int, seed: int) -> None:
    """Raises FootlightsError for what is no number of takes, or no seed."""
    if n < 1:
        raise FootlightsError(f"{n} dances are none", "n", "ask for 1 or more")
    if seed < 0:
        raise FootlightsError(f"{seed} is not a seed", "seed", "give a whole number from 0 on")


def style_of(info: GeneratorInfo, style: str | None, where: str = "style") -> str | None:
    """The generator's style of that name, whatever its case and the spaces around it.

    Raises:
        FootlightsError: it has none of that name.
    """
    if style is None or style in info.styles:
        return style

    for own in info.styles:
        if own.casefold() == style.strip().casefold():
            return own

    known = ", ".join(info.styles) or "none"
    raise FootlightsError(
        f"{info.name} has no style called {style!r}",
        where,
        advice(style, info.styles, f"its styles: {known}"),
    )
