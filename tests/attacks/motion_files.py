"""Makers of hostile motion files: each writes one file that must be refused, fast and without
memory.
"""

import io
import os
import pickle
import struct
import zipfile
from pathlib import Path
from types import FunctionType

import numpy as np

import specimens
from gltf_rigs import Maker, armature
from moving import TRIPOD, swaying
from torch_files import boxed_file, joblib_file, torch_file

_BVH_ROWS = specimens.BVH.index("Frames:")


def bvh_claims_a_thousand_million_frames(folder: Path) -> Path:
    return _text(folder / "x.bvh", specimens.BVH.replace("Frames: 4", "Frames: 1000000000"))


def bvh_with_ten_thousand_joints(folder: Path) -> Path:
    joint = "JOINT j\n{\nOFFSET 0 0 0\n}\n"
    return _text(
        folder / "x.bvh", specimens.BVH.replace("\tJOINT Spine", joint * 10_000 + "\tJOINT Spine")
    )


def bvh_nested_ten_thousand_deep(folder: Path) -> Path:
    deep = "JOINT j\n{\nOFFSET 0 1 0\n" * 10_000 + "}\n" * 10_000
    return _text(folder / "x.bvh", specimens.BVH.replace("\tJOINT Spine", deep + "\tJOINT Spine"))


def bvh_with_many_still_joints_and_many_frames(folder: Path) -> Path:
    """A small file whose poses would fill gigabytes: joints without channels cost no numbers."""
    joint = "JOINT j\n{\nOFFSET 0 0 0\n}\n"
    head = (
        "HIERARCHY\nROOT r\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n" + joint * 1900 + "}\nMOTION\n"
    )
    return _text(folder / "x.bvh", head + "Frames: 300000\nFrame Time: 0.01\n" + "0\n" * 300_000)


def bvh_of_one_endless_row(folder: Path) -> Path:
    return _text(
        folder / "x.bvh",
        specimens.BVH[:_BVH_ROWS] + "Frames: 4\nFrame Time: 0.01\n" + "0 " * 3_000_000,
    )


def bvh_of_one_endless_name(folder: Path) -> Path:
    return _text(folder / "x.bvh", "HIERARCHY\nROOT " + "a" * 5_000_000)


def asf_with_a_circle(folder: Path) -> Path:
    _text(
        folder / "02.asf",
        specimens.ASF.replace("root lhipjoint\n", "ltibia lhipjoint\n").replace(
            "ltibia lfoot\n", ""
        ),
    )
    return _text(folder / "02_01.amc", specimens.AMC)


def amc_of_a_million_frames(folder: Path) -> Path:
    """Frames are cheap in the file when one bone moves and forty do not."""
    bones = "".join(
        f"begin\nname b{i}\ndirection 0 1 0\nlength 1\naxis 0 0 0 XYZ\nend\n" for i in range(40)
    )
    tree = "".join(f"root b{i}\n" for i in range(40))
    _text(
        folder / "02.asf",
        f":root\norder TX\naxis XYZ\n:bonedata\n{bones}:hierarchy\nbegin\n{tree}end\n",
    )
    return _text(folder / "02_01.amc", "".join(f"{i}\nroot 0\n" for i in range(400_000)))


def g1_of_too_many_rows(folder: Path) -> Path:
    return _text(folder / "x.csv", ("0," * 6 + "1," + "0," * 28 + "0\n") * 400_000)


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
    return _bytes(folder / "x.npz", data)


def npz_directory_of_a_million_entries(folder: Path) -> Path:
    data = bytearray(specimens.house(folder).read_bytes())
    end = data.rindex(b"PK\x05\x06")
    data[end + 8 : end + 12] = struct.pack("<HH", 65_000, 65_000)
    return _bytes(folder / "x.npz", data)


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
    return _bytes(folder / "x.npz", data)


class Runs:
    """Pickles as a call of os.system."""

    def __reduce__(self):
        return os.system, ("touch ran",)


def pickle_that_runs_a_program(folder: Path) -> Path:
    return _bytes(
        folder / "x.pkl", pickle.dumps({"smpl_poses": Runs(), "smpl_trans": np.zeros((1, 3))})
    )


