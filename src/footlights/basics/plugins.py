"""What other packages offer footlights: by entry point, or by ``package.module:name``."""

from importlib import import_module
from importlib.metadata import EntryPoint, entry_points
from typing import Any

from .errors import FootlightsError


def offered(group: str) -> dict[str, EntryPoint]:
    """What installed packages offer under ``group`` ("footlights.generators"), by name."""
    return {point.name: point for point in sorted(entry_points(group=group))}


def find(group: str, name: str) -> Any | None:
    """The object that ``name`` stands for, or None when no package offers it.

    Args:
        name: an entry point of ``group``, or "package.module:name" of any module that can be
            imported.

    Raises:
        FootlightsError: it is offered, but its module cannot be imported or does not hold it.
    """
    point = offered(group).get(name)
    if point is None and ":" not in name:
        return None

    module, _, attribute = (point.value if point else name).partition(":")
    try:
        value: Any = import_module(module.strip())
        for part in filter(None, attribute.strip().split(".")):
            value = getattr(value, part)
    except (ImportError, AttributeError, ValueError) as error:
        raise FootlightsError(
            f"cannot be loaded ({error})", name, "install its package, or mend the name"
        ) from error
    except Exception as error:
        raise own_fault(name, error) from error
    return value


def own_fault(name: str, error: Exception) -> FootlightsError:
    """What to say of an error that another package's own code ends in."""
    what = f"ended in its own {type(error).__name__}: {error}"
    return FootlightsError(what, name, "mend that package; --debug shows the line", usage=False)
