"""Files of motion in and out: one module per format, chosen by suffix, unless the file begins as
another's does.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from ..basics.errors import FootlightsError
from ..motion.motion import Motion
from .safe.budget import file_size


@dataclass(frozen=True)
class Format:
    """A kind of file: its name, its suffixes, the module that reads or writes it, and how such a
    file begins.

    ``program``: of another house, which must be there and does the reading and writing in a process
    of its own.
    """

    name: str
    suffixes: tuple[str, ...]
    module: str
    reads: bool = True
    writes: bool = False
    begins: tuple[bytes, ...] = ()
    program: str = ""

    def member(self, verb: str) -> Callable[..., Any]:
        """Its function "read" or "write", imported now."""
        return getattr(import_module(f".{self.module}", __name__), verb)


FORMATS = (
    Format("npz", (".npz",), "npz", writes=True, begins=(b"PK\x03\x04",)),
    Format("bvh", (".bvh",), "bvh", writes=True, begins=(b"HIERARCHY",)),
    Format("glb", (".glb",), "glb", writes=True, begins=(b"GLTF",)),
    Format("gltf", (".gltf", ".vrm"), "glb_read", begins=(b"GLTF",)),
    Format("vrma", (".vrma",), "vrma", writes=True, begins=(b"GLTF",)),
    Format("fbx", (".fbx",), "fbx", writes=True, begins=(b"KAYDARA FBX",), program="Blender"),
    Format("usd", (".usd", ".usda", ".usdc"), "usd", reads=False, writes=True),
    Format(
        "pkl",
        (".pkl", ".pickle"),
        "pkl",
        begins=(b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05"),
    ),
    Format("torch", (".pt", ".pth"), "smplx", begins=(b"PK\x03\x04",)),
    Format("tram", (".npy",), "tram", begins=(b"\x93NUMPY",)),
    Format("asf/amc", (".amc",), "asfamc", begins=(b"#!OML:ASF", b":FULLY-SPECIFIED")),
    Format("g1", (".csv",), "g1", writes=True),
)


def read(path: str | os.PathLike[str], **options: Any) -> Motion:
    """The motion in a file, on the file's own skeleton, in metres with z up.

    What had to be found out (unit, up axis, rate) is told in ``motion.meta["notes"]``.

    Args:
        path: an npz, bvh, amc (its asf beside it), glb, gltf, vrm, vrma, csv, pkl, pt or npy file;
            fbx where Blender is.
        options: of the format's own ``read``: ``unit`` (metres), ``up`` ("y" or "z"), ``fps``,
            ``root_offset``.

    Raises:
        FootlightsError: no such file, an unknown format, a damaged file, or an option the format
            does not have.
    """
    file_size(path)
    form = _format_of(path)
    motion = _call(form.member("read"), path, (path,), options)
    suffix = Path(path).suffix.lower()
    if (
        suffix in form.suffixes
        or not suffix
        or not any(suffix in other.suffixes for other in FORMATS)
    ):
        return motion
    notes = [f"holds {form.name}, whatever its name says", *motion.meta.get("notes", ())]
    return motion.replace(meta={**motion.meta, "notes": notes})


def write(motion: Motion, path: str | os.PathLike[str], **options: Any) -> list[str]:
    """Writes ``motion`` in the format of the suffix of ``path``; whole or not at all.

    Returns:
        What the format could not keep, one sentence each; empty when it kept everything.

    Raises:
        FootlightsError: an unknown suffix, an option the format does not have, or a place that
            cannot be written.
    """
    suffix = Path(path).suffix.lower()
    for form in FORMATS:
        if form.writes and suffix in form.suffixes:
            return _call(form.member("write"), path, (motion, path), options) or []
    known = " ".join(s for f in FORMATS if f.writes for s in f.suffixes)
    raise FootlightsError(
        f"{suffix or 'no suffix'} is no format that can be written", path, f"use one of {known}"
    )


def options_of(path: str | os.PathLike[str]) -> frozenset[str]:
    """Names of the options that the reader of this file has; errors as `read`."""
    file_size(path)
    return frozenset(_format_of(path).member("read").__annotations__) - {"path", "return"}


def _format_of(path: str | os.PathLike[str]) -> Format:
    suffix = Path(path).suffix.lower()
    with open(path, "rb") as handle:
        start = handle.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    named = next((form for form in FORMATS if form.reads and suffix in form.suffixes), None)
    held = next(
        (form for form in FORMATS if form.reads and start.upper().startswith(form.begins)), None
    )
    if named and not (held and not start.upper().startswith(named.begins)):
        return named
    if held:
        return held
    if suffix == ".asf":
        raise FootlightsError("is a skeleton without motion", path, "give the .amc beside it")
    known = " ".join(s for f in FORMATS if f.reads for s in f.suffixes)
    raise FootlightsError("is no motion file that can be read", path, f"give one of {known}")


def _call(
    member: Callable[..., Any], path: object, arguments: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    """Calls a format's function; an option that it does not have is the caller's mistake and said
    as such.
    """
    known = set(member.__annotations__)
    for option in options:
        if option not in known:
            raise FootlightsError(f"this format has no option {option!r}", path, "leave it out")
    return member(*arguments, **options)
