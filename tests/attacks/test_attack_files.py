"""Hostile files at the doors they were made for: one line or a right result, soon, in bounds.

The inputs are synthetic; each stands for a kind of attack. One process loads footlights and forks
for each of them, so that time and memory are those of the file alone.
"""

import gzip
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from canaries import stepping
from footlights.formats import write

INPUTS = Path(__file__).parent / "inputs"
MOST_SECONDS, MOST_MEMORY = 10, 1 << 30  # of CPU time, and bytes

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")

# Reads command lines from its input, answers each with what became of it.
_SERVER = r"""
import io, json, os, resource, sys, tempfile
from footlights.cli import main
import footlights.evaluation, footlights.physics.judgement, footlights.pipeline.dance
import footlights.generators.diffusion.sample

for line in sys.stdin:
    words = json.loads(line)
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if not child:
            resource.setrlimit(resource.RLIMIT_CPU, (20, 20))
            os.dup2(said.fileno(), 1), os.dup2(said.fileno(), 2)
            code = 70
            try:
                code = main(words)
            finally:
                sys.stdout.flush(), sys.stderr.flush()
                os._exit(code)
        _, status, usage = os.wait4(child, 0)
        said.seek(0)
        text = said.read().decode(errors="replace")
    answer = {
        "code": os.waitstatus_to_exitcode(status), "text": text,
        "seconds": usage.ru_utime + usage.ru_stime, "memory": usage.ru_maxrss * 1024,
    }
    print(json.dumps(answer), file=sys.__stdout__, flush=True)
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    process = subprocess.Popen(
        [sys.executable, "-c", _SERVER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "XDG_CACHE_HOME": str(home)},
    )

    def ask(*words: object) -> dict:
        process.stdin.write(json.dumps([str(word) for word in words]) + "\n")
        process.stdin.flush()
        return json.loads(process.stdout.readline())

    yield ask
    process.stdin.close()
    process.wait(timeout=30)


@pytest.fixture
def lab(tmp_path):
    """A folder with the inputs, unpacked, and a harmless dance in a folder of its own."""
    shutil.copytree(INPUTS, tmp_path / "in")
    for packed in (tmp_path / "in").glob("*.gz"):
        with gzip.open(packed) as inside, open(packed.with_suffix(""), "wb") as out:
            shutil.copyfileobj(inside, out)
    (tmp_path / "in" / "q.toml.txt").rename(tmp_path / "in" / "q.toml")
    (tmp_path / "dances").mkdir()
    write(stepping(3.0), tmp_path / "dances" / "a-1.npz")
    return tmp_path


def _alone(lab: Path, name: str) -> Path:
    folder = lab / "alone"
    folder.mkdir()
    shutil.copy(lab / "in" / name, folder)
    return folder


# The words of each command, and what its line must name; "" where the file may be read.
REFUSED = {
    "digits": (lambda d: ["convert", d / "in/b_chcount5000digits.bvh", d / "o.npz"], "digits.bvh"),
    "expanded": (lambda d: ["convert", d / "in/t_expand2.pt", d / "o.npz"], "t_expand2.pt"),
    "zeros": (lambda d: ["dance", d / "in/zeros100MiB.wav", "-o", d / "o"], "zeros100MiB.wav"),
    "table": (
        lambda d: ["dance", d / "in/mov_stsz50000000.m4a", "-o", d / "o"],
        "mov_stsz50000000.m4a",
    ),
    "offsets": (lambda d: ["score", d / "in/z_off0.npz"], "z_off0.npz"),
    "far": (lambda d: ["score", d / "in/z_root1e30.npz"], "z_root1e30.npz"),
    "slow": (lambda d: ["evaluate", "--generated", _alone(d, "z_rate.001.npz")], "z_rate.001.npz"),
    "tiny": (lambda d: ["evaluate", "--generated", _alone(d, "z_ratetiny.npz")], "z_ratetiny"),
    "claim": (
        lambda d: ["evaluate", "--generated", d / "dances", "--real", d / "in/r_claim8G.npz"],
        "r_claim8G.npz",
    ),
    "locked": (
        lambda d: ["evaluate", "--generated", d / "dances", "--real", d / "in/r_enc.npz"],
        "r_enc.npz",
    ),
    "dots": (
        lambda d: [
            *("retarget", d / "dances/a-1.npz", "--to", d / "in/g_names.glb"),
            *("-o", d / "o.glb", "--map", d / "in/q.toml"),
        ],
        "q.toml",
    ),
    "outside": (lambda d: ["evaluate", "--generated", d / "in/evil-data"], "data.json"),
    "library": (
        lambda d: ["dance", d / "song.wav", "--model", "collage", "--library", d / "in/evil-data"],
        "data.json",
    ),
    "manifest": (
        lambda d: [
            *("data", "build", "--source", d / "in/evil-manifest", "--format", "manifest"),
            *("-o", d / "o"),
        ],
        "manifest.csv",
    ),
}
READ = {
    "rate": lambda d: ["convert", d / "in/g_own_rate_1e4.glb", d / "o.npz"],
    "carriers": lambda d: ["convert", d / "in/g_carrier2000.glb", d / "o.npz"],
    "surrogate": lambda d: ["convert", d / "in/g_names.glb", d / "o.bvh"],
    "number": lambda d: ["convert", d / "in/z_meta2.npz", d / "o.bvh"],
    "null": lambda d: ["convert", d / "in/z_meta3.npz", d / "o.bvh"],
}


@pytest.mark.parametrize("attack", REFUSED)
def test_S1_S3_S4_a_hostile_file_is_refused_in_one_line(server, lab, attack):
    words, named = REFUSED[attack]
    if attack == "library":
        shutil.copy(Path(__file__).parents[2] / "src/footlights/assets/song.ogg", lab / "song.wav")
    answer = server(*words(lab))
    _within_bounds(answer)
    assert answer["code"] in (1, 2), answer
    last = answer["text"].strip().splitlines()[-1]
    assert named in answer["text"] and len(last) < 600, answer
    assert not (lab / "o.npz").exists() and not (lab / "o.glb").exists()


@pytest.mark.parametrize("attack", READ)
def test_S3_S4_an_odd_file_is_read_or_refused_within_bounds(server, lab, attack):
    answer = server(*READ[attack](lab))
    _within_bounds(answer)
    assert answer["code"] in (0, 1, 2), answer


def _within_bounds(answer: dict) -> None:
    assert "unexpected" not in answer["text"] and "Traceback" not in answer["text"], answer
    assert answer["seconds"] <= MOST_SECONDS, answer
    assert answer["memory"] <= MOST_MEMORY, answer
