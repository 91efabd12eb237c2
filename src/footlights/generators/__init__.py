"""Everything that makes dances for music: what a generator is, which there are, and how to load
one.
"""

from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from ..basics.errors import FootlightsError

if TYPE_CHECKING:
    from ..motion.motion import Motion
    from ..music import Music

_COLLAGE = "collage"


class Generator(Protocol):
    """Makes dances: all families sample the same way.

    Attributes:
        name: what it is called on the command line.
        fps: frames a second of its dances.
        card: what it was made of, JSON-ready.
        styles: names that ``sample`` takes for ``style``.
    """

    name: str
    fps: float
    card: dict[str, Any]
    styles: tuple[str, ...]

    def sample(
        self,
        music: "Music",
        n: int = 1,
        seed: int = 0,
        *,
        seconds: float | None = None,
        energy: float = 0.0,
        style: str | None = None,
        clean: bool = True,
        progress: Callable[[float, str], None] | None = None,
    ) -> "list[Motion]":
        """``n`` dances for ``music``; the same seed gives the same bytes."""
        ...


def generator_names() -> tuple[str, ...]:
    """Shipped models by name, then "collage"."""
    return (*sorted(_shipped()), _COLLAGE)


def load_generator(name: str = "small", library: str | Path | None = None) -> Generator:
    """The generator called ``name``, or the model in the folder ``name``.

    Args:
        library: folder of built data; "collage" needs it, the others take none.

    Raises:
        FootlightsError: there is no such model, or the library is missing or not asked for.
    """
    if name == _COLLAGE:
        if library is None:
            raise FootlightsError(
                "the collage needs built data",
                name,
                "give --library DIR (footlights data build makes it)",
            )
        from .collage.collage import Collage

        return Collage.load(library)
    if library is not None:
        raise FootlightsError(
            "only the collage takes a library", name, "use --model collage, or leave --library out"
        )
    folder = _shipped().get(name) or (Path(name) if (Path(name) / "card.json").is_file() else None)
    if folder is None:
        raise FootlightsError(
            f"no model called {name!r}",
            "model",
            f"take one of {', '.join(generator_names())} or a model's folder",
        )
    from .diffusion.sample import Diffusion

    return Diffusion.load(folder)


def _shipped() -> dict[str, Path]:
    folder = Path(str(resources.files("footlights"))) / "weights"
    return {place.parent.name: place.parent for place in folder.glob("*/card.json")}
