"""Hostile pickles: programs, bombs, and structures that take for ever."""

import os
import pickle
import struct
from pathlib import Path

import numpy as np

from torch_files import joblib_file

from .files import put


class Runs:
    """Pickles as a call of os.system."""

    def __reduce__(self):
        return os.system, ("touch ran",)


def pickle_that_runs_a_program(folder: Path) -> Path:
    return put(
        folder / "x.pkl", pickle.dumps({"smpl_poses": Runs(), "smpl_trans": np.zeros((1, 3))})
    )


def pickle_that_runs_a_program_in_old_words(folder: Path) -> Path:
    return put(folder / "x.pkl", b"cos\nsystem\n(S'touch ran'\ntR.")


def pickle_that_builds_an_instance(folder: Path) -> Path:
    return put(folder / "x.pkl", b"(S'touch ran'\nios\nsystem\n.")


def pickle_that_evaluates(folder: Path) -> Path:
    return put(
        folder / "x.pkl", b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x0f__import__('os')\x85R."
    )


def pickle_that_reaches_through_numpy(folder: Path) -> Path:
    return put(
        folder / "x.pkl",
        b"\x80\x02cnumpy.core.multiarray\nfromfile\nX\x0b\x00\x00\x00/etc/passwd\x85R.",
    )


def pickle_with_a_persistent_name(folder: Path) -> Path:
    return put(folder / "x.pkl", b"Pfile:///etc/passwd\n.")


def pickle_claims_a_terabyte_of_bytes(folder: Path) -> Path:
    return put(folder / "x.pkl", b"\x80\x04\x8e" + struct.pack("<Q", 10**12) + b"abc.")


def pickle_array_claims_more_than_it_has(folder: Path) -> Path:
    data = pickle.dumps({"smpl_poses": np.zeros((6, 72)), "smpl_trans": np.zeros((6, 3))}, 4)
    return put(folder / "x.pkl", data.replace(b"K\x06KH\x86", b"J\xff\xff\xff\x7fKH\x86", 1))


def pickle_array_made_without_data(folder: Path) -> Path:
    """numpy's own constructor with a shape of 80 gigabytes and no bytes for it."""
    array = b"cnumpy\nndarray\nJ\xff\xff\xff\x7fK\x05\x86\x85R"
    return put(folder / "x.pkl", b"\x80\x02}X\x0a\x00\x00\x00smpl_poses" + array + b"s.")


def pickle_doubles_itself(folder: Path) -> Path:
    """A list of two lists of two lists ... sixty deep: 2^60 items when laid out, or hashed."""
    body = b"(t" + b"".join(b"q%c2\x86" % i for i in range(60))
    return put(folder / "x.pkl", b"\x80\x02}" + body + b"K\x01s.")


def pickle_nested_very_deep(folder: Path) -> Path:
    return put(folder / "x.pkl", b"\x80\x02" + b"]" * 150_000 + b"a" * 149_999 + b".")


def pickle_of_millions_of_steps(folder: Path) -> Path:
    return put(folder / "x.pkl", b"\x80\x02" + b"N0" * 5_000_000 + b"N.")


def pickle_with_a_number_of_a_million_digits(folder: Path) -> Path:
    return put(folder / "x.pkl", b"I" + b"9" * 1_000_000 + b"\n.")


def joblib_array_claims_a_terabyte(folder: Path) -> Path:
    data = joblib_file(
        folder / "y.pkl", {0: {"pose": np.zeros((7, 72)), "trans": np.zeros((7, 3))}}
    ).read_bytes()
    lie = b"J\x07\x00\x00\x00", b"J\xff\xff\xff\x7f"
    return put(folder / "x.pkl", data.replace(*lie))


def pickle_encodes_one_text_a_thousand_times(folder: Path) -> Path:
    """Each time sixteen megabytes more, of a file of sixteen."""
    text = b"X" + struct.pack("<I", 1 << 24) + b"a" * (1 << 24) + b"q\x00"
    call = b"c_codecs\nencode\nq\x01h\x00X\x06\x00\x00\x00latin1q\x02\x86R"
    return put(folder / "x.pkl", b"\x80\x02" + text + call + b"h\x01h\x00h\x02\x86R" * 1000 + b".")


def phalp_of_one_person_many_million_times(folder: Path) -> Path:
    """A frame whose list of persons is one body, again and again."""
    frame = (
        b"}(X\x03\x00\x00\x00tid]("
        + b"K\x01" * 3_000_000
        + b"eX\x04\x00\x00\x00smpl]X\x06\x00\x00\x00camera]u"
    )
    return put(folder / "x.pkl", b"\x80\x02}X\x01\x00\x00\x00a" + frame + b"s.")


def phalp_of_one_person_in_a_million_places(folder: Path) -> Path:
    """Fifteen kilobytes: a thousand frames that are one dict of a thousand times one body."""
    turn = np.eye(3, dtype=np.float32)
    body = {"global_orient": turn[None], "body_pose": np.tile(turn, (23, 1, 1))}
    frame = {"tid": [1] * 1000, "smpl": [body] * 1000, "camera": [np.zeros(3, np.float32)] * 1000}
    return put(folder / "x.pkl", pickle.dumps({f"{n}.jpg": frame for n in range(1000)}, 4))


def phalp_of_persons_who_are_no_numbers(folder: Path) -> Path:
    frame = {
        "time": float("inf"),
        "tid": [float("nan")],
        "smpl": [{}],
        "camera": [1.0],
        "tracked_time": [0],
    }
    return put(folder / "x.pkl", pickle.dumps({"0.jpg": frame}))


def pickle_gives_a_function_a_million_letters(folder: Path) -> Path:
    text = b"X" + struct.pack("<I", 40 << 20) + b"a" * (40 << 20)
    return put(folder / "x.pkl", b"\x80\x02c_codecs\nencode\n" + text + b"R.")


def pickle_names_one_text_as_many_arrays(folder: Path) -> Path:
    """Sixteen megabytes that sixty arrays are made of, each of which would hold them once more."""
    size = 16 << 20
    head = (
        b"X"
        + struct.pack("<I", size)
        + b"a" * size
        + b"q\x40cnumpy.core.multiarray\n_reconstruct\nq\x41cnumpy\nndarray\nq\x42"
    )
    kind = pickle.dumps(np.dtype("u1"), 2)[2:-1] + b"q\x43"
    one = b"h\x41(h\x42(K\x00tC\x01btR(K\x01(J" + struct.pack("<i", size) + b"th\x43\x89h\x40tb"
    return put(folder / "x.pkl", b"\x80\x03" + head + kind + one * 60 + b".")


def pickle_keys_that_all_collide(folder: Path) -> Path:
    """Multiples of the prime of Python's hashes: each new one is compared with every other."""
    step = 2**61 - 1
    keys = b"".join(
        b"\x8a\x0b" + (step * (n + 1)).to_bytes(11, "little") + b"N" for n in range(30_000)
    )
    return put(folder / "x.pkl", b"\x80\x02}(" + keys + b"u.")


def pickle_key_of_five_thousand_digits(folder: Path) -> Path:
    number = (10**5000).to_bytes(2100, "little")
    return put(
        folder / "x.pkl", b"\x80\x02}\x8b" + struct.pack("<i", len(number)) + number + b"}s."
    )


def pickle_of_a_wide_dict_in_a_thousand_places(folder: Path) -> Path:
    wide = {n: 0 for n in range(100_000)}
    return put(
        folder / "x.pkl",
        pickle.dumps({f"{n}": {f"{m}": wide for m in range(30)} for n in range(30)}, 4),
    )
