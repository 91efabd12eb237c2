"""A command's numbers are the same however many threads its surroundings ask for."""

import os
import subprocess
import sys

import pytest

# A command that sums what OpenBLAS would share among threads, in numpy's copy of it and scipy's.
SUM = """
import footlights.cli as cli

def add(name, words):
    import numpy as np
    from scipy.linalg.blas import ddot
    numbers = np.random.default_rng(0).standard_normal((2, 300_001))
    print(float(numbers[0] @ numbers[1]).hex(), float(ddot(*numbers)).hex())
    return 0

if __name__ == "__main__":
    cli._command = add
    raise SystemExit(cli.main(["doctor"]))
"""


def sums(threads: str, code: str = SUM) -> str:
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    surroundings = os.environ | dict.fromkeys(names, threads)
    command = [sys.executable, "-c", code]
    return subprocess.run(
        command, env=surroundings, check=True, capture_output=True, text=True
    ).stdout


def test_the_number_of_threads_changes_no_sum_of_a_command() -> None:
    bare = SUM.replace('cli.main(["doctor"])', 'add("", [])')
    if sums("1", bare) == sums("2", bare):
        pytest.skip("threads change no sum on this machine")

    assert sums("1") == sums("2") == sums("1", bare)
