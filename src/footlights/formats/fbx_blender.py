"""Runs inside Blender, not here: glTF to FBX or back, at a rate where no frame is lost."""

import sys
from typing import Any


def main(task: str, source: str, target: str, fps: str) -> None:
    """Convert ``source`` to ``target``.

    ``task`` is "write" (glTF to FBX at ``fps``) or "read" (FBX to glTF, its rate beside it).
    """
    import bpy

    bpy.ops.wm.read_factory_settings(use_empty=True)
    if task == "write":
        _gltf_to_fbx(bpy, source, target, float(fps))
    else:
        _fbx_to_gltf(bpy, source, target)


def _gltf_to_fbx(bpy: Any, source: str, target: str, fps: float) -> None:
    scene = bpy.context.scene
    # The rate as which the glTF is written: its importer counts frames in whole rates only.
    whole = max(1, round(fps))
    scene.render.fps = whole
    bpy.ops.import_scene.gltf(filepath=source)

    # What the importer adds to draw bones with is no part of the character.
    for item in list(scene.objects):
        is_skinned = any(modifier.type == "ARMATURE" for modifier in item.modifiers)
        if item.type == "MESH" and not is_skinned:
            bpy.data.objects.remove(item)

    scene.render.fps_base = whole / fps
    _span_actions(bpy, scene)
    bpy.ops.export_scene.fbx(
        filepath=target,
        object_types={"ARMATURE", "MESH"},
        add_leaf_bones=False,
        bake_anim=True,
        bake_anim_use_all_bones=True,
        bake_anim_use_nla_strips=False,
        bake_anim_use_all_actions=False,
        bake_anim_simplify_factor=0.0,
        apply_scale_options="FBX_SCALE_UNITS",
    )


def _fbx_to_gltf(bpy: Any, source: str, target: str) -> None:
    scene = bpy.context.scene
    bpy.ops.import_scene.fbx(filepath=source)
    if not any(item.type == "ARMATURE" for item in scene.objects):
        raise SystemExit("Error: there is no skeleton in this file")

    rate = scene.render.fps / scene.render.fps_base
    if scene.render.fps_base != 1.0:
        _put_keys_on_frames(bpy, rate / scene.render.fps)
    _span_actions(bpy, scene)
    with open(target + ".fps", "w", encoding="ascii") as file:
        file.write(f"{rate:.6g}")  # Blender holds it in single precision

    scene.render.fps_base = 1.0
    bpy.ops.export_scene.gltf(
        filepath=target,
        export_format="GLB",
        export_animations=True,
        export_animation_mode="ACTIVE_ACTIONS",
        export_optimize_animation_size=False,
        export_skins=True,
        export_def_bones=False,
        export_lights=False,
        export_cameras=False,
    )


def _put_keys_on_frames(bpy: Any, share: float) -> None:
    """Moves keys of fractional rates to whole frames.

    The importer (Blender 5.0) counts them in the whole rate next to it; ``share`` is the true rate
    over that one.
    """
    import numpy as np

    start = 1.0  # the frame at which the importer puts the file's second 0
    curves = [curve for action in bpy.data.actions for curve in _curves(action)]
    keys = [np.empty(2 * len(curve.keyframe_points)) for curve in curves]
    for curve, points in zip(curves, keys, strict=True):
        curve.keyframe_points.foreach_get("co", points)

    # Only where it helps: other versions of Blender have them there already.
    frames = np.concatenate([points[::2] for points in keys] or [np.zeros(0)])
    rescaled = start + (frames - start) * share
    if np.abs(rescaled - rescaled.round()).sum() >= np.abs(frames - frames.round()).sum():
        return
    for curve, points in zip(curves, keys, strict=True):
        points[::2] = (start + (points[::2] - start) * share).round(3)
        curve.keyframe_points.foreach_set("co", points)
        curve.update()


def _curves(action: Any) -> Any:
    """The curves of an action, by the words of Blender 5 or of those before."""
    if hasattr(action, "fcurves"):
        return action.fcurves
    return [
        curve
        for layer in action.layers
        for strip in layer.strips
        for bag in strip.channelbags
        for curve in bag.fcurves
    ]


def _span_actions(bpy: Any, scene: Any) -> None:
    """Makes the scene last as long as its actions."""
    spans = [action.frame_range for action in bpy.data.actions]
    if spans:
        scene.frame_start = int(min(span[0] for span in spans))
        scene.frame_end = round(max(span[1] for span in spans))


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 :])
