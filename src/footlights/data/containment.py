"""Names of files inside a file: they lead to something below its folder, or are refused."""

from pathlib import Path


def path_inside(folder: Path, name: str) -> Path:
    """``folder`` / ``name``, when that lies below ``folder`` whatever links are on the way.

    Raises:
        ValueError: it does not, or ``name`` is no file name; the text says which.
    """
    # repr keeps control characters out of terminals; nobody needs the whole of a long name.
    quoted = repr(name[:80])
    if not name.strip() or not name.isprintable():
        raise ValueError(f"is no file name ({quoted})")
    relative = Path(name)
    if relative.is_absolute() or relative.drive or ".." in relative.parts:
        raise ValueError(f"points out of the folder ({quoted})")

    path = folder / relative
    try:
        home, place = folder.resolve(), path.resolve()
    except (OSError, RuntimeError) as error:  # a circle of links, before Python 3.13
        raise ValueError(f"leads nowhere ({quoted})") from error
    if home not in place.parents:
        raise ValueError(f"leads out of the folder by a link ({quoted})")
    return path
