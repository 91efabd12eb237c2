"""The loss measures what the motion does: its joints and velocities are those of the decoded."""

import numpy as np
import pytest

from footlights.generators.diffusion.config import LossConfig
from footlights.generators.representation import CONTACTS, HEIGHT, VELOCITY, WIDTH, decode, encode
from footlights.geometry.rotations import quat_about, quat_rotate, yaw_of
from footlights.motion.body import Body, soles
from footlights.motion.motion import Motion
from moving import swaying

torch = pytest.importorskip("torch", reason="the loss needs the [train] extra")

from footlights.generators.diffusion.loss import Loss  # noqa: E402

FPS = 30.0


def loss(**weights: float) -> Loss:
    return Loss(torch.zeros(WIDTH), torch.ones(WIDTH), FPS, LossConfig(**weights))


@pytest.fixture(scope="module")
def vectors() -> np.ndarray:
    """(60, 152) of a dancer who travels and spins."""
    return encode(swaying(2.0))


def in_heading_frame(motion: Motion, world: np.ndarray) -> np.ndarray:
    """World vectors (T, N, 3) turned by minus the heading of each frame."""
    yaw = yaw_of(motion.rotations[: len(world), 0].astype(np.float64))
    return quat_rotate(quat_about("z", -yaw)[:, None], world)


def world_points(motion: Motion) -> np.ndarray:
    """(T, 28, 3) joints and centres of the four soles."""
    centres = soles(motion, Body.load()).mean(axis=2)
    return np.concatenate([motion.positions, centres], axis=1).astype(np.float64)


def test_points_are_those_of_the_decoded_motion(vectors: np.ndarray):
    motion = decode(vectors, FPS)
    ground = np.concatenate([motion.root[:, :2], np.zeros((len(motion), 1))], axis=1)
    expected = in_heading_frame(motion, world_points(motion) - ground[:, None])
    points = loss().points(torch.from_numpy(vectors)[None])[0].numpy()
    assert points.shape == (60, 28, 3)
    assert np.abs(points - expected).max() < 1e-4  # metres


def test_velocities_are_those_of_the_decoded_motion(vectors: np.ndarray):
    motion = decode(vectors, FPS)
    expected = in_heading_frame(motion, np.diff(world_points(motion), axis=0) * FPS)
    batch, own = torch.from_numpy(vectors)[None], loss()
    velocities = own.velocities(own.points(batch), batch)[0].numpy()
    assert np.linalg.norm(expected, axis=-1).max() > 2.0
    assert np.abs(velocities - expected).max() < 2e-3  # m/s


def test_a_perfect_prediction_costs_only_the_slip_of_the_truth(vectors: np.ndarray):
    flying = torch.from_numpy(vectors)[None].clone()
    flying[..., CONTACTS] = 0
    terms = loss().terms(flying, flying)
    assert set(terms) == {"vector", "position", "velocity", "slip"}
    assert all(float(term) == 0 for term in terms.values())


def test_a_centimetre_too_high_is_a_centimetre_squared(vectors: np.ndarray):
    target = torch.from_numpy(vectors)[None]
    higher = target.clone()
    higher[..., HEIGHT] += 0.01
    terms = loss().terms(higher, target)
    assert float(terms["position"]) == pytest.approx(1e-4, rel=1e-3)
    assert float(terms["velocity"]) == pytest.approx(0, abs=1e-9)
    assert float(terms["vector"]) == pytest.approx(1e-4 / WIDTH, rel=1e-3)


def test_planted_soles_that_slide_cost_their_speed_squared():
    still = torch.from_numpy(encode(swaying(1.0)))[:1].repeat(10, 1)[None]
    still[..., 1:4] = 0
    still[..., CONTACTS] = torch.tensor([1.0, 1.0, 0.0, 0.0])
    sliding = still.clone()
    sliding[..., VELOCITY] = torch.tensor([0.5, 0.0])
    assert float(loss().terms(still, still)["slip"]) == pytest.approx(0, abs=1e-9)
    assert float(loss().terms(sliding, still)["slip"]) == pytest.approx(0.25, rel=1e-3)
    # The prediction cannot get away by calling its feet free: the true contacts count.
    sliding[..., CONTACTS] = 0
    assert float(loss().terms(sliding, still)["slip"]) == pytest.approx(0.25, rel=1e-3)


def test_the_sum_is_weighted(vectors: np.ndarray):
    target = torch.from_numpy(vectors)[None]
    predicted = target + 0.01
    weights = {"vector": 2.0, "position": 3.0, "velocity": 5.0, "slip": 7.0}
    total, terms = loss(**weights)(predicted, target)
    expected = sum(weight * float(terms[name]) for name, weight in weights.items())
    assert float(total) == pytest.approx(expected)
