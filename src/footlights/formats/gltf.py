"""glTF 2.0 containers, binary or JSON: a stranger's document, nodes and numbers, checked before
memory is taken.

Nothing outside the file is ever opened: its buffers are the binary chunk or data URIs.
"""

import base64
import binascii
import contextlib
import json
import math
import os
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..geometry.rotations import quat_from_matrix
from .safe.budget import Budget, read_bytes

MAX_BYTES = 256 << 20
MAX_TEXT = 64 << 20
MAX_NODES = 20_000
_NUMBER = 8  # bytes, as a double, in which it is worked with
_DEEPEST = 500
_MAX_VALUES = 1_500_000  # of the JSON document: some hundred bytes of memory each
_LARGEST = 1e8
_COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}
_DAMAGE = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
    struct.error,
    RecursionError,
    binascii.Error,
)


@dataclass(frozen=True)
class Node:
    """One node: its name, parent (-1 for none), place (3,), turn (4,) w x y z and scale (3,) when
    nothing moves it.
    """

    name: str
    parent: int
    place: np.ndarray
    turn: np.ndarray
    scale: np.ndarray


class Gltf:
    """The document of a glTF file as plain JSON values, its nodes, and its numbers on request.

    Raises:
        FootlightsError: not a glTF 2.0 file, damaged, too large, or with buffers in other files.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path
        data = read_bytes(path, MAX_BYTES)
        with self.damage():
            text, self._chunk = _chunks(data) if data[:4] == b"glTF" else (data, b"")
            if (
                len(text) > MAX_TEXT
                or sum(text.count(mark) for mark in (b",", b"[", b"{")) > _MAX_VALUES
            ):
                raise FootlightsError(
                    "its document is too large for a motion", path, "export the body's motion alone"
                )
            self.document: dict[str, Any] = _document(text)
            if not str(self.document["asset"]["version"]).startswith("2"):
                raise FootlightsError("is not of glTF version 2", path, "export it as glTF 2.0")
            self.nodes = self._nodes()
        self._buffers: dict[int, bytes | memoryview] = {}
        self._budget = Budget(path)

    @contextlib.contextmanager
    def damage(self) -> Iterator[None]:
        """Turns what a damaged document makes Python raise into one line."""
        try:
            yield
        except _DAMAGE as error:
            raise FootlightsError(
                f"is no glTF file, or damaged ({str(error)[:80]})", self.path, "export it again"
            ) from error

    def items(self, kind: str) -> list[Any]:
        """The list called ``kind`` of the document; empty when absent."""
        found = self.document.get(kind, [])
        if not isinstance(found, list):
            raise ValueError(f"{kind} is no list")
        return found

    def item(self, kind: str, index: Any) -> dict[str, Any]:
        """Entry ``index`` of the list called ``kind``."""
        found = self.items(kind)[whole(index)]
        if not isinstance(found, dict):
            raise ValueError(f"one of {kind} is no object")
        return found

    def array(self, index: Any) -> np.ndarray:
        """(N, width) float32 numbers of accessor ``index``; normalised whole numbers become shares
        of 1.
        """
        accessor = self.item("accessors", index)
        if "sparse" in accessor:
            raise FootlightsError(
                "keeps numbers as sparse accessors", self.path, "export it without them"
            )
        kind, width = np.dtype(_COMPONENTS[accessor["componentType"]]), _WIDTHS[accessor["type"]]
        count = whole(accessor["count"])
        self._budget.take(count * width * _NUMBER)
        view = self.item("bufferViews", accessor["bufferView"])
        room = whole(view["byteLength"])
        stride = whole(view.get("byteStride", 0)) or kind.itemsize * width
        offset = whole(accessor.get("byteOffset", 0))
        if count and offset + stride * (count - 1) + kind.itemsize * width > room:
            raise ValueError("an accessor is larger than its view")
        buffer = self._buffer(whole(view["buffer"]))
        start = whole(view.get("byteOffset", 0)) + offset
        if count and start + stride * (count - 1) + kind.itemsize * width > len(buffer):
            raise ValueError("its numbers are cut short")
        held = np.ndarray((count, width), kind, buffer, start, (stride, kind.itemsize))
        values = held.astype(np.float32)
        if accessor.get("normalized") and kind.kind != "f":
            values = np.maximum(values / np.iinfo(kind).max, -1)
        if not (np.abs(values) < _LARGEST).all():
            raise ValueError("a number that is not finite")
        return values

    def _buffer(self, index: int) -> bytes | memoryview:
        if index not in self._buffers:
            uri = self.item("buffers", index).get("uri")
            if uri is None:
                self._buffers[index] = self._chunk
            elif isinstance(uri, str) and uri.startswith("data:") and ";base64," in uri[:200]:
                self._buffers[index] = base64.b64decode(uri.partition(",")[2], validate=True)
            else:
                raise FootlightsError(
                    "keeps its numbers in another file", self.path, "export it as one .glb"
                )
        return self._buffers[index]

    def _nodes(self) -> list[Node]:
        held = self.items("nodes")
        if len(held) > MAX_NODES:
            raise FootlightsError(
                f"has {len(held)} nodes", self.path, "export the body's joints alone"
            )
        parents = [-1] * len(held)
        for index, node in enumerate(held):
            for child in node.get("children", []):
                if parents[whole(child)] >= 0:
                    raise ValueError("a node with two parents")
                parents[child] = index
        _check_depth(parents)
        return [self._node(index, parents[index]) for index in range(len(held))]

    def _node(self, index: int, parent: int) -> Node:
        node = self.item("nodes", index)
        name = str(node.get("name") or f"node{index}")[:200]
        if "matrix" in node:
            matrix = _numbers(node["matrix"], 16).reshape(4, 4).T
            scale = np.linalg.norm(matrix[:3, :3], axis=0)
            turn = quat_from_matrix(matrix[:3, :3] / np.maximum(scale, 1e-12))
            if np.linalg.det(matrix[:3, :3]) < 0:
                scale = -scale
            return Node(name, parent, matrix[:3, 3], turn, scale)
        place = _numbers(node.get("translation", (0, 0, 0)), 3)
        turn = _numbers(node.get("rotation", (0, 0, 0, 1)), 4)[[3, 0, 1, 2]]
        length = np.linalg.norm(turn)
        if length < 1e-6:
            raise ValueError("a rotation of length zero")
        return Node(name, parent, place, turn / length, _numbers(node.get("scale", (1, 1, 1)), 3))


def whole(value: Any) -> int:
    """``value`` when it is a whole number from 0 on; ValueError otherwise, so that no index counts
    from the end.
    """
    if type(value) is not int or value < 0:
        raise ValueError(f"{str(value)[:20]!r} where a whole number belongs")
    return value


def _chunks(data: bytes) -> tuple[bytes, bytes | memoryview]:
    """The JSON and the binary chunk of a GLB file (glTF 2.0, section 4.4)."""
    version, _ = struct.unpack_from("<II", data, 4)
    size, kind = struct.unpack_from("<I4s", data, 12)
    if version != 2 or kind != b"JSON" or 20 + size > len(data):
        raise ValueError("no JSON chunk")
    text, rest = data[20 : 20 + size], 20 + size + (-size % 4)
    if len(data) < rest + 8:
        return text, b""
    size, kind = struct.unpack_from("<I4s", data, rest)
    return text, memoryview(data)[rest + 8 : rest + 8 + size] if kind == b"BIN\0" else b""


def _document(text: bytes) -> dict[str, Any]:
    found = json.loads(text.decode("utf-8-sig"))
    if not isinstance(found, dict):
        raise ValueError("no document")
    return found


def _numbers(values: Any, count: int) -> np.ndarray:
    found = [float(v) for v in values]
    if len(found) != count or not all(math.isfinite(v) and abs(v) < _LARGEST for v in found):
        raise ValueError(f"{count} finite numbers belong there")
    return np.array(found)


def _check_depth(parents: list[int]) -> None:
    """ValueError when nodes hang in a circle or too deep below one another."""
    depths = [0] * len(parents)
    for start in range(len(parents)):
        line, node = list[int](), start
        while node >= 0 and not depths[node]:
            if len(line) > _DEEPEST:
                raise ValueError("nodes in a circle, or nested too deep")
            line.append(node)
            node = parents[node]
        depth = depths[node] if node >= 0 else 0
        for node in reversed(line):
            depth += 1
            depths[node] = depth
    if max(depths, default=0) > _DEEPEST:
        raise ValueError("nodes nested too deep")
