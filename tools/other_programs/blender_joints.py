"""Where Blender puts the joints of a glb, bvh, fbx or usd file, as JSON; runs inside Blender.

    python blender_joints.py FILE FPS FRAME [FRAME ...]      frames counted from 0

A Python that has bpy will do, too.
"""

import json
import sys

import bpy


def main(file: str, fps: str, *frames: str) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.render.fps = round(float(fps))
    import_file(file)

    rig = next(thing for thing in scene.objects if thing.type == "ARMATURE")
    first, last = frame_range(scene)
    joints: dict[str, list[list[float]]] = {}
    for frame in map(int, frames):
        scene.frame_set(round(first) + frame)
        for bone in rig.pose.bones:
            joints.setdefault(bone.name, []).append(list(rig.matrix_world @ bone.head))

    rate = scene.render.fps / scene.render.fps_base
    count = round(last - first) + 1
    answer = {"frames": count, "seconds": (last - first) / rate, "joints": joints}
    print("JSON" + json.dumps(answer))


def import_file(file: str) -> None:
    """Into the scene, by its suffix; bvh is in centimetres."""
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


def frame_range(scene) -> tuple[float, float]:
    """First and last frame of the motion; usd brings no action but sets the scene's range."""
    ranges = [action.frame_range for action in bpy.data.actions]
    if not ranges:
        return scene.frame_start, scene.frame_end
    return min(first for first, _ in ranges), max(last for _, last in ranges)


if __name__ == "__main__":
    main(*sys.argv[sys.argv.index("--") + 1 if "--" in sys.argv else 1 :])