def pickle_that_runs_a_program_in_old_words(folder: Path) -> Path:
    return _bytes(folder / "x.pkl", b"cos\nsystem\n(S'touch ran'\ntR.")


def pickle_that_builds_an_instance(folder: Path) -> Path:
    return _bytes(folder / "x.pkl", b"(S'touch ran'\nios\nsystem\n.")


def pickle_that_evaluates(folder: Path) -> Path:
    return _bytes(
        folder / "x.pkl", b"\x80\x04\x8c\x08builtins\x8c\x04eval\x93\x8c\x0f__import__('os')\x85R."
    )


def pickle_that_reaches_through_numpy(folder: Path) -> Path:
    return _bytes(
        folder / "x.pkl",
        b"\x80\x02cnumpy.core.multiarray\nfromfile\nX\x0b\x00\x00\x00/etc/passwd\x85R.",
    )


def pickle_with_a_persistent_name(folder: Path) -> Path:
    return _bytes(folder / "x.pkl", b"Pfile:///etc/passwd\n.")


def pickle_claims_a_terabyte_of_bytes(folder: Path) -> Path:
    return _bytes(folder / "x.pkl", b"\x80\x04\x8e" + struct.pack("<Q", 10**12) + b"abc.")


def pickle_array_claims_more_than_it_has(folder: Path) -> Path:
    data = pickle.dumps({"smpl_poses": np.zeros((6, 72)), "smpl_trans": np.zeros((6, 3))}, 4)
    return _bytes(folder / "x.pkl", data.replace(b"K\x06KH\x86", b"J\xff\xff\xff\x7fKH\x86", 1))


def pickle_array_made_without_data(folder: Path) -> Path:
    """numpy's own constructor with a shape of 80 gigabytes and no bytes for it."""
    array = b"cnumpy\nndarray\nJ\xff\xff\xff\x7fK\x05\x86\x85R"
    return _bytes(folder / "x.pkl", b"\x80\x02}X\x0a\x00\x00\x00smpl_poses" + array + b"s.")


def pickle_doubles_itself(folder: Path) -> Path:
    """A list of two lists of two lists ... sixty deep: 2^60 items when laid out, or hashed as a
    key.
    """
    body = b"(t" + b"".join(b"q%c2\x86" % i for i in range(60))
    return _bytes(folder / "x.pkl", b"\x80\x02}" + body + b"K\x01s.")


def pickle_nested_very_deep(folder: Path) -> Path:
    return _bytes(folder / "x.pkl", b"\x80\x02" + b"]" * 150_000 + b"a" * 149_999 + b".")


def pickle_of_millions_of_steps(folder: Path) -> Path:
    return _bytes(folder / "x.pkl", b"\x80\x02" + b"N0" * 5_000_000 + b"N.")


def pickle_with_a_number_of_a_million_digits(folder: Path) -> Path:
    return _bytes(folder / "x.pkl", b"I" + b"9" * 1_000_000 + b"\n.")


def _damaged_glb(folder: Path, change) -> Path:
    made = armature(swaying(0.2, skeleton=TRIPOD))
    change(made.document)
    return _bytes(folder / "x.glb", made.glb())


def glb_claims_a_thousand_million_keys(folder: Path) -> Path:
    return _damaged_glb(folder, lambda d: d["accessors"][0].update(count=10**9))


def glb_lasts_a_thousand_years(folder: Path) -> Path:
    """Two keys 3e7 seconds apart, and two that ask for 240 frames in each of them."""
    made = armature(swaying(0.2, skeleton=TRIPOD))
    times = made.add(np.float32([0, 1 / 240, 3e7]))
    made.key(1, "rotation", times, np.tile(np.float32([0, 0, 0, 1]), (3, 1)))
    return _bytes(folder / "x.glb", made.glb())


def glb_asks_for_the_same_numbers_a_thousand_times(folder: Path) -> Path:
    made = Maker([{"name": f"n{i}"} for i in range(2000)])
    times, values = (
        made.add(np.arange(100_000, dtype=np.float32)),
        made.add(np.ones((100_000, 4), np.float32)),
    )
    samplers = [{"input": times, "output": values}]
    channels = [{"sampler": 0, "target": {"node": i, "path": "rotation"}} for i in range(2000)]
    made.document["animations"] = [{"samplers": samplers, "channels": channels}]
    return _bytes(folder / "x.glb", made.glb())


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
    return _text(folder / "x.gltf", "[" * 100_000)


