"""The differentiable twin says what the kernels say, and its gradients are those of its numbers."""

import numpy as np
import pytest

from canaries import frozen, hovering, skating, stepping, sunk, vibrating
from footlights.basics.errors import FootlightsError
from footlights.physics import Humanoid, judge
from footlights.physics.differentiable import (
    LEFT_OUT,
    batch_quantities,
    grounded_log_score,
    log_score,
)
from footlights.physics.quantities import measure

torch = pytest.importorskip("torch")
BODY = Humanoid.of()
STEP = 1e-6
DANCE = stepping(1.5)
CLIPS = [
    DANCE,
    skating(DANCE),
    hovering(DANCE),
    sunk(DANCE),
    vibrating(DANCE, 0.003),
    frozen(DANCE),
]
ROOTS = np.stack([clip.root.astype(np.float64) for clip in CLIPS])
QUATS = np.stack([clip.rotations.astype(np.float64) for clip in CLIPS])


def test_its_numbers_are_the_kernels():
    found = batch_quantities(BODY, ROOTS, QUATS, 30.0)
    for clip, motion in enumerate(CLIPS):
        kernels = measure(motion, BODY).quantities
        assert set(found) == set(kernels) - set(LEFT_OUT)
        for name, values in found.items():
            near = {"rel": 0.06, "abs": 0.05} if name == "jitter" else {"rel": 1e-5, "abs": 1e-6}
            assert values[clip] == pytest.approx(kernels[name].value, **near), (name, clip)


def test_its_score_is_that_of_the_judgement_without_the_body():
    said = log_score(BODY, ROOTS, QUATS, 30.0)
    for clip, motion in enumerate(CLIPS):
        logs = [np.log(value) for name, value in judge(motion).sub_scores.items() if name != "body"]
        assert said[clip] == pytest.approx(np.mean(logs), abs=0.02), clip


def test_company_and_precision_change_little():
    alone = log_score(BODY, ROOTS[1:2], QUATS[1:2], 30.0)[0]
    assert log_score(BODY, ROOTS, QUATS, 30.0)[1] == pytest.approx(alone, abs=1e-9)
    assert log_score(BODY, ROOTS[1:2].astype(np.float32), QUATS[1:2].astype(np.float32), 30.0)[
        0
    ] == pytest.approx(alone, abs=1e-4)


def test_torch_and_numpy_agree():
    torch.set_num_threads(1)
    ours, theirs = (
        batch_quantities(BODY, ROOTS, QUATS, 30.0),
        batch_quantities(BODY, torch.tensor(ROOTS), torch.tensor(QUATS), 30.0),
    )
    for name, values in ours.items():
        np.testing.assert_allclose(theirs[name].numpy(), values, atol=1e-9)


def test_gradients_are_finite_differences():
    """Of a trembling root and of arms: a flat sole's points are equally fast, where the slowest is
    a kink; so is z = 0.
    """
    low = vibrating(CLIPS[1], 0.001).root[None].astype(np.float64) + np.array([0, 0, 5e-4])
    roots = torch.tensor(low, requires_grad=True)
    quats = torch.tensor(QUATS[1:2], requires_grad=True)
    log_score(BODY, roots, quats, 30.0).sum().backward()
    rng, apart = np.random.default_rng(0), []
    for _ in range(10):
        frame, axis, joint, part = (
            rng.integers(45),
            rng.integers(3),
            rng.integers(12, 20),
            rng.integers(4),
        )
        for gradient, at in ((roots.grad, (0, frame, axis)), (quats.grad, (0, frame, joint, part))):
            sides = []
            for step in (STEP, -STEP):
                moved = [low.copy(), QUATS[1:2].copy()]
                moved[len(at) - 3][at] += step
                sides.append(log_score(BODY, *moved, 30.0)[0])
            slope = (sides[0] - sides[1]) / (2 * STEP)
            apart.append(abs(slope - float(gradient[at])) / max(abs(slope), 1e-4))
    assert np.quantile(apart, 0.9) < 1e-6 and max(apart) < 1e-2


