"""Rotations: the formulas against scipy and published values, on numpy and on torch."""

from pathlib import Path

import numpy as np
import pytest
from scipy.spatial.transform import Rotation, Slerp

from footlights.geometry import rotations as r

GOLDEN = Path(__file__).parents[1] / "golden" / "edge_rotations_fk.npz"


@pytest.fixture(params=["numpy", "torch"])
def array(request):
    """Makes an array of the library under test; the answer is brought back with np.asarray."""
    if request.param == "numpy":
        return np.asarray
    return pytest.importorskip("torch", reason="torch is not installed").asarray


@pytest.fixture
def some():
    """(50, 4) random unit quaternions w x y z with w >= 0, and scipy's form of the same."""
    rotations = Rotation.random(50, random_state=1)
    xyzw = rotations.as_quat(canonical=True)
    return xyzw[:, [3, 0, 1, 2]], rotations


def scipy_quat(rotation):
    return rotation.as_quat(canonical=True)[..., [3, 0, 1, 2]]


def same_turn(a, b, atol=1e-6):
    assert np.abs(np.sum(np.asarray(a) * np.asarray(b), axis=-1)).min() > 1 - atol


def test_product_turns_by_the_second_first(array, some):
    q, rotations = some
    product = r.quat_mul(array(q[:25]), array(q[25:]))
    same_turn(product, scipy_quat(rotations[:25] * rotations[25:]))


def test_quaternion_and_matrix_turn_a_vector_alike(array, some):
    q, rotations = some
    v = np.random.default_rng(0).normal(size=(50, 3))
    turned = np.asarray(r.quat_rotate(array(q), array(v)))
    assert np.allclose(turned, rotations.apply(v))
    assert np.allclose(np.asarray(r.matrix_from_quat(array(q))) @ v[..., None], turned[..., None])


def test_conjugate_undoes(array, some):
    q, _ = some
    same_turn(r.quat_mul(array(q), r.quat_conj(array(q))), [1.0, 0, 0, 0])


def test_matrix_and_back_for_every_angle_up_to_a_half_turn(array):
    axes = np.random.default_rng(2).normal(size=(40, 3))
    axes /= np.linalg.norm(axes, axis=-1, keepdims=True)
    axes[:3] = np.eye(3)
    for angle in (0.0, 1e-8, 1e-3, 1.0, 3.14, np.pi - 1e-6, np.pi):
        q = r.quat_from_rotvec(array(axes * angle))
        back = r.quat_from_matrix(r.matrix_from_quat(q))
        same_turn(back, q, 1e-12)
        assert np.asarray(back)[..., 0].min() >= 0


def test_rotation_vector_and_back(array):
    v = np.random.default_rng(3).normal(size=(60, 3))
    v *= np.linspace(0, np.pi - 1e-4, 60)[:, None] / np.linalg.norm(v, axis=-1, keepdims=True)
    q = r.quat_from_rotvec(array(v))
    same_turn(q, scipy_quat(Rotation.from_rotvec(v)), 1e-12)
    assert np.allclose(np.asarray(r.rotvec_from_quat(q)), v, atol=1e-9)


def test_tiny_rotation_vectors_keep_their_size_in_float32(array):
    v = np.array([[1e-5, 0, 0], [0, -3e-6, 0], [0, 0, 0]], np.float32)
    assert np.allclose(
        np.asarray(r.rotvec_from_quat(r.quat_from_rotvec(array(v)))), v, rtol=1e-3, atol=1e-12
    )


@pytest.mark.parametrize("order", ["xyz", "xzy", "yxz", "yzx", "zxy", "zyx"])
def test_euler_angles_and_back(array, order):
    rng = np.random.default_rng(4)
    angles = rng.uniform(-np.pi, np.pi, (40, 3)) * [1, 0.49, 1]
    q = r.quat_from_euler(order, array(angles))
    same_turn(q, scipy_quat(Rotation.from_euler(order.upper(), angles)), 1e-12)
    assert np.allclose(
        np.asarray(r.euler_from_matrix(order, r.matrix_from_quat(q))), angles, atol=1e-7
    )


@pytest.mark.parametrize("order", ["xyz", "zxy", "yxz"])
@pytest.mark.parametrize("middle", [np.pi / 2, -np.pi / 2])
def test_euler_angles_at_gimbal_lock_give_the_same_rotation(array, order, middle):
    q = r.quat_from_euler(order, array(np.array([[0.7, middle, -0.3], [2.0, middle, 1.0]])))
    angles = r.euler_from_matrix(order, r.matrix_from_quat(q))
    assert np.allclose(np.asarray(angles)[:, 2], 0)
    same_turn(r.quat_from_euler(order, angles), q, 1e-7)


@pytest.mark.parametrize("order", ["xyz", "xzy", "yxz", "yzx", "zxy", "zyx"])
@pytest.mark.parametrize("short_of_lock", [1e-2, 3e-4, 1e-6])
def test_euler_angles_stay_exact_on_the_way_into_gimbal_lock(array, order, short_of_lock):
    angles = np.random.default_rng(8).uniform(-3, 3, (40, 3))
    angles[:, 1] = np.where(np.arange(40) % 2, 1, -1) * (np.pi / 2 - short_of_lock)
    q = r.quat_from_euler(order, array(angles))
    same_turn(r.quat_from_euler(order, r.euler_from_matrix(order, r.matrix_from_quat(q))), q, 1e-9)