def gltf_of_millions_of_values(folder: Path) -> Path:
    return _text(folder / "x.gltf", '{"a":[' + "[]," * 10_000_000 + "[]]}")


def gltf_numbers_in_another_file(folder: Path) -> Path:
    (folder / "secret.bin").write_bytes(bytes(100_000))
    return _bytes(folder / "x.gltf", armature(swaying(0.2, skeleton=TRIPOD)).gltf("../secret.bin"))


def glb_chunk_claims_four_gigabytes(folder: Path) -> Path:
    data = bytearray(armature(swaying(0.2, skeleton=TRIPOD)).glb())
    data[12:16] = b"\xff\xff\xff\xff"
    return _bytes(folder / "x.glb", data)


def torch_that_runs_a_program(folder: Path) -> Path:
    return torch_file(
        folder / "x.pt", {"a": np.zeros(3)}, extra=b"0cos\nsystem\n(X\x09\x00\x00\x00touch rantR"
    )


def torch_tensor_spread_over_a_thousand_million_frames(folder: Path) -> Path:
    held = {
        "global_orient": np.zeros((2, 3)),
        "body_pose": np.zeros((2, 63)),
        "transl": np.zeros((2, 3)),
    }
    return torch_file(folder / "x.pt", held, shape=(10**9, 3), steps=(0, 1))


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
    return _bytes(
        folder / "x.pt",
        data[:end] + record + locator + data[end : end + 8] + b"\xff" * 12 + b"\0\0",
    )


def joblib_array_claims_a_terabyte(folder: Path) -> Path:
    data = joblib_file(
        folder / "y.pkl", {0: {"pose": np.zeros((7, 72)), "trans": np.zeros((7, 3))}}
    ).read_bytes()
    lie = b"J\x07\x00\x00\x00", b"J\xff\xff\xff\x7f"
    return _bytes(folder / "x.pkl", data.replace(*lie))


def pickle_encodes_one_text_a_thousand_times(folder: Path) -> Path:
    """Each time sixteen megabytes more, of a file of sixteen."""
    text = b"X" + struct.pack("<I", 1 << 24) + b"a" * (1 << 24) + b"q\x00"
    call = b"c_codecs\nencode\nq\x01h\x00X\x06\x00\x00\x00latin1q\x02\x86R"
    return _bytes(
        folder / "x.pkl", b"\x80\x02" + text + call + b"h\x01h\x00h\x02\x86R" * 1000 + b"."
    )


def tram_that_runs_a_program(folder: Path) -> Path:
    data = boxed_file(folder / "y.npy", {"pred_trans": np.zeros((2, 3), np.float32)}).read_bytes()
    return _bytes(
        folder / "x.npy", data.replace(b"ctorch.storage\n_load_from_bytes\n", b"cos\nsystem\n")
    )


def tram_storage_that_runs_a_program(folder: Path) -> Path:
    """The pickle inside the pickle asks."""
    data = boxed_file(folder / "y.npy", {"pred_trans": np.zeros((2, 3), np.float32)}).read_bytes()
    return _bytes(
        folder / "x.npy", data.replace(b"ctorch\nFloatStorage\n", b"cposix\nsystem123456\n")
    )


def tram_storage_claims_a_thousand_million_numbers(folder: Path) -> Path:
    data = boxed_file(folder / "y.npy", {"pred_trans": np.zeros((2, 3), np.float32)}).read_bytes()
    return _bytes(folder / "x.npy", data.replace(struct.pack("<q", 6), struct.pack("<q", 10**9)))


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
    return _bytes(folder / "x.npy", data[:128] + b"\x80\x02" + loads + b".")


def phalp_of_one_person_many_million_times(folder: Path) -> Path:
    """A frame whose list of persons is one body, again and again."""
    frame = (
        b"}(X\x03\x00\x00\x00tid]("
        + b"K\x01" * 3_000_000
        + b"eX\x04\x00\x00\x00smpl]X\x06\x00\x00\x00camera]u"
    )
    return _bytes(folder / "x.pkl", b"\x80\x02}X\x01\x00\x00\x00a" + frame + b"s.")


