"""Files of motion in and out: one module a format, chosen by suffix or by how a file begins."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from ..basics.budget import file_size
from ..basics.errors import FootlightsError
from ..motion.motion import Motion

_LONGEST_SIGNATURE = 64  # bytes


@dataclass(frozen=True)
class Format:
    """A kind of file.

    Attributes:
        name: as people call it.
        suffixes: with dots, in small letters.
        module: in this package, whose functions "read" and "write" do the work.
        reads, writes: whether it has them.
        signatures: how such files begin, in capitals.
        alone: read where it is named, and never looked for in a folder, which may hold others.
        program: of another house, which must be there and does the reading and writing in a
            process of its own.
    """

    name: str
    suffixes: tuple[str, ...]
    module: str
    reads: bool = True
    writes: bool = False
    signatures: tuple[bytes, ...] = ()
    program: str = ""
    alone: bool = False

    def member(self, verb: str) -> Callable[..., Any]:
        """Its function "read" or "write", imported now."""
        member: Callable[..., Any] = getattr(import_module(f".{self.module}", __name__), verb)
        return member


_ZIP, _GLTF = b"PK\x03\x04", b"GLTF"
_PICKLES = (b"\x80\x02", b"\x80\x03", b"\x80\x04", b"\x80\x05")

# In the order in which a folder is searched for motions; of formats that begin alike, the first is
# taken where the suffix does not decide.
FORMATS = (
    Format("npz", (".npz",), "npz", writes=True, signatures=(_ZIP,)),
    Format("bvh", (".bvh",), "bvh", writes=True, signatures=(b"HIERARCHY",)),
    Format("glb", (".glb",), "glb", writes=True, signatures=(_GLTF,)),
    Format("gltf", (".gltf", ".vrm"), "glb_read", signatures=(_GLTF,)),
    Format("vrma", (".vrma",), "vrma", writes=True, signatures=(_GLTF,)),
    Format("fbx", (".fbx",), "fbx", writes=True, signatures=(b"KAYDARA FBX",), program="Blender"),
    Format("usd", (".usd", ".usda", ".usdc"), "usd", reads=False, writes=True),
    Format("pkl", (".pkl", ".pickle"), "pkl", writes=True, signatures=_PICKLES),
    Format("torch", (".pt", ".pth"), "smplx", signatures=(_ZIP,)),
    Format("npy", (".npy",), "npy", signatures=(b"\x93NUMPY",)),
    Format("asf/amc", (".amc",), "asfamc", signatures=(b"#!OML:ASF", b":FULLY-SPECIFIED")),
    Format("g1", (".csv",), "g1", writes=True),
    Format("json", (".json",), "joint_positions", alone=True),
)


def read(path: str | os.PathLike[str], **options: Any) -> Motion:
    """The motion in a file, on the file's own skeleton, in metres with z up.

    What had to be found out (unit, up axis, rate) is told in ``motion.meta["notes"]``.

    Args:
        path: an npz, bvh, amc (its asf beside it), glb, gltf, vrm, vrma, csv, pkl, pt, npy or
            json file; fbx where Blender is.
        options: of the format's own ``read``: ``unit`` (metres), ``up`` (such as "y"), ``fps``,
            ``quat``, ``clip``, ``root_offset``.

    Raises:
        FootlightsError: no such file, an unknown format, a damaged file, or an option the format
            does not have.
    """
    file_size(path)
    form = _format_of(path)
    motion: Motion = _call(form.member("read"), path, (path,), options)

    suffix = Path(path).suffix.lower()
    is_misnamed = suffix not in form.suffixes and any(suffix in f.suffixes for f in FORMATS)
    if not is_misnamed:
        return motion
    notes = [f"holds {form.name}, whatever its name says", *motion.notes]
    return motion.replace(meta={**motion.meta, "notes": notes})


def read_where_known(path: str | os.PathLike[str], options: Mapping[str, Any]) -> Motion:
    """As `read`, without those of ``options`` that the format does not have.

    Raises:
        FootlightsError: see `read`.
    """
    known = options_of(path) if options else ()
    return read(path, **{name: value for name, value in options.items() if name in known})


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


def clips_in(path: str | os.PathLike[str]) -> list[str]:
    """Names of the animations in a file of which one can be chosen; errors as `read`."""
    if "clip" not in options_of(path):
        return []
    # A reader that knows clips has their names beside it.
    reader = import_module(_format_of(path).member("read").__module__)
    names: list[str] = reader.clip_names(path)
    return names


def _format_of(path: str | os.PathLike[str]) -> Format:
    """The format that reads a file: by its suffix, unless it begins as another's files do."""
    suffix = Path(path).suffix.lower()
    with open(path, "rb") as handle:
        # Texts may begin with a byte order mark and blank lines.
        start = handle.read(_LONGEST_SIGNATURE).lstrip(b"\xef\xbb\xbf \t\r\n").upper()
    readable = [form for form in FORMATS if form.reads]
    by_suffix = next((form for form in readable if suffix in form.suffixes), None)
    by_start = next((form for form in readable if start.startswith(form.signatures)), None)

    if by_suffix and (by_start is None or start.startswith(by_suffix.signatures)):
        return by_suffix
    if by_start:
        return by_start
    if suffix == ".asf":
        raise FootlightsError("is a skeleton without motion", path, "give the .amc beside it")
    known = " ".join(s for form in readable for s in form.suffixes)
    raise FootlightsError("is no motion file that can be read", path, f"give one of {known}")


def _call(
    member: Callable[..., Any], path: object, arguments: tuple[Any, ...], options: dict[str, Any]
) -> Any:
    """Calls a format's function; an option that it has not is the caller's mistake and said so."""
    known = set(member.__annotations__)
    for option in options:
        if option not in known:
            raise FootlightsError(f"this format has no option {option!r}", path, "leave it out")
    try:
        return member(*arguments, **options)
    except FootlightsError as error:
        # What the code calls the motion or its skeleton is this file to its owner.
        if error.where not in ("", "motion", "skeleton"):
            raise
        raise FootlightsError(error.what, path, error.do, usage=error.usage) from error
