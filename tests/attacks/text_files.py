"""Hostile BVH, ASF/AMC, csv and JSON files."""

from pathlib import Path

import specimens

from .files import put_text

_ROWS = specimens.BVH.index("Frames:")


def bvh_claims_a_thousand_million_frames(folder: Path) -> Path:
    return put_text(folder / "x.bvh", specimens.BVH.replace("Frames: 4", "Frames: 1000000000"))


def bvh_with_ten_thousand_joints(folder: Path) -> Path:
    joint = "JOINT j\n{\nOFFSET 0 0 0\n}\n"
    return put_text(
        folder / "x.bvh", specimens.BVH.replace("\tJOINT Spine", joint * 10_000 + "\tJOINT Spine")
    )


def bvh_nested_ten_thousand_deep(folder: Path) -> Path:
    deep = "JOINT j\n{\nOFFSET 0 1 0\n" * 10_000 + "}\n" * 10_000
    return put_text(
        folder / "x.bvh", specimens.BVH.replace("\tJOINT Spine", deep + "\tJOINT Spine")
    )


def bvh_with_many_still_joints_and_many_frames(folder: Path) -> Path:
    """A small file whose poses would fill gigabytes: joints without channels cost no numbers."""
    joint = "JOINT j\n{\nOFFSET 0 0 0\n}\n"
    head = (
        "HIERARCHY\nROOT r\n{\nOFFSET 0 0 0\nCHANNELS 1 Xposition\n" + joint * 1900 + "}\nMOTION\n"
    )
    return put_text(folder / "x.bvh", head + "Frames: 300000\nFrame Time: 0.01\n" + "0\n" * 300_000)


def bvh_of_one_endless_row(folder: Path) -> Path:
    return put_text(
        folder / "x.bvh",
        specimens.BVH[:_ROWS] + "Frames: 4\nFrame Time: 0.01\n" + "0 " * 3_000_000,
    )


def bvh_of_one_endless_name(folder: Path) -> Path:
    return put_text(folder / "x.bvh", "HIERARCHY\nROOT " + "a" * 5_000_000)


def asf_with_a_circle(folder: Path) -> Path:
    put_text(
        folder / "02.asf",
        specimens.ASF.replace("root lhipjoint\n", "ltibia lhipjoint\n").replace(
            "ltibia lfoot\n", ""
        ),
    )
    return put_text(folder / "02_01.amc", specimens.AMC)


def amc_of_a_million_frames(folder: Path) -> Path:
    """Frames are cheap in the file when one bone moves and forty do not."""
    bones = "".join(
        f"begin\nname b{i}\ndirection 0 1 0\nlength 1\naxis 0 0 0 XYZ\nend\n" for i in range(40)
    )
    tree = "".join(f"root b{i}\n" for i in range(40))
    put_text(
        folder / "02.asf",
        f":root\norder TX\naxis XYZ\n:bonedata\n{bones}:hierarchy\nbegin\n{tree}end\n",
    )
    return put_text(folder / "02_01.amc", "".join(f"{i}\nroot 0\n" for i in range(400_000)))


def g1_of_too_many_rows(folder: Path) -> Path:
    return put_text(folder / "x.csv", ("0," * 6 + "1," + "0," * 28 + "0\n") * 400_000)


def json_nested_a_hundred_thousand_deep(folder: Path) -> Path:
    return put_text(folder / "x.json", "[" * 100_000)


def json_of_millions_of_empty_lists(folder: Path) -> Path:
    return put_text(folder / "x.json", "[" + "[]," * 5_000_000 + "[]]")


def json_of_millions_of_numbers_in_a_row(folder: Path) -> Path:
    return put_text(folder / "x.json", "[" + "1.5," * 5_000_000 + "1.5]")


def json_of_a_number_of_a_million_digits(folder: Path) -> Path:
    return put_text(folder / "x.json", "[[" + "9" * 1_000_000 + "]]")
