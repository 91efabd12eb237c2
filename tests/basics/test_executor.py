"""Many items at work: each stands alone, a dead worker costs nothing, nobody is left behind."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from footlights.basics.errors import Cancelled, FootlightsError
from footlights.basics.executor import Executor

ITEMS = list(range(12))


def squared(number: int) -> int:
    if number == 7:
        raise FootlightsError("is an unlucky number", number, "take another")
    if number == 9:
        raise ZeroDivisionError("nine")
    return number * number


def process_of(_: int) -> int:
    time.sleep(0.05)
    return os.getpid()


def threads_of(_: int) -> str | None:
    return os.environ.get("OPENBLAS_NUM_THREADS")


def dies_once(path: str) -> str:
    """Its process is killed the first time anybody works on it."""
    if not Path(path).exists():
        Path(path).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return path


def dies_always(number: int) -> int:
    if number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_item_that_fails_is_named_and_the_others_are_done(jobs):
    with Executor(jobs) as executor:
        outcomes = {outcome.item: outcome for outcome in executor.map_unordered(squared, ITEMS)}
    assert sorted(outcomes) == ITEMS
    errors = {item: str(outcome.error) for item, outcome in outcomes.items() if outcome.error}
    assert errors == {
        7: "7: is an unlucky number; take another",
        9: "unexpected ZeroDivisionError: nine; report it",
    }
    assert all(o.result == n * n for n, o in outcomes.items() if n not in errors)


def test_map_keeps_the_order_and_raises_the_error():
    with Executor(2) as executor:
        assert executor.map(squared, [5, 1, 4, 2]) == [25, 1, 16, 4]
        with pytest.raises(FootlightsError, match="unlucky"):
            executor.map(squared, ITEMS[:9])


def test_the_work_is_shared_out_and_a_worker_keeps_to_one_thread():
    before = os.environ.get("OPENBLAS_NUM_THREADS")
    with Executor(2) as executor:
        assert len(set(executor.map(process_of, ITEMS)) - {os.getpid()}) == 2
        assert set(executor.map(threads_of, ITEMS)) == {"1"}
    assert os.environ.get("OPENBLAS_NUM_THREADS") == before


def test_items_of_a_killed_worker_are_done_again(tmp_path):
    paths = [str(tmp_path / str(number)) for number in range(4)]
    for path in paths[1:]:
        Path(path).touch()
    with Executor(2) as executor:
        assert executor.map(dies_once, paths) == paths


def test_an_item_that_kills_every_worker_is_named_and_the_others_are_done():
    with Executor(2) as executor:
        outcomes = {o.item: o for o in executor.map_unordered(dies_always, range(6))}
    assert {n for n, outcome in outcomes.items() if outcome.error} == {3}
    assert "ended the process" in str(outcomes[3].error) and outcomes[3].error.exit_code == 1
    assert [outcomes[n].result for n in (0, 1, 2, 4, 5)] == [0, 1, 2, 4, 5]


@pytest.mark.parametrize("jobs", [1, 2])
def test_cancel_leaves_the_rest(jobs):
    done = []
    with Executor(jobs) as executor, pytest.raises(Cancelled):
        for outcome in executor.map_unordered(abs, range(1000), cancel=lambda: len(done) > 2):
            done.append(outcome.item)
    assert 3 <= len(done) <= 4


def test_items_are_taken_as_workers_come_free():
    taken = []
    with Executor(2) as executor:
        outcomes = executor.map_unordered(abs, (taken.append(n) or n for n in range(1000)))
        next(outcomes)
        assert len(taken) <= 16
        outcomes.close()


def test_workers_end_with_a_parent_that_is_killed(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, time\n"
        "from footlights.basics.executor import Executor\n"
        "def work(k):\n"
        "    print(os.getpid(), flush=True)\n"
        "    time.sleep(60)\n"
        "if __name__ == '__main__':\n"
        "    with Executor(2) as executor:\n"
        "        executor.map(work, range(8))\n"
    )
    parent = subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE, text=True)
    workers = [int(parent.stdout.readline()) for _ in range(2)]
    parent.kill()
    parent.wait()
    deadline = time.monotonic() + 20
    while any(alive(worker) for worker in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert len(set(workers)) == 2 and not any(alive(worker) for worker in workers)


def alive(process: int) -> bool:
    """Whether a process is there and no zombie that nobody has asked after."""
    try:
        return ") Z " not in Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
