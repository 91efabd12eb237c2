"""Runs in Blender or in a Python that has bpy: where it puts the joints of a glb, bvh, fbx or usd
file, as JSON.

python in_blender.py FILE FPS FRAME [FRAME ...]      frames counted from 0
"""

import json
import sys

import bpy


def main(file: str, fps: str, *frames: str) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps = round(float(fps))
    if file.endswith(".glb"):
        bpy.ops.import_scene.gltf(filepath=file)
    elif file.endswith(".bvh"):
        bpy.ops.import_anim.bvh(
            filepath=file, global_scale=0.01, update_scene_fps=True, update_scene_duration=True
        )
    elif file.endswith(".fbx"):
        bpy.ops.import_scene.fbx(filepath=file)
    else:
        bpy.ops.wm.usd_import(filepath=file)
    rig = next(thing for thing in scene.objects if thing.type == "ARMATURE")
    spans = [action.frame_range for action in bpy.data.actions]
    first, last = (
        (min(s[0] for s in spans), max(s[1] for s in spans))
        if spans
        else (scene.frame_start, scene.frame_end)
    )
    joints: dict[str, list[list[float]]] = {}
    for frame in map(int, frames):
        scene.frame_set(round(first) + frame)
        for bone in rig.pose.bones:
            joints.setdefault(bone.name, []).append(list(rig.matrix_world @ bone.head))
    rate = scene.render.fps / scene.render.fps_base
    print(
        "JSON"
        + json.dumps(
            {"frames": round(last - first) + 1, "seconds": (last - first) / rate, "joints": joints}
        )
    )


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 if "--" in sys.argv else 1 :])
