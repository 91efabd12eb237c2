// The stage: one renderer and one lit floor; every dance has its dancer, its camera and a canvas that receives the picture.

import {
  Box3, Color, DirectionalLight, Group, HemisphereLight, MathUtils, Mesh, NeutralToneMapping, PCFShadowMap, PerspectiveCamera,
  PlaneGeometry, Quaternion, Scene, ShaderMaterial, ShadowMaterial, Spherical, Vector3, WebGLRenderer,
} from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { clone } from "three/addons/utils/SkeletonUtils.js";

import { Marks } from "./marks.js";

const BACKGROUND = "#474b54";
const MOST_PIXELS = 2; // per CSS pixel: more costs much and shows nothing
const FOLLOW_SECONDS = 1.2; // the camera goes with the dancer's path averaged over this time, so steps stay visible

export class Stage {
  constructor() {
    this.renderer = new WebGLRenderer({ antialias: true });
    this.renderer.shadowMap.enabled = true;
    this.renderer.shadowMap.type = PCFShadowMap;
    this.renderer.toneMapping = NeutralToneMapping;
    this.scene = new Scene();
    this.scene.background = new Color(BACKGROUND);
    this.place = new Group().add(...lights(), ...floor());
    this.scene.add(this.place);
    this.views = [];
  }

  add(canvas, body, track, changed) {
    const view = new View(canvas, body, track, changed);
    this.scene.add(view.dancer);
    this.views.push(view);
    return view;
  }

  mark(view, facts) {
    view.marks = new Marks(facts, view.track.fps, view.dancer);
    this.scene.add(view.marks.group);
  }

  draw(view, time) {
    const ratio = Math.min(devicePixelRatio, MOST_PIXELS);
    const [width, height] = [view.canvas.clientWidth, view.canvas.clientHeight].map((side) => Math.round(side * ratio));
    if (!width || !height) return;
    for (const other of this.views) {
      other.dancer.visible = other === view;
      if (other.marks) other.marks.group.visible = other === view;
    }
    view.marks?.show(time);
    view.pose(time);
    view.follow(time);
    this.place.position.set(view.centre.x, 0, view.centre.z);
    this.#fit(width, height);
    view.camera.aspect = width / height;
    view.camera.updateProjectionMatrix();
    this.renderer.render(this.scene, view.camera);
    view.show(this.renderer.domElement, width, height);
  }

  // The drawing buffer only grows: views of different sizes then share it without being made anew for each.
  #fit(width, height) {
    const { width: w, height: h } = this.renderer.domElement;
    if (width > w || height > h) this.renderer.setSize(Math.max(width, w), Math.max(height, h), false);
    this.renderer.setViewport(0, 0, width, height);
    this.renderer.setScissor(0, 0, width, height);
    this.renderer.setScissorTest(true);
  }
}

class View {
  constructor(canvas, body, track, changed) {
    Object.assign(this, { canvas, track, shown: true, centre: new Vector3() });
    this.dancer = clone(body);
    this.dancer.traverse((part) => {
      if (!part.isSkinnedMesh) return;
      part.castShadow = true;
      part.frustumCulled = false; // its box is the rest pose's
      this.bones = part.skeleton.bones;
    });
    this.height = this.#tall();
    this.picture = canvas.getContext("2d", { alpha: false });
    this.camera = new PerspectiveCamera(28, 1, 0.05, 60);
    this.controls = new OrbitControls(this.camera, canvas);
    Object.assign(this.controls, { enableZoom: false, maxPolarAngle: 1.62, minDistance: 0.4, maxDistance: 20 });
    canvas.style.touchAction = "pan-y"; // a vertical swipe scrolls the page, a horizontal one turns the view
    this.controls.addEventListener("change", changed);
    canvas.addEventListener("focus", () => (this.controls.enableZoom = true));
    canvas.addEventListener("blur", () => (this.controls.enableZoom = false));
    canvas.addEventListener("dblclick", () => this.look(0.45));
    this.look(0.45);
  }

  // How tall the figure is, metres: its widest extent at rest, since a foreign skeleton need not stand upright there.
  #tall() {
    const box = new Box3().setFromPoints(this.bones.map((bone) => bone.getWorldPosition(new Vector3())));
    return 1.06 * Math.max(...box.getSize(new Vector3()).toArray());
  }

  // Look at the dancer from `turn` radians beside its front at the clip's start.
  look(turn) {
    const facing = new Vector3(0, 0, 1).applyQuaternion(this.track.rotation(0, 0, new Quaternion()));
    const azimuth = Math.atan2(facing.x, facing.z) + turn;
    this.controls.target.set(this.centre.x, 0.53 * this.height, this.centre.z);
    this.camera.position.setFromSpherical(new Spherical(3.05 * this.height, MathUtils.degToRad(82), azimuth)).add(this.controls.target);
    this.controls.update();
  }

  pose(time) {
    this.track.place(time, this.bones[0].position);
    this.bones.forEach((bone, joint) => this.track.rotation(time, joint, bone.quaternion));
    this.dancer.updateMatrixWorld(true);
  }

  follow(time) {
    const before = this.centre.clone();
    this.track.path(time, this.centre);
    const step = this.centre.clone().sub(before);
    if (step.lengthSq() < 1e-12) return;
    this.camera.position.add(step);
    this.controls.target.add(step);
    this.camera.lookAt(this.controls.target);
    this.camera.updateMatrixWorld();
  }

  show(source, width, height) {
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
    this.picture.drawImage(source, 0, source.height - height, width, height, 0, 0, width, height);
  }
}

