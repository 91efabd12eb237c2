"""Hostile npz files: headers, directories and members that are not what they say."""

import io
import struct
import zipfile
from pathlib import Path

import numpy as np

import specimens

from .files import put
from .pickle_files import Runs


def npz_header_claims_a_hundred_thousand_million_numbers(folder: Path) -> Path:
    return _house_with(
        folder,
        "root",
        _npy({"descr": "<f4", "fortran_order": False, "shape": (10**11, 3)}, b"\0" * 12),
    )


def npz_header_claims_negative_sizes(folder: Path) -> Path:
    return _house_with(
        folder,
        "root",
        _npy({"descr": "<f4", "fortran_order": False, "shape": (-1, -3)}, b"\0" * 12),
    )


def npz_header_is_a_program(folder: Path) -> Path:
    return _house_with(folder, "root", _npy("__import__('os').system('touch ran')", b"\0" * 12))


def npz_header_nests_a_thousand_brackets(folder: Path) -> Path:
    return _house_with(folder, "root", _npy("(" * 1000, b"\0" * 12))


def npz_holds_an_object_array(folder: Path) -> Path:
    specimens.house(folder)
    with np.load(folder / "dance.npz") as held:
        arrays = {k: held[k] for k in held.files}
    arrays["root"] = np.array([Runs()] * 3, object)
    np.savez(folder / "x.npz", **arrays)
    return folder / "x.npz"


def npz_that_unpacks_to_gigabytes(folder: Path) -> Path:
    """Two gigabytes of zeros in two megabytes, honestly declared."""
    header = _npy({"descr": "<f4", "fortran_order": False, "shape": ((1 << 29) // 3, 3)}, b"")
    with zipfile.ZipFile(folder / "x.npz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("format.npy", _array(np.array("footlights-motion-1")))
        archive.writestr("joints.npy", _array(np.array(["a"])))
        with archive.open("root.npy", "w", force_zip64=True) as stream:
            stream.write(header)
            for _ in range(300):
                stream.write(bytes(1 << 20))
    return folder / "x.npz"


def npz_directory_lies_about_sizes(folder: Path) -> Path:
    """The directory says 3 gigabytes, the member has some bytes."""
    data = bytearray(specimens.house(folder).read_bytes())
    at = data.index(b"PK\x01\x02")
    while at >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 3 << 30)
        at = data.find(b"PK\x01\x02", at + 4)
    return put(folder / "x.npz", data)


def npz_directory_of_a_million_entries(folder: Path) -> Path:
    data = bytearray(specimens.house(folder).read_bytes())
    end = data.rindex(b"PK\x05\x06")
    data[end + 8 : end + 12] = struct.pack("<HH", 65_000, 65_000)
    return put(folder / "x.npz", data)


def npz_inside_npz(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "x.npz", "w") as archive:
        archive.write(specimens.house(folder), "inner.npz")
    return folder / "x.npz"


def npz_whose_members_climb_out(folder: Path) -> Path:
    with zipfile.ZipFile(folder / "x.npz", "w") as archive:
        archive.writestr("../../climbed.npy", _array(np.zeros(3)))
        archive.writestr("poses.npy", _array(np.zeros((3, 72))))
    return folder / "x.npz"


def npz_is_locked(folder: Path) -> Path:
    """The flag of an encrypted member."""
    data = bytearray(specimens.house(folder).read_bytes())
    for mark, flag in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + flag] |= 1
            at = data.find(mark, at + 4)
    return put(folder / "x.npz", data)


def npy_header_claims_a_hundred_thousand_million_numbers(folder: Path) -> Path:
    header = {"descr": "<f4", "fortran_order": False, "shape": (10**11, 22, 3)}
    (folder / "x.npy").write_bytes(_npy(header, b"\0" * 264))
    return folder / "x.npy"


def npy_of_more_frames_than_a_motion_has(folder: Path) -> Path:
    """Every joint in one place, half a million times."""
    header = {"descr": "<i1", "fortran_order": False, "shape": (500_000, 22, 3)}
    (folder / "x.npy").write_bytes(_npy(header, bytes(500_000 * 66)))
    return folder / "x.npy"


def _house_with(folder: Path, member: str, data: bytes) -> Path:
    """A healthy house file with one member's bytes replaced, sums and sizes right."""
    with (
        zipfile.ZipFile(specimens.house(folder)) as old,
        zipfile.ZipFile(folder / "x.npz", "w") as new,
    ):
        for name in old.namelist():
            new.writestr(name, data if name == f"{member}.npy" else old.read(name))
    return folder / "x.npz"


def _npy(header: object, data: bytes) -> bytes:
    text = f"{header}\n".encode()
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + data


def _array(values: np.ndarray) -> bytes:
    stream = io.BytesIO()
    np.lib.format.write_array(stream, values)
    return stream.getvalue()