def phalp_of_one_person_in_a_million_places(folder: Path) -> Path:
    """Fifteen kilobytes: a thousand frames that are one dict, with lists of a thousand times one
    body.
    """
    turn = np.eye(3, dtype=np.float32)
    body = {"global_orient": turn[None], "body_pose": np.tile(turn, (23, 1, 1))}
    frame = {"tid": [1] * 1000, "smpl": [body] * 1000, "camera": [np.zeros(3, np.float32)] * 1000}
    return _bytes(folder / "x.pkl", pickle.dumps({f"{n}.jpg": frame for n in range(1000)}, 4))


def phalp_of_persons_who_are_no_numbers(folder: Path) -> Path:
    frame = {
        "time": float("inf"),
        "tid": [float("nan")],
        "smpl": [{}],
        "camera": [1.0],
        "tracked_time": [0],
    }
    return _bytes(folder / "x.pkl", pickle.dumps({"0.jpg": frame}))


def pickle_gives_a_function_a_million_letters(folder: Path) -> Path:
    text = b"X" + struct.pack("<I", 40 << 20) + b"a" * (40 << 20)
    return _bytes(folder / "x.pkl", b"\x80\x02c_codecs\nencode\n" + text + b"R.")


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
    made = b"h\x41(h\x42(K\x00tC\x01btR(K\x01(J" + struct.pack("<i", size) + b"th\x43\x89h\x40tb"
    return _bytes(folder / "x.pkl", b"\x80\x03" + head + kind + made * 60 + b".")


def pickle_keys_that_all_collide(folder: Path) -> Path:
    """Multiples of the number by which Python counts hashes: each new one is compared with every
    other.
    """
    step = 2**61 - 1
    keys = b"".join(
        b"\x8a\x0b" + (step * (n + 1)).to_bytes(11, "little") + b"N" for n in range(30_000)
    )
    return _bytes(folder / "x.pkl", b"\x80\x02}(" + keys + b"u.")


def pickle_key_of_five_thousand_digits(folder: Path) -> Path:
    number = (10**5000).to_bytes(2100, "little")
    return _bytes(
        folder / "x.pkl", b"\x80\x02}\x8b" + struct.pack("<i", len(number)) + number + b"}s."
    )


def pickle_of_a_wide_dict_in_a_thousand_places(folder: Path) -> Path:
    wide = {n: 0 for n in range(100_000)}
    return _bytes(
        folder / "x.pkl",
        pickle.dumps({f"{n}": {f"{m}": wide for m in range(30)} for n in range(30)}, 4),
    )


def torch_matrices_of_one_number(folder: Path) -> Path:
    """Some hundred bytes that show themselves as an hour of poses."""
    held = {"global_orient": np.zeros(9), "body_pose": np.zeros(9), "transl": np.zeros(9)}
    return torch_file(folder / "x.pt", held, shape=(400_000, 22, 3, 3), steps=(0, 0, 0, 0))


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
    return _bytes(folder / "x.npy", array + b"\x80\x03" + load + b"h\x08h\x09\x85R0" * 900 + b"N.")


def tram_of_a_place_that_is_a_number(folder: Path) -> Path:
    held = {
        "pred_rotmat": np.zeros((2, 24, 3, 3), np.float32),
        "pred_trans": np.float32(3),
        "frame": np.arange(2),
    }
    return boxed_file(folder / "x.npy", held, tensors=False)


def empty(folder: Path) -> Path:
    return _bytes(folder / "x.bvh", b"")


def a_folder(folder: Path) -> Path:
    (folder / "x.npz").mkdir()
    return folder / "x.npz"


def a_pipe(folder: Path) -> Path:
    os.mkfifo(folder / "x.bvh")
    return folder / "x.bvh"


def a_name_with_a_null(folder: Path) -> Path:
    return folder / "x\0.bvh"


def noise(folder: Path) -> Path:
    return _bytes(folder / "x.dat", np.random.default_rng(0).bytes(100_000))


ALL = [
    made
    for name, made in list(globals().items())
    if isinstance(made, FunctionType) and not name.startswith("_") and made.__module__ == __name__
]


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


def _text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _bytes(path: Path, data: bytes | bytearray) -> Path:
    path.write_bytes(data)
    return path
