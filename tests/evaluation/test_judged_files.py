"""Files judged by physics: each once, the worst first, in constant memory, whatever they hold."""

import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from canaries import hovering, skating, stepping
from footlights.evaluation import judged_files
from footlights.evaluation.judged_files import JudgedFile, judge_file, judge_files
from footlights.formats import write
from footlights.motion.motion import Motion
from footlights.motion.skeleton import SMPL24, Skeleton

DANCE = stepping(3.0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("motions")
    write(DANCE, place / "good.npz")
    write(skating(DANCE), place / "skating.npz")
    write(hovering(DANCE), place / "hover.npz")
    return place


def judged(motion: Motion, path: Path, floor: float | str | None = None) -> JudgedFile:
    write(motion, path)
    return judge_file(path, floor)


def test_our_npz_stands_on_zero_and_the_floor_of_other_files_is_found(folder, tmp_path):
    assert judge_file(folder / "hover.npz").judgement.sub_scores["float"] < 0.1
    lifted = judge_file(folder / "hover.npz", floor="auto").judgement
    assert lifted.floor == pytest.approx(0.2, abs=0.01) and lifted.sub_scores["float"] > 0.9
    sunk = judge_file(folder / "good.npz", floor=0.3).judgement
    assert sunk.quantities["penetration"].value > 25

    other = judged(DANCE, tmp_path / "dance.bvh")
    assert other.judgement.physics_score > 0.9
    assert any("estimated" in note for note in other.notes)


def test_the_motion_is_given_with_its_floor_at_zero(folder):
    file = judge_file(folder / "hover.npz", floor="auto")
    assert file.motion is not None and file.motion.skeleton == SMPL24
    lowest = file.motion.root[:, 2].min()
    assert lowest == pytest.approx(DANCE.root[:, 2].min(), abs=0.02)


@pytest.mark.parametrize(
    ("motion", "reason"),
    [
        (DANCE[:1], "1 frames"),
        (DANCE[:3], "3 frames"),
        (DANCE[::6].replace(fps=5.0), "5 frames a second"),
    ],
)
def test_N5_too_little_is_no_score_with_a_reason(motion, reason, tmp_path):
    file = judged(motion, tmp_path / "short.npz")
    assert math.isnan(file.judgement.physics_score) and reason in file.judgement.reason
    assert file.as_json()["physics_score"] is None


@pytest.mark.parametrize("size", [0.4 / 1.7, 4 / 1.7])
def test_a_body_of_another_size_is_judged_as_a_grown_one_and_that_is_noted(size, tmp_path):
    small = Skeleton(SMPL24.names, SMPL24.parents, SMPL24.offsets * size)
    other = Motion(DANCE.root * size, DANCE.rotations, DANCE.fps, small)
    file = judged(other, tmp_path / "other.npz")
    assert any("judged as a grown person" in note for note in file.notes)
    assert file.judgement.physics_score > 0.9


def test_other_rates_are_judged_alike(tmp_path):
    fast = judged(DANCE.resampled(240.0), tmp_path / "fast.npz")
    assert fast.judgement.physics_score > 0.95


def test_one_glitched_frame_costs_no_memory_and_leaves_a_number(tmp_path):
    """A marker flies off to 90 km: the floor is found among the others, the score is small."""
    root = DANCE.root.astype(np.float64).copy()
    root[40, 2] += 9e4
    judgement = judged(DANCE.replace(root=root), tmp_path / "glitch.npz", "auto").judgement
    assert abs(judgement.floor) < 0.01 and 0 < judgement.physics_score < 0.1
    assert min(judgement.sub_scores.values()) > 0 and max(judgement.sub_scores.values()) <= 1


def test_processes_and_order_change_nothing(folder):
    files = sorted(folder.glob("*.npz"))
    files += [folder / ".." / folder.name / path.name for path in files] + [folder / "good.npz"]
    alone, together = judge_files(files, jobs=1), judge_files(files[::-1], jobs=2)
    assert len(alone.files) == 6
    assert alone.as_json() == together.as_json()


def test_each_dance_made_here_and_each_file_is_judged_once(tmp_path):
    for suffix in ("npz", "bvh", "glb"):
        write(DANCE, tmp_path / f"dance.{suffix}")
    assert len(judge_files([tmp_path]).files) == 3
    (tmp_path / "dances.json").write_text("{}")
    assert [file.path.name for file in judge_files([tmp_path]).files] == ["dance.npz"]
    twice = judge_files([tmp_path / "dance.bvh", tmp_path / "dance.bvh"]).files
    assert [file.path.name for file in twice] == ["dance.bvh"]


def test_R4_motion_and_arrays_of_the_worst_are_kept_and_of_no_other(folder):
    files = judge_files([folder], findings=1, keep=2, jobs=1).files
    assert [file.path.stem for file in files] == ["hover", "skating", "good"]
    assert [file.motion is not None for file in files] == [True, True, False]
    assert all(file.judgement.frames for file in files[:2])
    assert len(files[0].judgement.findings) > 1, "what is shown is shown with all that was found"

    whole = judge_file(folder / "good.npz")
    numbers = files[2].judgement
    assert numbers.physics_score == whole.judgement.physics_score and not numbers.frames
    assert len(pickle.dumps(files[2])) < len(pickle.dumps(whole)) / 20


@pytest.mark.parametrize("order", [1, -1])
def test_R4_what_others_push_down_loses_its_arrays(folder, monkeypatch, order):
    files = sorted(folder.glob("*.npz"))[::order]
    assert len(files) == 3
    ranking = judged_files._Ranking(keep=1, findings=1)
    for path in files:
        ranking.add(judge_file(path))
        assert sum(file.motion is not None for file in ranking.files) == 1
    assert ranking.files[0].path.stem == "hover" and ranking.files[0].motion is not None


def test_R3_every_problem_is_told_and_the_others_are_judged(tmp_path):
    write(DANCE, tmp_path / "good.npz")
    (tmp_path / "bad.bvh").write_text("HIERARCHY\n")
    problems = []
    result = judge_files([tmp_path], failed=problems.append)
    assert [file.path.name for file in result.files] == ["good.npz"] and result.exit_code == 2
    assert [problem.item for problem in problems] == [str(tmp_path / "bad.bvh")]
    assert result.problems == problems
