"""Hostile glTF files: keys, nodes and values without end, numbers in other files."""

from pathlib import Path

import numpy as np

from gltf_rigs import Maker, armature
from moving import TRIPOD, swaying

from .files import put, put_text


def glb_claims_a_thousand_million_keys(folder: Path) -> Path:
    return _damaged_glb(folder, lambda d: d["accessors"][0].update(count=10**9))


def glb_lasts_a_thousand_years(folder: Path) -> Path:
    """Two keys 3e7 seconds apart, and two that ask for 240 frames in each of them."""
    maker = armature(swaying(0.2, skeleton=TRIPOD))
    times = maker.add(np.float32([0, 1 / 240, 3e7]))
    maker.key(1, "rotation", times, np.tile(np.float32([0, 0, 0, 1]), (3, 1)))
    return put(folder / "x.glb", maker.glb())


def glb_asks_for_the_same_numbers_a_thousand_times(folder: Path) -> Path:
    maker = Maker([{"name": f"n{i}"} for i in range(2000)])
    times, values = (
        maker.add(np.arange(100_000, dtype=np.float32)),
        maker.add(np.ones((100_000, 4), np.float32)),
    )
    samplers = [{"input": times, "output": values}]
    channels = [{"sampler": 0, "target": {"node": i, "path": "rotation"}} for i in range(2000)]
    maker.document["animations"] = [{"samplers": samplers, "channels": channels}]
    return put(folder / "x.glb", maker.glb())


def glb_nodes_in_a_circle(folder: Path) -> Path:
    return _damaged_glb(
        folder, lambda d: (d["nodes"][0].pop("children"), d["nodes"][5].update(children=[1]))
    )


def glb_nested_very_deep(folder: Path) -> Path:
    deep = [{"name": "n", "children": [i + 1]} for i in range(15_000)] + [{"name": "end"}]
    return _damaged_glb(folder, lambda d: d.update(nodes=deep))


def glb_of_a_million_nodes(folder: Path) -> Path:
    return _damaged_glb(folder, lambda d: d.update(nodes=[{}] * 1_000_000))


def gltf_nests_a_hundred_thousand_brackets(folder: Path) -> Path:
    return put_text(folder / "x.gltf", "[" * 100_000)


def gltf_of_millions_of_values(folder: Path) -> Path:
    return put_text(folder / "x.gltf", '{"a":[' + "[]," * 10_000_000 + "[]]}")


def gltf_numbers_in_another_file(folder: Path) -> Path:
    (folder / "secret.bin").write_bytes(bytes(100_000))
    return put(folder / "x.gltf", armature(swaying(0.2, skeleton=TRIPOD)).gltf("../secret.bin"))


def glb_chunk_claims_four_gigabytes(folder: Path) -> Path:
    data = bytearray(armature(swaying(0.2, skeleton=TRIPOD)).glb())
    data[12:16] = b"\xff\xff\xff\xff"
    return put(folder / "x.glb", data)


def _damaged_glb(folder: Path, change) -> Path:
    maker = armature(swaying(0.2, skeleton=TRIPOD))
    change(maker.document)
    return put(folder / "x.glb", maker.glb())
