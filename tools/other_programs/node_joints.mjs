// Reads a file with three.js (glb, fbx, bvh), with three-vrm (vrma, on a vrm), or with Khronos' glTF validator, and prints as JSON
// where its joints are in the world at the times given.
//
//     node node_joints.mjs three FILE [TIME ...]
//     node node_joints.mjs vrm CHARACTER FILE [TIME ...]
//     node node_joints.mjs validate FILE
import { readFileSync } from 'node:fs';

globalThis.self = globalThis;
globalThis.window = globalThis;
const [, , task, ...rest] = process.argv;
const bytesOf = (file) => {
  const bytes = readFileSync(file);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
};

async function validated(file) {
  const { validateBytes } = (await import('gltf-validator')).default;
  const { issues } = await validateBytes(new Uint8Array(bytesOf(file)));
  return { errors: issues.numErrors, warnings: issues.numWarnings, messages: issues.messages.slice(0, 3) };
}

async function gltf(file, plugins = []) {
  const { GLTFLoader } = await import('three/addons/loaders/GLTFLoader.js');
  const loader = new GLTFLoader();
  for (const plugin of plugins) loader.register(plugin);
  return await new Promise((done, failed) => loader.parse(bytesOf(file), '', done, failed));
}

async function opened(file) {
  const { Group } = await import('three');
  if (file.endsWith('.fbx')) {
    const { FBXLoader } = await import('three/addons/loaders/FBXLoader.js');
    const root = new FBXLoader().parse(bytesOf(file), '');
    return { root, clip: root.animations[0] };
  }
  if (file.endsWith('.bvh')) {
    const { BVHLoader } = await import('three/addons/loaders/BVHLoader.js');
    const { skeleton, clip } = new BVHLoader().parse(readFileSync(file, 'utf8'));
    return { root: new Group().add(skeleton.bones[0]), clip };
  }
  const { scene, animations } = await gltf(file);
  return { root: scene, clip: animations[0] };
}

function bonesOf(root) {
  const bones = {};
  root.traverse((node) => { if (node.isBone) bones[node.name] ??= node; });
  return bones;
}

async function played(root, clip, bones, times, before = () => {}) {
  const { AnimationMixer, LoopOnce, Vector3 } = await import('three');
  const mixer = new AnimationMixer(root);
  const action = mixer.clipAction(clip).setLoop(LoopOnce);
  action.clampWhenFinished = true;
  action.play();
  const joints = {};
  for (const time of times) {
    mixer.setTime(Number(time));
    before();
    root.updateMatrixWorld(true);
    for (const [name, bone] of Object.entries(bones)) (joints[name] ??= []).push(bone.getWorldPosition(new Vector3()).toArray());
  }
  return { frames: Math.max(...clip.tracks.map((track) => track.times.length)), seconds: clip.duration, joints };
}

async function vrm(character, file, times) {
  const { VRMLoaderPlugin } = await import('@pixiv/three-vrm');
  const { VRMAnimationLoaderPlugin, createVRMAnimationClip } = await import('@pixiv/three-vrm-animation');
  const { vrm: dancer } = (await gltf(character, [(parser) => new VRMLoaderPlugin(parser)])).userData;
  const [animation] = (await gltf(file, [(parser) => new VRMAnimationLoaderPlugin(parser)])).userData.vrmAnimations;
  const names = Object.keys(dancer.humanoid.humanBones);
  const bones = Object.fromEntries(names.map((name) => [name, dancer.humanoid.getRawBoneNode(name)]));
  return played(dancer.scene, createVRMAnimationClip(animation, dancer), bones, times, () => dancer.humanoid.update());
}

if (task === 'validate') console.log(JSON.stringify(await validated(rest[0])));
if (task === 'vrm') console.log(JSON.stringify(await vrm(rest[0], rest[1], rest.slice(2))));
if (task === 'three') {
  const { root, clip } = await opened(rest[0]);
  console.log(JSON.stringify(await played(root, clip, bonesOf(root), rest.slice(1))));
}
