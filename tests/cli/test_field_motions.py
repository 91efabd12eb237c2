"""Motion files of other programs that cannot be read: one line with the file and what helps."""

from pathlib import Path

import pytest

from footlights.cli import main

FIELD = Path(__file__).parent.parent / "field" / "motion"
COMMANDS = {
    "convert": lambda file, out: ["convert", file, str(out / "out.npz")],
    "view": lambda file, out: ["view", file, "--no-open", "-o", str(out / "out.html")],
    "score": lambda file, out: ["score", file],
    "retarget": lambda file, out: [
        *("retarget", file, "--to", str(FIELD / "avatar_tpose.glb")),
        *("-o", str(out / "out.glb")),
    ],
}


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("frame_time_is_a_rate", "--fps 30"),
        ("decimal_commas", "decimal commas"),
        ("missing_blank_before_minus", "'0-0' has no blank before its minus"),
    ],
)
def test_a_bad_file_is_named_with_its_fault_and_what_helps(tmp_path, capsys, command, name, says):
    file = str(FIELD / f"{name}.bvh")
    assert main(COMMANDS[command](file, tmp_path)) == 2
    told = capsys.readouterr().err
    assert f"{name}.bvh" in told and says in told


def test_the_advice_about_the_rate_can_be_followed(tmp_path):
    file = str(FIELD / "frame_time_is_a_rate.bvh")
    assert main(["convert", file, str(tmp_path / "out.npz"), "--fps", "30"]) == 0
    page = ["-o", str(tmp_path / "out.html"), "--no-open"]
    assert main(["view", file, "--fps", "30", *page]) == 0
