# Runs in Godot 3 without a window: where it puts the joints of res://dance.glb at the times in TIMES (seconds, commas), as JSON.
extends SceneTree

func find(node, kind):
	if node.is_class(kind):
		return node
	for child in node.get_children():
		var found = find(child, kind)
		if found:
			return found
	return null

func _init():
	var scene = load("res://dance.glb").instance()
	root.add_child(scene)
	var skeleton = find(scene, "Skeleton")
	var player = find(scene, "AnimationPlayer")
	var name = player.get_animation_list()[0]
	var animation = player.get_animation(name)
	var told = {"frames": 0, "seconds": animation.length, "joints": {}}
	for track in range(animation.get_track_count()):
		told.frames = max(told.frames, animation.track_get_key_count(track))
	player.play(name)
	for time in OS.get_environment("TIMES").split(","):
		player.seek(float(time), true)
		for bone in range(skeleton.get_bone_count()):
			var place = (skeleton.get_global_transform() * skeleton.get_bone_global_pose(bone)).origin
			if not told.joints.has(skeleton.get_bone_name(bone)):
				told.joints[skeleton.get_bone_name(bone)] = []
			told.joints[skeleton.get_bone_name(bone)].append([place.x, place.y, place.z])
	print("JSON" + to_json(told))
	quit()
