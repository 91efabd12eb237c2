// The view of one dance: its dancer, its camera, and the canvas that receives the picture.

import {
  Box3, MathUtils, PerspectiveCamera, Quaternion, Spherical, Vector3,
} from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { clone } from "three/addons/utils/SkeletonUtils.js";

const ASIDE = 0.45; // radians beside the dancer's front from which a view looks at first
const DISTANCE = 3.05; // times the dancer's height
const LOOK_AT = 0.53; // share of the dancer's height
const TILT = MathUtils.degToRad(82); // from straight down

export class View {
  // `changed` is called when a person turns the view.
  constructor(canvas, body, track, changed) {
    this.canvas = canvas;
    this.track = track;
    this.shown = true; // whether it can be seen on the page now
    this.marks = null;
    this.centre = new Vector3(); // what the camera follows
    this.from = new Quaternion();
    this.to = new Quaternion();

    this.dancer = clone(body);
    this.dancer.traverse((part) => {
      if (!part.isSkinnedMesh) return;
      part.castShadow = true;
      part.frustumCulled = false; // its box is the rest pose's
      this.bones = part.skeleton.bones;
    });
    this.height = this.#heightAtRest();
    this.picture = canvas.getContext("2d", { alpha: false });
    this.camera = new PerspectiveCamera(28, 1, 0.05, 60);
    this.#control(changed);
    this.look(ASIDE);
  }

  // Look at the dancer from `turn` radians beside its front at the clip's start.
  look(turn) {
    const start = this.#rotation(0, 0, new Quaternion());
    const facing = new Vector3(0, 0, 1).applyQuaternion(start);
    const azimuth = Math.atan2(facing.x, facing.z) + turn;
    const target = this.controls.target;
    target.set(this.centre.x, LOOK_AT * this.height, this.centre.z);
    const away = new Spherical(DISTANCE * this.height, TILT, azimuth);
    this.camera.position.setFromSpherical(away).add(target);
    this.controls.update();
  }

  pose(time) {
    this.bones[0].position.set(...this.track.rootPosition(time));
    this.bones.forEach((bone, joint) => this.#rotation(time, joint, bone.quaternion));
    this.dancer.updateMatrixWorld(true);
  }

  // Go with the dancer's path, keeping the direction to which a person has turned the view.
  follow(time) {
    const before = this.centre.clone();
    this.centre.set(...this.track.pathPosition(time));
    const step = this.centre.clone().sub(before);
    if (step.lengthSq() < 1e-12) return;
    this.camera.position.add(step);
    this.controls.target.add(step);
    this.camera.lookAt(this.controls.target);
    this.camera.updateMatrixWorld();
  }

  // Copy the picture from the corner of the renderer's canvas, which may be larger.
  show(source, width, height) {
    const { canvas } = this;
    const fits = canvas.width === width && canvas.height === height;
    if (!fits) Object.assign(canvas, { width, height });
    const top = source.height - height;
    this.picture.drawImage(source, 0, top, width, height, 0, 0, width, height);
  }

  // How tall the figure is, metres: its widest extent at rest, since a foreign skeleton need not
  // stand upright there.
  #heightAtRest() {
    const joints = this.bones.map((bone) => bone.getWorldPosition(new Vector3()));
    const size = new Box3().setFromPoints(joints).getSize(new Vector3());
    return 1.06 * Math.max(...size.toArray()); // the head is taller than its joint
  }

  #control(changed) {
    const { canvas } = this;
    this.controls = new OrbitControls(this.camera, canvas);
    // Zooming only once the view was clicked: a page with many views must still scroll.
    const limits = { enableZoom: false, maxPolarAngle: 1.62, minDistance: 0.4, maxDistance: 20 };
    Object.assign(this.controls, limits);
    this.controls.addEventListener("change", changed);
    canvas.style.touchAction = "pan-y"; // a vertical swipe scrolls, a horizontal one turns
    canvas.addEventListener("focus", () => (this.controls.enableZoom = true));
    canvas.addEventListener("blur", () => (this.controls.enableZoom = false));
    canvas.addEventListener("dblclick", () => this.look(ASIDE));
  }

  #rotation(time, joint, out) {
    const [low, high, share] = this.track.around(time);
    this.from.fromArray(this.track.quaternion(low, joint)).normalize();
    this.to.fromArray(this.track.quaternion(high, joint)).normalize();
    return out.slerpQuaternions(this.from, this.to, share);
  }
}
