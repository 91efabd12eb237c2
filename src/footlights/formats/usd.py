"""USD: the skinned dancer as a UsdSkel character with its dance, for Houdini, Omniverse and Unreal.

Needs usd-core.
"""

import os
from typing import Any

import numpy as np

from ..basics.errors import FootlightsError
from ..basics.whole_files import writing
from ..motion.body import Body
from ..motion.motion import Motion
from ..motion.skeleton import SMPL24, Skeleton
from .glb import Figure, bones, dressed


def write(motion: Motion, path: str | os.PathLike[str]) -> None:
    """Writes one clip as a skinned mesh with one animation: z up, metres, a time code for each
    frame.

    On the house skeleton it moves the house body, on any other a figure of its bones. A name in
    .usda gives text.

    Raises:
        FootlightsError: usd-core is not installed, or the place cannot be written.
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
    skeleton.CreateBindTransformsAttr(_moves(motion.skeleton.rest))
    skeleton.CreateRestTransformsAttr(_moves(motion.skeleton.offsets))
    binding = UsdSkel.BindingAPI.Apply(skeleton.GetPrim())
    binding.CreateAnimationSourceRel().SetTargets([Sdf.Path("/dancer/dance")])
    figure = dressed(Body.load()) if motion.skeleton == SMPL24 else bones(motion.skeleton)
    mesh = UsdGeom.Mesh.Define(stage, "/dancer/body")
    _skin(mesh, figure, Sdf.Path("/dancer/skeleton"))
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


def _moves(places: np.ndarray) -> Any:
    """Matrices that move and do not turn, one for each of the places (J, 3); USD's stand on their
    side.
    """
    from pxr import Gf, Vt

    return Vt.Matrix4dArray(
        [Gf.Matrix4d(1).SetTranslate(Gf.Vec3d(*map(float, place))) for place in places]
    )


def _animate(animation: Any, motion: Motion, joints: list[str]) -> None:
    """A sample of every joint's place, turn and size for every frame."""
    from pxr import Gf, Vt

    animation.CreateJointsAttr(joints)
    animation.CreateScalesAttr(Vt.Vec3hArray([Gf.Vec3h(1, 1, 1)] * len(joints)))
    places, turns = animation.CreateTranslationsAttr(), animation.CreateRotationsAttr()
    offsets = np.array(motion.skeleton.offsets, np.float32)
    for frame, (root, rotations) in enumerate(
        zip(motion.root, motion.continuous().rotations, strict=True)
    ):
        offsets[0] = root
        places.Set(Vt.Vec3fArray.FromNumpy(offsets.copy()), frame)
        turns.Set(Vt.QuatfArray([Gf.Quatf(*map(float, q)) for q in rotations]), frame)


def _skin(mesh: Any, figure: Figure, skeleton: Any) -> None:
    from pxr import UsdSkel, Vt

    mesh.CreatePointsAttr(
        Vt.Vec3fArray.FromNumpy(np.ascontiguousarray(figure.vertices, np.float32))
    )
    mesh.CreateFaceVertexIndicesAttr(
        Vt.IntArray.FromNumpy(np.ascontiguousarray(figure.faces.reshape(-1), np.int32))
    )
    mesh.CreateFaceVertexCountsAttr(Vt.IntArray.FromNumpy(np.full(len(figure.faces), 3, np.int32)))
    mesh.CreateSubdivisionSchemeAttr("none")
    colors = mesh.CreateDisplayColorPrimvar("vertex")
    colors.Set(Vt.Vec3fArray.FromNumpy(((figure.colors / 255) ** 2.2).astype(np.float32)))
    binding = UsdSkel.BindingAPI.Apply(mesh.GetPrim())
    binding.CreateSkeletonRel().SetTargets([skeleton])
    weights = figure.weights / figure.weights.sum(1, keepdims=True)
    joints = np.where(weights > 0, figure.joints, 0)
    binding.CreateJointIndicesPrimvar(False, 4).Set(
        Vt.IntArray.FromNumpy(joints.reshape(-1).astype(np.int32))
    )
    binding.CreateJointWeightsPrimvar(False, 4).Set(
        Vt.FloatArray.FromNumpy(weights.reshape(-1).astype(np.float32))
    )


def _extent(motion: Motion) -> Any:
    """The box around the dance, with room for flesh around the bones."""
    from pxr import Gf, Vt

    places = motion.positions.reshape(-1, 3).astype(np.float64)
    corners = (places.min(0) - 0.3, places.max(0) + 0.3)
    return Vt.Vec3fArray([Gf.Vec3f(*map(float, corner)) for corner in corners])
