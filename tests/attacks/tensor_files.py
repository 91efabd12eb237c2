"""Hostile torch files, and tensors in numpy files: views and storages that are not there."""

import struct
import zipfile
from pathlib import Path

import numpy as np

from torch_files import boxed_file, torch_file

from .files import put


def torch_that_runs_a_program(folder: Path) -> Path:
    return torch_file(
        folder / "x.pt", {"a": np.zeros(3)}, extra=b"0cos\nsystem\n(X\x09\x00\x00\x00touch rantR"
    )


def torch_tensor_spread_over_a_thousand_million_frames(folder: Path) -> Path:
    arrays = {
        "global_orient": np.zeros((2, 3)),
        "body_pose": np.zeros((2, 63)),
        "transl": np.zeros((2, 3)),
    }
    return torch_file(folder / "x.pt", arrays, shape=(10**9, 3), steps=(0, 1))


def torch_whose_pickle_unpacks_to_a_hundred_times_its_size(folder: Path) -> Path:
    with (
        zipfile.ZipFile(folder / "x.pt", "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a/data.pkl", "w") as stream,
    ):
        for _ in range(100):
            stream.write(bytes(1 << 20))
    return folder / "x.pt"


def torch_directory_of_thousands_of_millions_of_entries(folder: Path) -> Path:
    """The record for large zips claims what the small one cannot say."""
    data = torch_file(folder / "y.pt", {"a": np.zeros(3)}).read_bytes()
    end = data.rindex(b"PK\x05\x06")
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 10**10, 10**10, 10**11, 0)
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, end, 1)
    return put(
        folder / "x.pt",
        data[:end] + record + locator + data[end : end + 8] + b"\xff" * 12 + b"\0\0",
    )


def tram_that_runs_a_program(folder: Path) -> Path:
    data = boxed_file(folder / "y.npy", {"pred_trans": np.zeros((2, 3), np.float32)}).read_bytes()
    return put(
        folder / "x.npy", data.replace(b"ctorch.storage\n_load_from_bytes\n", b"cos\nsystem\n")
    )


def tram_storage_that_runs_a_program(folder: Path) -> Path:
    """The pickle inside the pickle asks."""
    data = boxed_file(folder / "y.npy", {"pred_trans": np.zeros((2, 3), np.float32)}).read_bytes()
    return put(folder / "x.npy", data.replace(b"ctorch\nFloatStorage\n", b"cposix\nsystem123456\n"))


def tram_storage_claims_a_thousand_million_numbers(folder: Path) -> Path:
    data = boxed_file(folder / "y.npy", {"pred_trans": np.zeros((2, 3), np.float32)}).read_bytes()
    return put(folder / "x.npy", data.replace(struct.pack("<q", 6), struct.pack("<q", 10**9)))


def tram_one_storage_loaded_for_ever(folder: Path) -> Path:
    """Ten bytes ask for the same sixteen megabytes once more."""
    data = boxed_file(
        folder / "y.npy", {"pred_trans": np.zeros((1 << 22, 1), np.float32)}
    ).read_bytes()
    at = data.index(b"ctorch.storage")
    end = data.index(b"tR", data.index(struct.pack("<q", 1 << 22), at))
    storage = data[data.index(b"B", at + 30) : end] + b"q\x09"
    loads = (
        b"ctorch.storage\n_load_from_bytes\nq\x08"
        + storage
        + b"\x85R"
        + b"h\x08h\x09\x85R" * 400_000
    )
    return put(folder / "x.npy", data[:128] + b"\x80\x02" + loads + b".")


def torch_matrices_of_one_number(folder: Path) -> Path:
    """Some hundred bytes that show themselves as an hour of poses."""
    arrays = {"global_orient": np.zeros(9), "body_pose": np.zeros(9), "transl": np.zeros(9)}
    return torch_file(folder / "x.pt", arrays, shape=(400_000, 22, 3, 3), steps=(0, 0, 0, 0))


def tram_storages_that_nest(folder: Path) -> Path:
    """A thousand storages, each of as many steps as a whole file may have."""
    whole = boxed_file(folder / "z.npy", {"a": np.zeros(2, np.float32)}).read_bytes()
    at = whole.index(b"B", whole.index(b"_load_from_bytes"))
    stored = whole[at + 5 : at + 5 + struct.unpack("<I", whole[at + 1 : at + 5])[0]]
    busy = b"\x80\x02" + b"N0" * 200_000 + stored[2:]
    load = (
        b"ctorch.storage\n_load_from_bytes\nq\x08B"
        + struct.pack("<I", len(busy))
        + busy
        + b"q\x09\x85R0"
    )
    array = boxed_file(folder / "y.npy", {}).read_bytes()[:128]
    return put(folder / "x.npy", array + b"\x80\x03" + load + b"h\x08h\x09\x85R0" * 900 + b"N.")


def tram_of_a_place_that_is_a_number(folder: Path) -> Path:
    arrays = {
        "pred_rotmat": np.zeros((2, 24, 3, 3), np.float32),
        "pred_trans": np.float32(3),
        "frame": np.arange(2),
    }
    return boxed_file(folder / "x.npy", arrays, tensors=False)
