// Marks on a dancer: wrong segments turn red, forces are arrows, the centre of mass a line.

import {
  BufferAttribute, BufferGeometry, ConeGeometry, CylinderGeometry, Group, Line, LineBasicMaterial,
  Mesh, MeshBasicMaterial, Vector3,
} from "three";

import { arrowOf, mostArrows, wrongJoints } from "./mark_frames.js";

const RED = [0.72, 0.045, 0.03]; // linear, as vertex colours are
const PATH = "#f2b25c";
const FORCE = "#5fd0c5";
const SHAFT_RADIUS = 0.011; // metres
const HEAD_LENGTH = 0.07;
const SHORTEST_SHAFT = 0.001; // so that a short arrow is a head and not upside down
const UP = new Vector3(0, 1, 0);

export class Marks {
  // `facts` are wrong spans, arrows of every frame, and a path, as marks.py writes them.
  constructor(facts, fps, dancer) {
    this.spans = facts.wrong;
    this.frames = facts.arrows;
    this.fps = fps;
    this.group = new Group().add(pathLine(facts.path));
    this.arrows = Array.from({ length: mostArrows(facts.arrows) }, () => new Arrow());
    this.arrows.forEach((arrow) => this.group.add(arrow.group));
    this.shown = ""; // the joints that are red now
    dancer.traverse((part) => part.isSkinnedMesh && this.#takeColors(part));
  }

  show(time) {
    const last = this.frames.length - 1;
    const frame = Math.min(Math.max(Math.round(time * this.fps), 0), last);
    this.#paint(wrongJoints(this.spans, frame));
    const row = this.frames[frame] ?? [];
    this.arrows.forEach((arrow, index) => arrow.point(arrowOf(row, index)));
  }

  // A mesh of its own to be coloured (dancers share theirs), and the joint that moves each vertex
  // most.
  #takeColors(mesh) {
    mesh.geometry = mesh.geometry.clone();
    const { color, skinIndex, skinWeight } = mesh.geometry.attributes;
    if (!color) return;
    const size = color.itemSize;
    const numbers = { length: size * color.count };
    const plain = Float32Array.from(numbers, (_, i) => {
      return color.getComponent(Math.floor(i / size), i % size);
    });
    mesh.geometry.setAttribute("color", new BufferAttribute(plain.slice(), size));

    this.plain = plain;
    this.size = size;
    this.color = mesh.geometry.attributes.color;
    this.joints = Array.from({ length: color.count }, (_, vertex) => {
      const weights = [0, 1, 2, 3].map((k) => skinWeight.getComponent(vertex, k));
      return skinIndex.getComponent(vertex, weights.indexOf(Math.max(...weights)));
    });
  }

  #paint(wrong) {
    const key = [...wrong].sort().join();
    if (key === this.shown || !this.color) return;
    this.shown = key;
    this.color.array.set(this.plain);
    this.joints.forEach((joint, vertex) => {
      if (wrong.has(joint)) this.color.array.set(RED, vertex * this.size);
    });
    this.color.needsUpdate = true;
  }
}

function pathLine(millimetres) {
  const metres = Float32Array.from(millimetres, (value) => value / 1000);
  const geometry = new BufferGeometry().setAttribute("position", new BufferAttribute(metres, 3));
  const material = new LineBasicMaterial({ color: PATH, transparent: true, opacity: 0.7 });
  const line = new Line(geometry, material);
  line.frustumCulled = false;
  return line;
}

class Arrow {
  constructor() {
    const material = new MeshBasicMaterial({ color: FORCE });
    this.shaft = new Mesh(new CylinderGeometry(SHAFT_RADIUS, SHAFT_RADIUS, 1), material);
    this.head = new Mesh(new ConeGeometry(3 * SHAFT_RADIUS, HEAD_LENGTH), material);
    this.group = new Group().add(this.shaft, this.head);
  }

  point(arrow) {
    this.group.visible = arrow !== null;
    if (!arrow) return;
    const length = Math.max(arrow.length - HEAD_LENGTH, SHORTEST_SHAFT);
    this.group.position.set(...arrow.start);
    this.group.quaternion.setFromUnitVectors(UP, new Vector3(...arrow.direction));
    this.shaft.scale.y = length;
    this.shaft.position.y = length / 2;
    this.head.position.y = length + HEAD_LENGTH / 2;
  }
}
