"""The differentiable twin says what the kernels say, and its gradients are those of its numbers."""

import numpy as np
import pytest

from canaries import hovering, skating, stepping, sunk, vibrating
from footlights.physics import Humanoid
from footlights.physics.quantities import measure
from footlights.physics.twin import LEFT_OUT, log_score, terms

torch = pytest.importorskip("torch")
BODY = Humanoid.of()
DANCE = stepping(1.5)
CLIPS = [DANCE, skating(DANCE), hovering(DANCE), sunk(DANCE), vibrating(DANCE, 0.003)]
ROOTS = np.stack([clip.root.astype(np.float64) for clip in CLIPS])
QUATS = np.stack([clip.rotations.astype(np.float64) for clip in CLIPS])


def test_its_numbers_are_the_kernels():
    found = terms(BODY, ROOTS, QUATS, 30.0)
    for clip, motion in enumerate(CLIPS):
        kernels = measure(motion, BODY).quantities
        assert set(found) == set(kernels) - set(LEFT_OUT)
        for name, values in found.items():
            assert values[clip] == pytest.approx(kernels[name].value, rel=1e-5, abs=1e-6), (name, clip)


def test_torch_and_numpy_agree():
    torch.set_num_threads(1)
    ours, theirs = terms(BODY, ROOTS, QUATS, 30.0), terms(BODY, torch.tensor(ROOTS), torch.tensor(QUATS), 30.0)
    for name, values in ours.items():
        np.testing.assert_allclose(theirs[name].numpy(), values, atol=1e-9)


def test_gradients_are_finite_differences():
    """Of the root and of arms: points of a flat sole are equally fast, where the slowest is a kink; so is a sole at z = 0."""
    low = ROOTS[1:2] + np.array([0, 0, 5e-4])
    roots = torch.tensor(low, requires_grad=True)
    quats = torch.tensor(QUATS[1:2], requires_grad=True)
    log_score(BODY, roots, quats, 30.0).sum().backward()
    rng, apart = np.random.default_rng(0), []
    for _ in range(10):
        frame, axis, joint, part = rng.integers(45), rng.integers(3), rng.integers(12, 20), rng.integers(4)
        for gradient, at in ((roots.grad, (0, frame, axis)), (quats.grad, (0, frame, joint, part))):
            sides = []
            for step in (1e-5, -1e-5):
                moved = [low.copy(), QUATS[1:2].copy()]
                moved[len(at) - 3][at] += step
                sides.append(log_score(BODY, *moved, 30.0)[0])
            slope = (sides[0] - sides[1]) / 2e-5
            apart.append(abs(slope - float(gradient[at])) / max(abs(slope), 1e-4))
    assert np.quantile(apart, 0.9) < 1e-2 and np.median(apart) < 1e-6


def test_the_air_has_gradients_without_nan():
    roots, quats = torch.tensor(ROOTS[2:3], requires_grad=True), torch.tensor(QUATS[2:3], requires_grad=True)
    log_score(BODY, roots, quats, 30.0).sum().backward()
    assert roots.grad.isfinite().all() and quats.grad.isfinite().all()


def test_climbing_the_score_lifts_a_sunken_body():
    """Ten steps on the height of the root alone: it comes up, and the score with it."""
    quats, lift = torch.tensor(QUATS[:1]), torch.zeros(1, dtype=torch.float64, requires_grad=True)
    low = torch.tensor(ROOTS[:1]) - torch.tensor([0.0, 0.0, 0.08], dtype=torch.float64)
    up, start = torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64), None
    for _ in range(10):
        score = log_score(BODY, low + lift * up, quats, 30.0).sum()
        start = float(score) if start is None else start
        (slope,) = torch.autograd.grad(score, lift)
        lift = (lift + 0.01 * slope / slope.abs()).detach().requires_grad_()
    assert float(lift) > 0.05 and float(score) > start + 0.05
