"""What shells complete: commands, options, values, by bash itself."""

import shutil
import subprocess

import pytest

from footlights.basics.suggestions import did_you_mean
from footlights.cli import COMMANDS, main
from footlights.cli.completion_scripts import script_of


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash here")
@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("footlights ev", ["evaluate"]),
        ("footlights dance --sty", ["--style"]),
        ("footlights convert a.npz --as vr", ["vrma"]),
        ("footlights score a.csv --up minus-", ["minus-y", "minus-z"]),
        ("footlights train diff", ["diffusion"]),
        ("footlights train diffusion --con", ["--config"]),
        ("footlights completion fi", ["fish"]),
        ("footlights dance song.mp3 so", []),
    ],
)
def test_bash_completes(line, completed):
    words = line.split()
    script = f"""{script_of("bash")}
COMP_WORDS=({line}); COMP_CWORD={len(words) - 1}; _footlights
[ -z "$COMPREPLY" ] || printf "%s\\n" "${{COMPREPLY[@]}}"
"""
    result = subprocess.run(
        ["bash", "--norc", "-c", script], capture_output=True, text=True, check=True
    )
    assert result.stdout.split() == completed and result.stderr == ""


def test_every_command_is_completed_in_every_shell(capsys):
    assert COMMANDS
    for shell in ("bash", "zsh", "fish"):
        assert main(["completion", shell]) == 0
        script = capsys.readouterr().out
        assert all(name in script for name in COMMANDS), shell


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("salza", "did you mean Salsa?"),
        ("hip", "did you mean hiphop?"),
        ("hiph", "did you mean hiphop?"),
        ("xq", ""),
    ],
)
def test_a_mistyped_name_is_asked_back(word, meant):
    assert did_you_mean(word, ["Salsa", "hiphop", "break"]) == meant