def test_six_numbers_are_the_first_two_columns(array, some):
    q, rotations = some
    six = r.sixd_from_matrix(r.matrix_from_quat(array(q)))
    matrix = rotations.as_matrix()
    assert np.allclose(np.asarray(six), np.concatenate([matrix[..., 0], matrix[..., 1]], axis=-1))
    assert np.allclose(np.asarray(r.matrix_from_6d(six)), matrix)


def test_any_six_numbers_give_a_rotation(array):
    m = np.asarray(r.matrix_from_6d(array(np.random.default_rng(5).normal(size=(30, 6)))))
    assert np.allclose(m @ np.swapaxes(m, -1, -2), np.eye(3), atol=1e-12)
    assert np.allclose(np.linalg.det(m), 1)


def test_published_code_keeps_rows_where_ours_keeps_columns(array):
    golden = np.load(GOLDEN)
    angles = golden["axis_angle"].astype(np.float64)
    matrix = r.matrix_from_quat(r.quat_from_rotvec(array(angles)))
    assert np.allclose(np.asarray(r.rows_from_matrix(matrix)), golden["rot6d"], atol=2e-6)
    rows = array(golden["rot6d"].astype(np.float64))
    back = r.transpose(r.matrix_from_6d(rows))
    assert np.allclose(np.asarray(back), golden["rot6d_back_matrix"], atol=2e-6)


def test_gram_schmidt_on_rows_as_published(array):
    golden = np.load(GOLDEN)
    rows = array(golden["raw6d"].astype(np.float64))
    matrix = r.transpose(r.matrix_from_6d(rows))
    assert np.allclose(np.asarray(matrix), golden["raw6d_matrix"], atol=2e-6)


def test_slerp_as_published_and_as_scipy(array):
    golden = np.load(GOLDEN)
    a, b = (golden[k].astype(np.float64) for k in ("slerp_a", "slerp_b"))
    a, b = (x / np.linalg.norm(x, axis=-1, keepdims=True) for x in (a, b))
    t = np.broadcast_to(golden["slerp_w"].astype(np.float64), a.shape[:-1])
    blended = np.asarray(r.slerp(array(a), array(b), array(t.copy())))
    expected = golden["slerp_out"] / np.linalg.norm(golden["slerp_out"], axis=-1, keepdims=True)
    same_turn(blended, expected, 2e-6)
    pair = Rotation.from_quat(np.stack([a[0, 0, 0], b[0, 0, 0]])[:, [1, 2, 3, 0]])
    same_turn(
        r.slerp(array(a[0, 0, 0]), array(b[0, 0, 0]), array(np.array(0.3))),
        scipy_quat(Slerp([0, 1], pair)(0.3)),
    )


def test_slerp_goes_the_short_way_and_hits_its_ends(array, some):
    q, _ = some
    ends = np.array([0.0, 1.0])
    for end, target in zip(ends, (q[:25], q[25:]), strict=True):
        blended = r.slerp(array(q[:25]), array(-q[25:]), array(np.full(25, end)))
        same_turn(blended, target, 1e-12)


def test_least_turn_between_directions_even_opposite_ones(array):
    a = np.array([[1.0, 0, 0], [0, 1, 0], [0.3, -0.2, 0.9], [0, 0, 2], [1, 0, 0]])
    b = np.array([[0.0, 1, 0], [0, -1, 0], [0.1, 0.9, 0.1], [0, 0, -1], [-1, 0, 0]])
    turned = np.asarray(r.quat_rotate(r.quat_between(array(a), array(b)), array(a)))
    assert np.allclose(
        turned / np.linalg.norm(turned, axis=-1, keepdims=True),
        b / np.linalg.norm(b, axis=-1)[:, None],
    )


def test_yaw_is_the_turn_about_the_vertical(array):
    yaw = np.linspace(-3, 3, 20)
    tilt = r.quat_about("x", array(np.full(20, 0.4)))
    found = r.yaw_of(r.quat_mul(r.quat_about("z", array(yaw)), tilt))
    assert np.allclose(np.asarray(found), yaw)


def test_hemisphere_removes_sign_flips_only(array):
    q = np.asarray(r.quat_about("y", np.linspace(0, 6, 50)))
    flipped = q * np.where(np.random.default_rng(6).random(50) < 0.5, -1, 1)[:, None]
    smooth = np.asarray(r.hemisphere(array(flipped)))
    same_turn(smooth, q, 1e-12)
    assert np.sum(smooth[1:] * smooth[:-1], axis=-1).min() > 0


def test_angle_between_ignores_the_sign_and_sees_small_angles(array):
    q = r.quat_about("z", array(np.array([0.0, 1e-6, 1.0, 3.0])))
    one = r.quat_about("z", array(np.zeros(4)))
    assert np.allclose(np.asarray(r.angle_between(one, -q)), [0, 1e-6, 1.0, 3.0], atol=1e-12)
