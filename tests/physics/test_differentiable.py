"""The differentiable physics say what the kernels say, and their gradients are those of their
numbers.
"""

import numpy as np
import pytest

from canaries import frozen, hovering, skating, stepping, sunk, vibrating
from footlights.basics.errors import FootlightsError
from footlights.physics import Humanoid, Judgement, judge
from footlights.physics.differentiable import (
    LEFT_OUT,
    batch_quantities,
    grounded_log_score,
    log_score,
)
from footlights.physics.quantities import measure

torch = pytest.importorskip("torch")
BODY = Humanoid.of()
FPS = 30.0
DANCE = stepping(1.5)
CLIPS = {
    "dance": DANCE,
    "skating": skating(DANCE),
    "hovering": hovering(DANCE),
    "sunk": sunk(DANCE),
    "vibrating": vibrating(DANCE, 0.003),
    "frozen": frozen(DANCE),
}
NAMES = list(CLIPS)
ROOTS = np.stack([clip.root.astype(np.float64) for clip in CLIPS.values()])
ROTATIONS = np.stack([clip.rotations.astype(np.float64) for clip in CLIPS.values()])


def arrays_of(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Root (1, T, 3) and rotations (1, T, J, 4) of a clip."""
    k = NAMES.index(name)
    return ROOTS[k : k + 1], ROTATIONS[k : k + 1]


def tensors_of(name: str):
    """The same as tensors that want gradients."""
    return [torch.tensor(array, requires_grad=True) for array in arrays_of(name)]


@pytest.mark.parametrize("name", NAMES)
def test_its_numbers_are_the_kernels(name):
    values = batch_quantities(BODY, *arrays_of(name), FPS)
    kernels = measure(CLIPS[name], BODY).quantities
    assert set(values) == set(kernels) - set(LEFT_OUT)
    for quantity, value in values.items():
        near = {"rel": 0.06, "abs": 0.05} if quantity == "jitter" else {"rel": 1e-5, "abs": 1e-6}
        assert value[0] == pytest.approx(kernels[quantity].value, **near), quantity


def test_its_score_is_that_of_the_judgement_without_the_body():
    scores = log_score(BODY, ROOTS, ROTATIONS, FPS)
    assert scores.shape == (6,)
    for score, clip in zip(scores, CLIPS.values(), strict=True):
        sub_scores = judge(clip).sub_scores
        logs = [np.log(value) for name, value in sub_scores.items() if name != "body"]
        assert score == pytest.approx(np.mean(logs), abs=0.02)


def test_company_and_precision_change_little():
    root, rotations = arrays_of("skating")
    alone = log_score(BODY, root, rotations, FPS)[0]
    assert log_score(BODY, ROOTS, ROTATIONS, FPS)[1] == pytest.approx(alone, abs=1e-9)
    single = log_score(BODY, root.astype(np.float32), rotations.astype(np.float32), FPS)[0]
    assert single == pytest.approx(alone, abs=1e-4)


def test_torch_and_numpy_agree():
    torch.set_num_threads(1)
    ours = batch_quantities(BODY, ROOTS, ROTATIONS, FPS)
    theirs = batch_quantities(BODY, torch.tensor(ROOTS), torch.tensor(ROTATIONS), FPS)
    assert len(ours) == 11
    for name, values in ours.items():
        np.testing.assert_allclose(theirs[name].numpy(), values, atol=1e-9)


def test_gradients_are_finite_differences():
    """Of a trembling root and of arms: a flat sole's points are equally fast, where the slowest is
    a kink; so is z = 0.
    """
    shaken = vibrating(CLIPS["skating"], 0.001).root.astype(np.float64)
    arrays = [shaken[None] + np.array([0, 0, 5e-4]), arrays_of("skating")[1]]
    tensors = [torch.tensor(array, requires_grad=True) for array in arrays]
    log_score(BODY, *tensors, FPS).sum().backward()

    def difference(which: int, index: tuple[int, ...], step: float = 1e-6) -> float:
        sides = []
        for sign in (1, -1):
            moved = [array.copy() for array in arrays]
            moved[which][index] += sign * step
            sides.append(log_score(BODY, *moved, FPS)[0])
        return float(sides[0] - sides[1]) / (2 * step)

    rng, errors = np.random.default_rng(0), []
    for _ in range(10):
        frame, axis = rng.integers(45), rng.integers(3)
        joint, part = rng.integers(12, 20), rng.integers(4)
        for which, index in enumerate(((0, frame, axis), (0, frame, joint, part))):
            slope = difference(which, index)
            error = abs(slope - float(tensors[which].grad[index]))
            errors.append(error / max(abs(slope), 1e-4))
    assert np.quantile(errors, 0.9) < 1e-6 and max(errors) < 1e-2


@pytest.mark.parametrize("name", ["hovering", "frozen"])
def test_the_air_and_a_statue_have_gradients_without_nan(name):
    root, rotations = tensors_of(name)
    grounded_log_score(BODY, root, rotations, FPS).sum().backward()
    assert root.grad.isfinite().all() and rotations.grad.isfinite().all()


def test_out_of_reach_only_the_grounded_score_knows_where_the_floor_is():
    root, rotations = tensors_of("hovering")
    (flat,) = torch.autograd.grad(log_score(BODY, root, rotations, FPS).sum(), root)
    (down,) = torch.autograd.grad(grounded_log_score(BODY, root, rotations, FPS).sum(), root)
    assert abs(float(flat[..., 2].sum())) < 1e-9 and -10 <= float(down[..., 2].sum()) < -8


def climbed(name: str, shifts: np.ndarray, rate: float, steps: int) -> tuple[Judgement, Judgement]:
    """Judgement before and after climbing: the root shifted by ``shifts`` (K, T, 3) times K
    numbers, which Adam finds.
    """
    root, rotations = (torch.tensor(array) for array in arrays_of(name))
    shares = torch.zeros(len(shifts), dtype=torch.float64, requires_grad=True)
    adam = torch.optim.Adam([shares], lr=rate)
    for _ in range(steps):
        adam.zero_grad()
        shift = torch.einsum("k,kta->ta", shares, torch.tensor(shifts))
        score = grounded_log_score(BODY, root + shift, rotations, FPS)
        (-score.sum()).backward()
        adam.step()

    shift = np.einsum("k,kta->ta", shares.detach().numpy(), shifts)
    after = CLIPS[name].replace(root=arrays_of(name)[0][0] + shift)
    return judge(CLIPS[name]), judge(after)


def test_climbing_brings_a_hovering_body_down():
    before, after = climbed("hovering", np.full((1, 45, 3), [0.0, 0.0, 1.0]), rate=0.03, steps=6)
    assert before.physics_score < 0.4 and after.physics_score > 0.95


def test_climbing_stops_a_skating_body():
    """Its whole path on the floor may change by slow waves; the dance itself does not."""
    waves = np.cos(np.pi * np.arange(8)[:, None] * (np.arange(45) + 0.5) / 45)
    shifts = np.concatenate([waves[..., None] * np.eye(3)[axis] for axis in (0, 1)])
    before, after = climbed("skating", shifts, rate=0.01, steps=9)
    assert before.sub_scores["slip"] < 0.4 and after.sub_scores["slip"] > 0.9
    assert after.physics_score > before.physics_score + 0.1


def test_climbing_the_score_lifts_a_sunken_body():
    """Ten steps on the height of the root alone: it comes up, and the score with it."""
    root, rotations = (torch.tensor(array) for array in arrays_of("dance"))
    low, up = root - torch.tensor([0.0, 0.0, 0.08]), torch.tensor([0.0, 0.0, 1.0])
    lift = torch.zeros(1, dtype=torch.float64, requires_grad=True)
    scores = []
    for _ in range(10):
        score = log_score(BODY, low + lift * up, rotations, FPS).sum()
        scores.append(float(score.detach()))
        (slope,) = torch.autograd.grad(score, lift)
        lift = (lift + 0.01 * slope / slope.abs()).detach().requires_grad_()
    assert float(lift.detach()) > 0.05 and scores[-1] > scores[0] + 0.05


@pytest.mark.parametrize(
    ("frames", "fps", "what"),
    [(3, 30.0, "3 frames"), (60, 5.0, "at 5 a second"), (60, 30.0, "not finite")],
)
def test_what_cannot_be_scored_is_refused(frames, fps, what):
    clip = stepping(2.0)[:frames]
    root, rotations = clip.root[None].copy(), clip.rotations[None]
    if what == "not finite":
        root[0, 7, 1] = np.nan
    with pytest.raises(FootlightsError, match=what):
        log_score(BODY, root, rotations, fps)
