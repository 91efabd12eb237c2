"""The user's own SMPL model file as a body, made here of the house body."""

import pickle
import sys
import types

import numpy as np
import pytest
from scipy.sparse import csc_matrix

import footlights as fl
from canaries import stepping
from footlights.basics.errors import FootlightsError
from footlights.cli import main
from footlights.formats.smpl_body import read_body
from footlights.motion.body import Body, soles
from footlights.motion.skeleton import SMPL24
from footlights.physics import Humanoid, judge
from smpl_models import smpl_model

HOUSE = Body.load()


@pytest.mark.parametrize("joints", [24, 55])
def test_the_body_is_the_models_turned_z_up_on_the_floor(joints, tmp_path):
    np.savez(tmp_path / "model.npz", **smpl_model(joints))
    body = read_body(tmp_path / "model.npz")
    np.testing.assert_allclose(
        body.skeleton.rest[:22] - body.skeleton.rest[0],
        SMPL24.rest[:22] - SMPL24.rest[0],
        atol=1e-4,
    )
    assert body.vertices[:, 2].min() == pytest.approx(0, abs=1e-6) and len(body.vertices) == len(
        HOUSE.vertices
    )
    most = np.take_along_axis(body.weight_joints, body.weights.argmax(1)[:, None], 1)[:, 0]
    theirs = np.take_along_axis(HOUSE.weight_joints, HOUSE.weights.argmax(1)[:, None], 1)[:, 0]
    assert (most == theirs).mean() > 0.99
    dance = stepping(0.5)
    moved = dance.replace(
        skeleton=body.skeleton, root=dance.root + (body.skeleton.rest[0] - SMPL24.rest[0])
    )
    assert abs(soles(moved, body)[..., 2].min(axis=(1, 2))).max() < 0.02, (
        "its soles stand where ours do"
    )


def test_shape_coefficients_shape_it(tmp_path):
    np.savez(tmp_path / "model.npz", **smpl_model())
    mean, large = (
        read_body(tmp_path / "model.npz"),
        read_body(tmp_path / "model.npz", np.array([1.0])),
    )
    assert np.ptp(large.vertices[:, 2]) == pytest.approx(
        1.1 * np.ptp(mean.vertices[:, 2]), rel=0.01
    )


def test_a_dance_goes_onto_it_as_a_skinned_glb_and_it_has_weight(tmp_path, capsys):
    np.savez(tmp_path / "model.npz", **smpl_model(55, size=0.9))
    fl.write(stepping(1.0), tmp_path / "dance.npz")
    words = [
        "retarget",
        str(tmp_path / "dance.npz"),
        "--to",
        str(tmp_path / "model.npz"),
        "-o",
        str(tmp_path / "out.glb"),
    ]
    assert main(words) == 0
    back = fl.read(tmp_path / "out.glb")
    assert len(back) == 30 and "left_knee" in back.skeleton.names
    body = read_body(tmp_path / "model.npz")
    humanoid = Humanoid.of(body)
    assert humanoid.mass == pytest.approx(0.9**3 * Humanoid.of().mass, rel=0.02)
    from footlights.retargeting.pose_transfer import retarget
    from footlights.retargeting.rig import Rig

    on = retarget(stepping(2.0), Rig.of(body.skeleton))
    assert judge(on.replace(skeleton=body.skeleton), humanoid=humanoid).physics_score > 0.8


@pytest.mark.parametrize("missing", ["weights", "f", "kintree_table"])
def test_S3_another_npz_is_refused_in_one_line(missing, tmp_path):
    model = smpl_model()
    del model[missing]
    np.savez(tmp_path / "model.npz", **model)
    with pytest.raises(FootlightsError, match=missing):
        read_body(tmp_path / "model.npz")
    model[missing] = np.zeros((3, 5))
    np.savez(tmp_path / "model.npz", **model)
    with pytest.raises(FootlightsError, match="no whole SMPL model"):
        read_body(tmp_path / "model.npz")


@pytest.mark.parametrize(("spoil", "why"), [
    (lambda model: model | {"f": model["f"][:, ::-1]}, "inside out"),
    (lambda model: model | {"v_template": 1000 * model["v_template"]}, "it measures"),
    (lambda model: model | {"kintree_table": model["kintree_table"][0]}, "is no whole SMPL model"),
])  # fmt: skip
def test_a_body_that_cannot_be_is_refused(tmp_path, spoil, why):
    np.savez(tmp_path / "model.npz", **spoil(smpl_model()))
    with pytest.raises(FootlightsError, match=why):
        read_body(tmp_path / "model.npz")


class Ch:
    """Pickles as chumpy's variables do: its numbers under "x", beside chumpy's own."""

    def __init__(self, x: np.ndarray) -> None:
        self.__dict__ |= {"_dirty_vars": {"x"}, "_itr": None, "_depends_on_deps": {}, "x": x}


@pytest.fixture
def chumpy(monkeypatch):
    """A package of that name while a model is pickled, and none while it is read."""
    package, inner = types.ModuleType("chumpy"), types.ModuleType("chumpy.ch")
    inner.Ch = Ch
    monkeypatch.setattr(Ch, "__module__", "chumpy.ch")
    monkeypatch.setitem(sys.modules, "chumpy", package)
    monkeypatch.setitem(sys.modules, "chumpy.ch", inner)

    def pickled(model: dict, path, protocol: int):
        path.write_bytes(pickle.dumps(model, protocol))
        monkeypatch.setitem(sys.modules, "chumpy", None)
        monkeypatch.setitem(sys.modules, "chumpy.ch", None)
        return path

    return pickled


@pytest.mark.parametrize("protocol", [0, 2, 4])
def test_the_models_own_pickle_is_read_without_chumpy(tmp_path, chumpy, protocol):
    """As its makers publish it: shapes and template as chumpy's variables, a sparse regressor."""
    model = smpl_model()
    np.savez(tmp_path / "model.npz", **model)
    for name in ("v_template", "shapedirs"):
        model[name] = Ch(model[name])
    model |= {
        "J_regressor": csc_matrix(model["J_regressor"]),
        "bs_style": "lbs",
        "J": Ch(np.zeros((24, 3))),
    }
    body, same = (
        read_body(chumpy(model, tmp_path / "model.pkl", protocol)),
        read_body(tmp_path / "model.npz"),
    )
    assert abs(body.vertices - same.vertices).max() < 1e-6
    assert abs(body.skeleton.offsets - same.skeleton.offsets).max() < 1e-6


def test_S4_a_sparse_table_of_a_thousand_million_rows_is_refused(tmp_path, chumpy):
    table = csc_matrix(np.eye(3))
    table._shape = (10**9, 3)
    with pytest.raises(FootlightsError, match="more than 320 MiB"):
        read_body(chumpy(smpl_model() | {"J_regressor": table}, tmp_path / "model.pkl", 2))


def test_S1_a_model_that_runs_something_is_refused(tmp_path):
    (tmp_path / "model.pkl").write_bytes(
        b"\x80\x02cchumpy.ch\nCh\n)\x81}X\x01\x00\x00\x00xcos\nsystem\nX\x05\x00\x00\x00touch\x85Rsb."
    )
    with pytest.raises(FootlightsError, match=r"asks to run os.system"):
        read_body(tmp_path / "model.pkl")
