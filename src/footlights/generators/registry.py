"""Which generators there are, and how one is loaded by its name, folder or package."""

import os
from collections.abc import Callable
from importlib import import_module, resources
from pathlib import Path
from typing import Any

from ..basics import plugins
from ..basics.errors import FootlightsError
from ..basics.suggestions import advice
from ..learning.card import FILE as CARD_FILE
from ..learning.card import read_family
from .base import Generator

GROUP = "footlights.generators"
COLLAGE = "collage"

# What loads a model's folder, by the family that its card names.
FAMILIES = {"diffusion": (".diffusion.sample", "Diffusion")}


def generator_names() -> tuple[str, ...]:
    """Shipped models by name, then "collage", then what other installed packages offer."""
    return (*sorted(shipped_models()), COLLAGE, *plugins.offered(GROUP))


def load_generator(name: str = "small", library: str | os.PathLike[str] | None = None) -> Generator:
    """The generator called ``name``.

    Args:
        name: a shipped model, "collage", the folder of a model that was trained, an entry point
            of another package, or its "package.module:Class"; a folder wins over a name.
        library: folder of built data; "collage" needs it, the others take none.

    Raises:
        FootlightsError: there is no such model, or the library is missing or not asked for.
    """
    if name == COLLAGE:
        return _collage(library)
    if library is not None:
        raise FootlightsError(
            "only the collage takes a library", name, "use --model collage, or leave --library out"
        )

    own = Path(name)
    folder = own if (own / CARD_FILE).is_file() else shipped_models().get(name)
    if folder is not None:
        return _trained(folder)

    offered = plugins.find(GROUP, name)
    if offered is None:
        names = generator_names()
        raise FootlightsError(
            f"no model called {name!r}",
            "model",
            advice(name, names, f"take one of {', '.join(names)}, or a model's folder"),
        )
    return _strangers(offered, name)


def shipped_models() -> dict[str, Path]:
    """The folders of the models that come with footlights, by name."""
    weights = Path(str(resources.files("footlights"))) / "weights"
    return {card.parent.name: card.parent for card in weights.glob(f"*/{CARD_FILE}")}


def _collage(library: str | os.PathLike[str] | None) -> Generator:
    if library is None:
        raise FootlightsError(
            "the collage needs built data",
            COLLAGE,
            "give --library DIR (footlights data build makes it)",
        )
    from .collage.collage import Collage

    return Collage.load(library)


def _trained(folder: Path) -> Generator:
    card = folder / CARD_FILE
    family = read_family(card)
    if family not in FAMILIES:
        raise FootlightsError(
            f"is of the family {family!r}",
            card,
            f"this version loads {', '.join(FAMILIES)}: use the version that made it",
        )
    module, name = FAMILIES[family]
    load: Callable[[Path], Generator] = getattr(import_module(module, __package__), name).load
    return load(folder)


def _strangers(offered: Any, name: str) -> Generator:
    """The generator that another package offers: a class or a function without arguments."""
    try:
        generator: Generator = offered() if callable(offered) else offered
    except FootlightsError:
        raise
    except Exception as error:
        raise plugins.own_fault(name, error) from error

    if not (hasattr(generator, "info") and callable(getattr(generator, "sample", None))):
        raise FootlightsError(
            "is no generator", name, "it needs info and sample: see docs/extending.md"
        )
    return generator
