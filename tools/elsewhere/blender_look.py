"""What our files look like in Blender: run inside it, or by a Python that has bpy (which is GPL and
no part of footlights).

    python tools/elsewhere/blender_look.py OUT FILE [FILE ...] [--frames 0,30,60]

Of every glb, bvh, fbx and usd file the given frames are rendered into OUT/NAME-KIND.png, side by
side, with Cycles on the processor. Where Blender puts the joints is what elsewhere.py beside this
asks.
"""

import sys
from pathlib import Path

import bpy
from mathutils import Vector

SIZE, SAMPLES = (220, 300), 12


def load(path: Path) -> None:
    """Import a file into an empty scene at 30 frames a second, without what the importer adds to
    draw bones with.
    """
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = 30
    kind = path.suffix.lower()
    if kind == ".glb":
        bpy.ops.import_scene.gltf(filepath=str(path))
    elif kind == ".bvh":
        bpy.ops.import_anim.bvh(
            filepath=str(path), global_scale=0.01, update_scene_fps=True, update_scene_duration=True
        )
    elif kind == ".fbx":
        bpy.ops.import_scene.fbx(filepath=str(path))
    else:
        bpy.ops.wm.usd_import(filepath=str(path))
    for thing in list(bpy.context.scene.objects):
        if thing.type == "MESH" and kind == ".glb" and not thing.modifiers:
            bpy.data.objects.remove(thing)


def armature():
    """The skeleton of the scene."""
    return next(thing for thing in bpy.context.scene.objects if thing.type == "ARMATURE")


def place(rig, one) -> Vector:
    return rig.matrix_world @ one.head


def stage() -> None:
    """Floor, light and a camera that sees a grown person at the origin; bones are drawn as sticks
    where there is no mesh.
    """
    scene, rig = bpy.context.scene, armature()
    if not any(thing.type == "MESH" for thing in scene.objects):
        sticks(rig)
    bpy.ops.mesh.primitive_plane_add(size=40)
    bpy.ops.object.light_add(type="SUN", rotation=(0.6, 0.2, 0.4))
    bpy.context.object.data.energy = 3
    scene.world = bpy.data.worlds.new("sky")
    scene.world.color = (0.7, 0.72, 0.75)
    bpy.ops.object.camera_add()
    scene.camera = bpy.context.object
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.device = SAMPLES, "CPU"
    scene.render.resolution_x, scene.render.resolution_y = SIZE


def sticks(rig) -> None:
    """A thin cylinder for each bone, so that a bare skeleton can be seen."""
    for one in rig.pose.bones:
        bpy.ops.mesh.primitive_cylinder_add(radius=0.018, depth=1.0)
        stick = bpy.context.object
        stick.name = f"stick {one.name}"


def aim(rig) -> None:
    """Camera and sticks where the dancer is now."""
    scene = bpy.context.scene
    heads = [place(rig, b) for b in rig.pose.bones]
    tall = max(max(h.z for h in heads), 0.4)
    middle = sum((h for h in heads), Vector()) / len(heads)
    target = Vector((middle.x, middle.y, 0.5 * tall))
    scene.camera.location = target + Vector((0.75, -2.15, 0.3)) * (tall / 1.05)
    scene.camera.rotation_euler = (
        (target - scene.camera.location).to_track_quat("-Z", "Y").to_euler()
    )
    for one in rig.pose.bones:
        stick = scene.objects.get(f"stick {one.name}")
        if stick is not None:
            head, tail = place(rig, one), rig.matrix_world @ one.tail
            stick.location, stick.scale = (
                (head + tail) / 2,
                (1, 1, max((tail - head).length, 0.001)),
            )
            stick.rotation_euler = (tail - head).to_track_quat("Z", "Y").to_euler()


def pictured(path: Path, out: Path, frames: list[int]) -> None:
    """Render frames and join them in a row."""
    rig, scene = armature(), bpy.context.scene
    stage()
    wide, high = SIZE
    row = [0.0] * (4 * wide * len(frames) * high)
    for k, frame in enumerate(frames):
        first = min((action.frame_range[0] for action in bpy.data.actions), default=0)
        scene.frame_set(round(first) + frame)
        bpy.context.view_layer.update()
        aim(rig)
        scene.render.filepath = str(out / "one.png")
        bpy.ops.render.render(write_still=True)
        one = bpy.data.images.load(scene.render.filepath)
        pixels = list(one.pixels)
        for y in range(high):
            start = 4 * (y * wide * len(frames) + k * wide)
            row[start : start + 4 * wide] = pixels[4 * y * wide : 4 * (y + 1) * wide]
        bpy.data.images.remove(one)
    whole = bpy.data.images.new("row", wide * len(frames), high)
    whole.pixels = row
    whole.filepath_raw, whole.file_format = str(out / f"{path.stem}-{path.suffix[1:]}.png"), "PNG"
    whole.save()
    (out / "one.png").unlink()


def main(words: list[str]) -> None:
    frames = [0, 30, 60]
    if "--frames" in words:
        at = words.index("--frames")
        frames = [int(n) for n in words[at + 1].split(",")]
        del words[at : at + 2]
    out = Path(words[0]).resolve()
    for name in words[1:]:
        path = Path(name).resolve()
        load(path)
        pictured(path, out, frames)


if __name__ == "__main__":
    main(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:])