// A dance's numbers: root places float32 (T, 3), then rotations x y z w int16 (T, J, 4) as steps from frame to frame.
export class Track {
  constructor(buffer, { fps, frames, joints }) {
    Object.assign(this, { fps, frames, joints });
    this.root = new Float32Array(buffer, 0, 3 * frames);
    this.turns = new Int16Array(buffer, 12 * frames, 4 * joints * frames);
    for (let i = 4 * joints; i < this.turns.length; i++) this.turns[i] += this.turns[i - 4 * joints];
    this.smooth = averaged(this.root, frames, Math.round((FOLLOW_SECONDS * fps) / 2));
    this.from = new Quaternion();
    this.to = new Quaternion();
  }

  at(time) {
    const frame = Math.min(Math.max(time * this.fps, 0), this.frames - 1);
    const low = Math.min(Math.floor(frame), Math.max(this.frames - 2, 0));
    return [low, Math.min(low + 1, this.frames - 1), frame - low];
  }

  rotation(time, joint, out) {
    const [low, high, share] = this.at(time);
    this.from.fromArray(this.turns, 4 * (low * this.joints + joint)).normalize();
    this.to.fromArray(this.turns, 4 * (high * this.joints + joint)).normalize();
    return out.slerpQuaternions(this.from, this.to, share);
  }

  place(time, out) {
    return this.#blend(this.root, time, out);
  }

  path(time, out) {
    this.#blend(this.smooth, time, out).y = 0;
    return out;
  }

  #blend(values, time, out) {
    const [low, high, share] = this.at(time);
    const [a, b] = [3 * low, 3 * high];
    return out.set(...[0, 1, 2].map((i) => MathUtils.lerp(values[a + i], values[b + i], share)));
  }
}

function averaged(root, frames, reach) {
  const out = new Float32Array(3 * frames);
  for (let axis = 0; axis < 3; axis++) {
    const sums = [0];
    for (let t = 0; t < frames; t++) sums.push(sums[t] + root[3 * t + axis]);
    for (let t = 0; t < frames; t++) {
      const near = Math.min(reach, t, frames - 1 - t);
      out[3 * t + axis] = (sums[t + near + 1] - sums[t - near]) / (2 * near + 1);
    }
  }
  return out;
}

function lights() {
  const key = new DirectionalLight("#fff1dc", 4.2);
  key.position.set(1.1, 4.2, 1.9);
  key.castShadow = true;
  key.shadow.mapSize.set(2048, 2048);
  Object.assign(key.shadow.camera, { left: -1.8, right: 1.8, bottom: -1.8, top: 1.8, near: 0.5, far: 9 });
  Object.assign(key.shadow, { bias: -0.0004, normalBias: 0.006, radius: 2.5 });
  const rim = new DirectionalLight("#a9c4ff", 2.2);
  rim.position.set(-2, 2.2, -3);
  const foot = new DirectionalLight("#ffd9ad", 1.6);
  foot.position.set(-1.2, 0.25, 3);
  return [key, key.target, rim, rim.target, foot, foot.target, new HemisphereLight("#eef2fa", "#8a8078", 3.2)];
}

// Lines every half metre, brighter every metre, drawn in world places so that the floor stands still while the view follows.
const FLOOR_VERTEX = `varying vec3 place; void main() { vec4 p = modelMatrix * vec4(position, 1.0); place = p.xyz;
  gl_Position = projectionMatrix * viewMatrix * p; }`;
const FLOOR_FRAGMENT = `varying vec3 place; uniform vec3 tint;
  float lines(float step) { vec2 at = place.xz / step; vec2 far = abs(fract(at - 0.5) - 0.5) / (1.3 * fwidth(at));
    return 1.0 - min(min(far.x, far.y), 1.0); }
  void main() { float away = length(place - cameraPosition) / 16.0;
    float line = max(0.16 * lines(0.5), 0.42 * lines(1.0)) + 0.07;
    gl_FragColor = vec4(tint, line * clamp(1.0 - away, 0.0, 1.0)); }`;

function floor() {
  const grid = new ShaderMaterial({
    vertexShader: FLOOR_VERTEX, fragmentShader: FLOOR_FRAGMENT, uniforms: { tint: { value: new Color("#cfd3da") } },
    transparent: true, depthWrite: false,
  });
  const shadow = new ShadowMaterial({ opacity: 0.62, depthWrite: false });
  return [grid, shadow].map((material, order) => {
    const plane = new Mesh(new PlaneGeometry(40, 40), material);
    plane.rotation.x = -Math.PI / 2;
    plane.renderOrder = order;
    plane.receiveShadow = order === 1;
    return plane;
  });
}
