"""What our files look like in Blender: pictures of some frames, side by side.

    python tools/other_programs/blender_picture.py OUT FILE [FILE ...] [--frames 0,30,60]

Run inside Blender, or by a Python that has bpy (which is GPL and no part of footlights). Of every
glb, bvh, fbx and usd file the given frames are rendered into OUT/NAME-KIND.png, with Cycles on the
processor. Where Blender puts the joints is what joint_table.py beside this asks.
"""

import sys
from pathlib import Path

import bpy
from blender_joints import import_file
from mathutils import Vector

WIDTH, HEIGHT = 220, 300  # pixels of one frame's picture
SAMPLES = 12  # rays a pixel
STICK = 0.018  # m, radius of a bone that has no mesh around it

# From the dancer's middle to the camera, metres, where the highest joint is TALL above the floor.
CAMERA, TALL = Vector((0.75, -2.15, 0.3)), 1.05
LOWEST_TALL = 0.4  # m: the camera comes no nearer to one who lies


def main(words: list[str]) -> None:
    frames = [0, 30, 60]
    if "--frames" in words:
        at = words.index("--frames")
        frames = [int(number) for number in words[at + 1].split(",")]
        del words[at : at + 2]

    out = Path(words[0]).resolve()
    for name in words[1:]:
        file = Path(name).resolve()
        load(file)
        render_row(out / f"{file.stem}-{file.suffix[1:]}.png", frames)


def load(file: Path) -> None:
    """Import a file into an empty scene at 30 frames a second."""
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.context.scene.render.fps = 30
    import_file(str(file))

    # The importer of glb adds a mesh to draw bones with, which no modifier moves.
    for thing in list(bpy.context.scene.objects):
        if thing.type == "MESH" and file.suffix.lower() == ".glb" and not thing.modifiers:
            bpy.data.objects.remove(thing)


def render_row(picture: Path, frames: list[int]) -> None:
    """Render frames and join them in a row."""
    rig = next(thing for thing in bpy.context.scene.objects if thing.type == "ARMATURE")
    set_scene(rig)
    first = min((action.frame_range[0] for action in bpy.data.actions), default=0)
    one_frame = picture.with_name("one.png")

    row = [0.0] * (4 * WIDTH * len(frames) * HEIGHT)  # r g b a, rows from below
    for k, frame in enumerate(frames):
        bpy.context.scene.frame_set(round(first) + frame)
        bpy.context.view_layer.update()
        aim(rig)
        pixels = render(one_frame)
        for y in range(HEIGHT):
            start = 4 * (y * WIDTH * len(frames) + k * WIDTH)
            row[start : start + 4 * WIDTH] = pixels[4 * y * WIDTH : 4 * (y + 1) * WIDTH]
    one_frame.unlink()

    whole = bpy.data.images.new("row", WIDTH * len(frames), HEIGHT)
    whole.pixels = row
    whole.filepath_raw, whole.file_format = str(picture), "PNG"
    whole.save()


def set_scene(rig) -> None:
    """Floor, light, a camera, and sticks for bones where there is no mesh."""
    scene = bpy.context.scene
    if not any(thing.type == "MESH" for thing in scene.objects):
        add_sticks(rig)

    bpy.ops.mesh.primitive_plane_add(size=40)
    bpy.ops.object.light_add(type="SUN", rotation=(0.6, 0.2, 0.4))
    bpy.context.object.data.energy = 3
    scene.world = bpy.data.worlds.new("sky")
    scene.world.color = (0.7, 0.72, 0.75)
    bpy.ops.object.camera_add()
    scene.camera = bpy.context.object

    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.device = SAMPLES, "CPU"
    scene.render.resolution_x, scene.render.resolution_y = WIDTH, HEIGHT


def add_sticks(rig) -> None:
    """A thin cylinder for each bone, so that a bare skeleton can be seen."""
    for bone in rig.pose.bones:
        bpy.ops.mesh.primitive_cylinder_add(radius=STICK, depth=1.0)
        bpy.context.object.name = f"stick {bone.name}"


def aim(rig) -> None:
    """Camera and sticks to where the dancer is now."""
    scene = bpy.context.scene
    heads = [rig.matrix_world @ bone.head for bone in rig.pose.bones]
    tall = max(max(head.z for head in heads), LOWEST_TALL)
    middle = sum(heads, Vector()) / len(heads)
    target = Vector((middle.x, middle.y, 0.5 * tall))
    scene.camera.location = target + CAMERA * (tall / TALL)
    towards = target - scene.camera.location
    scene.camera.rotation_euler = towards.to_track_quat("-Z", "Y").to_euler()

    for bone, head in zip(rig.pose.bones, heads, strict=True):
        stick = scene.objects.get(f"stick {bone.name}")
        if stick is not None:
            along = rig.matrix_world @ bone.tail - head
            stick.location = head + along / 2
            stick.scale = (1, 1, max(along.length, 0.001))
            stick.rotation_euler = along.to_track_quat("Z", "Y").to_euler()


def render(file: Path) -> list[float]:
    """The scene as the camera sees it, pixel after pixel."""
    bpy.context.scene.render.filepath = str(file)
    bpy.ops.render.render(write_still=True)
    image = bpy.data.images.load(str(file))
    pixels = list(image.pixels)
    bpy.data.images.remove(image)
    return pixels


if __name__ == "__main__":
    main(sys.argv[sys.argv.index("--") + 1 :] if "--" in sys.argv else sys.argv[1:])
