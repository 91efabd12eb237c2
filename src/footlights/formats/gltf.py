"""glTF 2.0 containers, binary or JSON: a stranger's document, nodes and numbers.

Everything is checked before memory is taken. Nothing outside the file is ever opened: its buffers
are the binary chunk or data URIs.
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

from ..basics.budget import MAX_GLTF, Budget, read_bytes
from ..basics.errors import FootlightsError
from ..geometry.rotations import quat_from_matrix

MAX_TEXT = 64 << 20  # bytes of the JSON document
MAX_NODES = 20_000
_MAX_VALUES = 1_500_000  # of the JSON document: some hundred bytes of memory each
_DEEPEST = 500  # nodes below one another
_LARGEST = 1e8  # of a number
_DOUBLE = 8  # bytes of a number while it is worked with

_COMPONENTS = {5120: "<i1", 5121: "<u1", 5122: "<i2", 5123: "<u2", 5125: "<u4", 5126: "<f4"}
_WIDTHS = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}

# What a damaged document makes Python raise.
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
    """One node while nothing moves it.

    Attributes:
        name: its own, or "node" and its number.
        parent: index, -1 for none.
        position: (3,) in its parent's space.
        rotation: (4,) w x y z.
        scale: (3,).
    """

    name: str
    parent: int
    position: np.ndarray
    rotation: np.ndarray
    scale: np.ndarray


class Gltf:
    """The document of a glTF file as plain JSON values, its nodes, and its numbers on request.

    Attributes:
        path: of the file.
        document: its JSON.
        nodes: all of them, in the document's order.
        binary_chunk: the numbers of a .glb; empty in a .gltf.

    Raises:
        FootlightsError: not a glTF 2.0 file, damaged, too large, or with buffers in other files.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path
        data = read_bytes(path, MAX_GLTF)
        with self.damage():
            text, self.binary_chunk = _chunks(data) if data[:4] == b"glTF" else (data, b"")
            # Counted before it is parsed: every value stands behind one of these marks.
            values = sum(text.count(mark) for mark in (b",", b"[", b"{"))
            if len(text) > MAX_TEXT or values > _MAX_VALUES:
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
        items = self.document.get(kind, [])
        if not isinstance(items, list):
            raise ValueError(f"{kind} is no list")
        return items

    def item(self, kind: str, index: Any) -> dict[str, Any]:
        """Entry ``index`` of the list called ``kind``."""
        item = self.items(kind)[whole(index)]
        if not isinstance(item, dict):
            raise ValueError(f"one of {kind} is no object")
        return item

    def array(self, index: Any) -> np.ndarray:
        """(N, width) float32 numbers of accessor ``index``.

        Normalised whole numbers become shares of 1.
        """
        accessor = self.item("accessors", index)
        if "sparse" in accessor:
            raise FootlightsError(
                "keeps numbers as sparse accessors", self.path, "export it without them"
            )
        dtype, width = np.dtype(_COMPONENTS[accessor["componentType"]]), _WIDTHS[accessor["type"]]
        count = whole(accessor["count"])
        self._budget.take(count * width * _DOUBLE)

        view = self.item("bufferViews", accessor["bufferView"])
        stride = whole(view.get("byteStride", 0)) or dtype.itemsize * width
        offset = whole(accessor.get("byteOffset", 0))
        needed = stride * (count - 1) + dtype.itemsize * width if count else 0
        if count and offset + needed > whole(view["byteLength"]):
            raise ValueError("an accessor is larger than its view")
        buffer = self._buffer(whole(view["buffer"]))
        start = whole(view.get("byteOffset", 0)) + offset
        if count and start + needed > len(buffer):
            raise ValueError("its numbers are cut short")

        values = np.ndarray((count, width), dtype, buffer, start, (stride, dtype.itemsize))
        values = values.astype(np.float32)
        if accessor.get("normalized") and dtype.kind != "f":
            values = np.maximum(values / np.iinfo(dtype).max, -1)
        if not (np.abs(values) < _LARGEST).all():
            raise ValueError("a number that is not finite")
        return values

    def _buffer(self, index: int) -> bytes | memoryview:
        if index not in self._buffers:
            uri = self.item("buffers", index).get("uri")
            if uri is None:
                self._buffers[index] = self.binary_chunk
            elif isinstance(uri, str) and uri.startswith("data:") and ";base64," in uri[:200]:
                self._buffers[index] = base64.b64decode(uri.partition(",")[2], validate=True)
            else:
                raise FootlightsError(
                    "keeps its numbers in another file", self.path, "export it as one .glb"
                )
        return self._buffers[index]

    def _nodes(self) -> list[Node]:
        items = self.items("nodes")
        if len(items) > MAX_NODES:
            raise FootlightsError(
                f"has {len(items)} nodes", self.path, "export the body's joints alone"
            )
        parents = [-1] * len(items)
        for index, item in enumerate(items):
            for child in item.get("children", []):
                if parents[whole(child)] >= 0:
                    raise ValueError("a node with two parents")
                parents[child] = index
        _check_depth(parents)
        return [self._node(index, parents[index]) for index in range(len(items))]

    def _node(self, index: int, parent: int) -> Node:
        item = self.item("nodes", index)
        name = str(item.get("name") or f"node{index}")[:200]
        if "matrix" in item:
            return _node_of_matrix(name, parent, _numbers(item["matrix"], 16).reshape(4, 4).T)
        position = _numbers(item.get("translation", (0, 0, 0)), 3)
        rotation = _numbers(item.get("rotation", (0, 0, 0, 1)), 4)[[3, 0, 1, 2]]
        length = np.linalg.norm(rotation)
        if length < 1e-6:
            raise ValueError("a rotation of length zero")
        scale = _numbers(item.get("scale", (1, 1, 1)), 3)
        return Node(name, parent, position, rotation / length, scale)


def whole(value: Any) -> int:
    """``value`` when it is a whole number from 0 on.

    Raises:
        ValueError: it is none; so no index counts from the end.
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
    text, next_chunk = data[20 : 20 + size], 20 + size + (-size % 4)
    if len(data) < next_chunk + 8:
        return text, b""
    size, kind = struct.unpack_from("<I4s", data, next_chunk)
    if kind != b"BIN\0":
        return text, b""
    return text, memoryview(data)[next_chunk + 8 : next_chunk + 8 + size]


def _document(text: bytes) -> dict[str, Any]:
    document = json.loads(text.decode("utf-8-sig"))
    if not isinstance(document, dict):
        raise ValueError("no document")
    return document


def _node_of_matrix(name: str, parent: int, matrix: np.ndarray) -> Node:
    """The node whose space is a matrix (4, 4) of its parent's; negative in scale if it mirrors."""
    scale = np.linalg.norm(matrix[:3, :3], axis=0)
    rotation = quat_from_matrix(matrix[:3, :3] / np.maximum(scale, 1e-12))
    if np.linalg.det(matrix[:3, :3]) < 0:
        scale = -scale
    return Node(name, parent, matrix[:3, 3], rotation, scale)


def _numbers(values: Any, count: int) -> np.ndarray:
    numbers = [float(value) for value in values]
    finite = all(math.isfinite(number) and abs(number) < _LARGEST for number in numbers)
    if len(numbers) != count or not finite:
        raise ValueError(f"{count} finite numbers belong there")
    return np.array(numbers)


def _check_depth(parents: list[int]) -> None:
    """ValueError when nodes hang in a circle or too deep below one another."""
    depths = [0] * len(parents)  # 0: not known yet
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
