"""USD: the skinned dancer as a UsdSkel character with its dance; needs usd-core."""

import os
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.motion import Motion
from ..motion.skeleton import Skeleton
from .figure import Figure, figure_of

_FLESH = 0.3  # metres that a body may reach beyond its joints
_GAMMA = 2.2  # from sRGB to linear light, about


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes one clip as a skinned mesh with one animation, for Houdini, Omniverse and Unreal.

    z up, metres, a time code for each frame. On the house skeleton it moves the house body, on any
    other a figure of its bones. A name in .usda gives text.

    Raises:
        FootlightsError: usd-core is not installed, or the file cannot be written there.
    """
    try:
        from pxr import Usd
    except ModuleNotFoundError as error:
        raise FootlightsError(
            "USD files need usd-core", path, "pip install 'footlights[usd]'"
        ) from error
    stage = Usd.Stage.CreateInMemory()
    _compose(stage, motion)
    with writing(path) as temporary:
        if not stage.GetRootLayer().Export(str(temporary)):
            raise FootlightsError(
                "could not be written by usd-core", path, "choose another folder", usage=False
            )


def _compose(stage: Any, motion: Motion) -> None:
    """The whole scene: /dancer holds the skeleton, its animation and the mesh."""
    from pxr import Sdf, UsdGeom, UsdSkel

    UsdGeom.SetStageUpAxis(stage, UsdGeom.Tokens.z)
    UsdGeom.SetStageMetersPerUnit(stage, 1.0)
    stage.SetTimeCodesPerSecond(motion.fps)
    stage.SetFramesPerSecond(motion.fps)
    stage.SetStartTimeCode(0)
    stage.SetEndTimeCode(len(motion) - 1)

    root = UsdSkel.Root.Define(stage, "/dancer")
    stage.SetDefaultPrim(root.GetPrim())
    joints = _joint_paths(motion.skeleton)
    _animate(UsdSkel.Animation.Define(stage, "/dancer/dance"), motion, joints)

    skeleton = UsdSkel.Skeleton.Define(stage, "/dancer/skeleton")
    skeleton.CreateJointsAttr(joints)
    skeleton.CreateBindTransformsAttr(_translations(motion.skeleton.rest))
    skeleton.CreateRestTransformsAttr(_translations(motion.skeleton.offsets))
    binding = UsdSkel.BindingAPI.Apply(skeleton.GetPrim())
    binding.CreateAnimationSourceRel().SetTargets([Sdf.Path("/dancer/dance")])

    mesh = UsdGeom.Mesh.Define(stage, "/dancer/body")
    _add_skin(mesh, figure_of(motion), Sdf.Path("/dancer/skeleton"))
    root.CreateExtentAttr(_extent(motion))


def _joint_paths(skeleton: Skeleton) -> list[str]:
    """USD's name of each joint: those of its ancestors and its own, in letters that USD allows."""
    from pxr import Tf

    paths: list[str] = []
    for name, parent in zip(skeleton.names, skeleton.parents, strict=True):
        above = f"{paths[parent]}/" if parent >= 0 else ""
        path, count = above + Tf.MakeValidIdentifier(name), 1
        while path in paths:
            count += 1
            path = f"{above}{Tf.MakeValidIdentifier(name)}_{count}"
        paths.append(path)
    return paths


def _translations(positions: np.ndarray) -> Any:
    """Matrices that move and do not turn, one for each of the positions (J, 3).

    USD's stand on their side: they multiply rows.
    """
    from pxr import Gf, Vt

    return Vt.Matrix4dArray(
        [Gf.Matrix4d(1).SetTranslate(Gf.Vec3d(*map(float, position))) for position in positions]
    )


def _animate(animation: Any, motion: Motion, joints: list[str]) -> None:
    """A sample of every joint's position, rotation and scale for every frame."""
    from pxr import Gf, Vt

    animation.CreateJointsAttr(joints)
    animation.CreateScalesAttr(Vt.Vec3hArray([Gf.Vec3h(1, 1, 1)] * len(joints)))
    translations, rotations = animation.CreateTranslationsAttr(), animation.CreateRotationsAttr()
    offsets = np.array(motion.skeleton.offsets, np.float32)
    quats = motion.continuous().rotations
    for frame, (root, of_frame) in enumerate(zip(motion.root, quats, strict=True)):
        offsets[0] = root
        translations.Set(Vt.Vec3fArray.FromNumpy(offsets.copy()), frame)
        rotations.Set(Vt.QuatfArray([Gf.Quatf(*map(float, quat)) for quat in of_frame]), frame)


def _add_skin(mesh: Any, figure: Figure, skeleton: Any) -> None:
    from pxr import UsdSkel, Vt

    vertices = np.ascontiguousarray(figure.vertices, np.float32)
    mesh.CreatePointsAttr(Vt.Vec3fArray.FromNumpy(vertices))
    indices = np.ascontiguousarray(figure.faces.reshape(-1), np.int32)
    mesh.CreateFaceVertexIndicesAttr(Vt.IntArray.FromNumpy(indices))
    corners = np.full(len(figure.faces), 3, np.int32)
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(corners))
    mesh.CreateSubdivisionSchemeAttr("none")
    colors = ((figure.colors / 255) ** _GAMMA).astype(np.float32)
    mesh.CreateDisplayColorPrimvar("vertex").Set(Vt.Vec3fArray.FromNumpy(colors))

    binding = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    binding.CreateSkeletonRel().SetTargets([skeleton])
    joints, weights = figure.shares
    binding.CreateJointIndicesPrimvar(False, 4).Set(
        Vt.IntArray.FromNumpy(joints.reshape(-1).astype(np.int32))
    )
    binding.CreateJointWeightsPrimvar(False, 4).Set(
        Vt.FloatArray.FromNumpy(weights.reshape(-1).astype(np.float32))
    )


def _extent(motion: Motion) -> Any:
    """The box around the dance, with room for the body around its bones."""
    from pxr import Gf, Vt

    positions = motion.positions.reshape(-1, 3).astype(np.float64)
    corners = (positions.min(0) - _FLESH, positions.max(0) + _FLESH)
    return Vt.Vec3fArray([Gf.Vec3f(*map(float, corner)) for corner in corners])