def test_the_air_and_a_statue_have_gradients_without_nan():
    for clip in (2, 5):
        roots = torch.tensor(ROOTS[clip : clip + 1], requires_grad=True)
        quats = torch.tensor(QUATS[clip : clip + 1], requires_grad=True)
        grounded_log_score(BODY, roots, quats, 30.0).sum().backward()
        assert roots.grad.isfinite().all() and quats.grad.isfinite().all()


def test_out_of_reach_only_the_ascent_knows_where_the_floor_is():
    roots, quats = torch.tensor(ROOTS[2:3], requires_grad=True), torch.tensor(QUATS[2:3])
    (flat,) = torch.autograd.grad(log_score(BODY, roots, quats, 30.0).sum(), roots)
    (down,) = torch.autograd.grad(grounded_log_score(BODY, roots, quats, 30.0).sum(), roots)
    assert abs(float(flat[..., 2].sum())) < 1e-9 and -10 <= float(down[..., 2].sum()) < -8


def climbed(clip: int, ways: np.ndarray, rate: float, steps: int):
    """Judgement before and after climbing: the root shifted by ``ways`` (K, T, 3) times K numbers,
    which Adam finds.
    """
    share = torch.zeros(len(ways), dtype=torch.float64, requires_grad=True)
    adam = torch.optim.Adam([share], lr=rate)
    for _ in range(steps):
        adam.zero_grad()
        shift = torch.einsum("k,kta->ta", share, torch.tensor(ways))
        (
            -grounded_log_score(
                BODY,
                torch.tensor(ROOTS[clip : clip + 1]) + shift,
                torch.tensor(QUATS[clip : clip + 1]),
                30.0,
            ).sum()
        ).backward()
        adam.step()
    moved = CLIPS[clip].replace(
        root=ROOTS[clip] + np.einsum("k,kta->ta", share.detach().numpy(), ways)
    )
    return judge(CLIPS[clip]), judge(moved)


def test_climbing_brings_a_hovering_body_down():
    before, after = climbed(2, np.full((1, 45, 3), [0.0, 0.0, 1.0]), rate=0.03, steps=6)
    assert before.physics_score < 0.4 and after.physics_score > 0.95


def test_climbing_stops_a_skating_body():
    """Its whole path on the floor may change by slow waves; the dance itself does not."""
    waves = np.cos(np.pi * np.arange(8)[:, None] * (np.arange(45) + 0.5) / 45)
    ways = np.concatenate([waves[..., None] * np.eye(3)[axis] for axis in (0, 1)])
    before, after = climbed(1, ways, rate=0.01, steps=9)
    assert (
        before.sub_scores["slip"] < 0.4
        and after.sub_scores["slip"] > 0.9
        and after.physics_score > before.physics_score + 0.1
    )


def test_climbing_the_score_lifts_a_sunken_body():
    """Ten steps on the height of the root alone: it comes up, and the score with it."""
    quats, lift = torch.tensor(QUATS[:1]), torch.zeros(1, dtype=torch.float64, requires_grad=True)
    low = torch.tensor(ROOTS[:1]) - torch.tensor([0.0, 0.0, 0.08], dtype=torch.float64)
    up, start = torch.tensor([0.0, 0.0, 1.0], dtype=torch.float64), None
    for _ in range(10):
        score = log_score(BODY, low + lift * up, quats, 30.0).sum()
        start = float(score.detach()) if start is None else start
        (slope,) = torch.autograd.grad(score, lift)
        lift = (lift + 0.01 * slope / slope.abs()).detach().requires_grad_()
    assert float(lift.detach()) > 0.05 and float(score.detach()) > start + 0.05


@pytest.mark.parametrize(
    ("frames", "fps", "what"),
    [(3, 30.0, "3 frames"), (60, 5.0, "at 5 a second"), (60, 30.0, "not finite")],
)
def test_what_cannot_be_scored_is_refused(frames, fps, what):
    root, quats = (
        np.array(a[None, :frames], np.float64)
        for a in (stepping(2.0).root, stepping(2.0).rotations)
    )
    if what == "not finite":
        root[0, 7, 1] = np.nan
    with pytest.raises(FootlightsError, match=what):
        log_score(Humanoid.of(), root, quats, fps)
