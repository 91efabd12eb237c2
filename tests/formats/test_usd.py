"""USD files, read back by usd-core itself: joints and skin stand where the house puts them."""

import sys

import numpy as np
import pytest

from footlights.basics.errors import FootlightsError
from footlights.formats import write
from footlights.motion.body import Body
from moving import TRIPOD, swaying


def test_without_usd_core_it_is_said_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "pxr", None)
    with pytest.raises(FootlightsError, match=r"pip install 'footlights\[usd\]'"):
        write(swaying(0.1), tmp_path / "a.usdc")
    assert not list(tmp_path.iterdir())


def opened(path):
    usd = pytest.importorskip("pxr", reason="USD files are read by usd-core")
    from pxr import Usd, UsdSkel

    assert usd
    stage = Usd.Stage.Open(str(path))
    cache = UsdSkel.Cache()
    root = UsdSkel.Root(stage.GetPrimAtPath("/dancer"))
    cache.Populate(root, Usd.PrimDefaultPredicate)
    return (
        stage,
        cache,
        cache.GetSkelQuery(UsdSkel.Skeleton(stage.GetPrimAtPath("/dancer/skeleton"))),
    )


@pytest.mark.parametrize("suffix", ["usdc", "usda"])
@pytest.mark.parametrize(
    "motion", [swaying(0.5, 59.94), swaying(0.5, skeleton=TRIPOD)], ids=["house", "tripod"]
)
def test_N4_joints_stand_where_forward_kinematics_puts_them(tmp_path, motion, suffix):
    pytest.importorskip("pxr", reason="USD files need usd-core")
    from pxr import UsdGeom

    write(motion, tmp_path / f"a.{suffix}")
    stage, _, query = opened(tmp_path / f"a.{suffix}")
    assert stage.GetTimeCodesPerSecond() == motion.fps and stage.GetEndTimeCode() == len(motion) - 1
    assert UsdGeom.GetStageUpAxis(stage) == "Z" and UsdGeom.GetStageMetersPerUnit(stage) == 1
    for frame in (0, 7, len(motion) - 1):
        matrices = np.array(query.ComputeJointSkelTransforms(frame))
        assert abs(matrices[:, 3, :3] - motion.positions[frame]).max() < 1e-4


def test_N4_skin_follows_as_the_house_body_does(tmp_path):
    pytest.importorskip("pxr", reason="USD files need usd-core")
    from pxr import Usd, UsdSkel

    motion = swaying(0.5)
    write(motion, tmp_path / "a.usdc")
    stage, _, query = opened(tmp_path / "a.usdc")
    assert UsdSkel.BakeSkinning(UsdSkel.Root(stage.GetPrimAtPath("/dancer")))
    points = np.array(
        stage.GetPrimAtPath("/dancer/body").GetAttribute("points").Get(Usd.TimeCode(9))
    )
    assert abs(points - Body.load().skin(motion[9:10])[0]).max() < 1e-3
    assert query.HasBindPose()
