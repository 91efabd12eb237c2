// Marks: what is drawn on a dancer besides the dance. Segments that are wrong turn red, forces are arrows, the centre of mass a line.

import { BufferAttribute, BufferGeometry, ConeGeometry, CylinderGeometry, Group, Line, LineBasicMaterial, Mesh, MeshBasicMaterial, Vector3 } from "three";

const RED = [0.72, 0.045, 0.03]; // linear
const SHAFT = 0.011, HEAD = 0.07; // metres
const UP = new Vector3(0, 1, 0);

export class Marks {
  constructor(facts, fps, dancer) {
    Object.assign(this, facts, { fps, shown: "" });
    this.group = new Group().add(path(facts.path));
    this.pointers = [];
    const most = facts.arrows.reduce((many, row) => Math.max(many, row.length / 6), 0);
    for (let i = 0; i < most; i++) this.pointers.push(pointer(this.group));
    dancer.traverse((part) => part.isSkinnedMesh && this.#own(part));
  }

  // A mesh of its own to be coloured, and the joint that moves each of its vertices most.
  #own(mesh) {
    mesh.geometry = mesh.geometry.clone();
    const { color, skinIndex, skinWeight } = mesh.geometry.attributes;
    if (!color) return;
    const size = color.itemSize;
    const plain = Float32Array.from({ length: size * color.count }, (_, i) => color.getComponent(Math.floor(i / size), i % size));
    mesh.geometry.setAttribute("color", new BufferAttribute(plain.slice(), size));
    const joints = Array.from({ length: color.count }, (_, vertex) => {
      const weights = [0, 1, 2, 3].map((k) => skinWeight.getComponent(vertex, k));
      return skinIndex.getComponent(vertex, weights.indexOf(Math.max(...weights)));
    });
    Object.assign(this, { plain, joints, size, color: mesh.geometry.attributes.color });
  }

  show(time) {
    const frame = Math.min(Math.max(Math.round(time * this.fps), 0), this.arrows.length - 1);
    const wrong = new Set(this.wrong.filter(([, start, end]) => frame >= start && frame < end).map(([joint]) => joint));
    this.#paint(wrong);
    const row = this.arrows[frame] ?? [];
    this.pointers.forEach((arrow, i) => arrow.point(row.slice(6 * i, 6 * i + 6)));
  }

  #paint(wrong) {
    const key = [...wrong].sort().join();
    if (key === this.shown || !this.color) return;
    this.shown = key;
    this.color.array.set(this.plain);
    this.joints.forEach((joint, vertex) => wrong.has(joint) && this.color.array.set(RED, vertex * this.size));
    this.color.needsUpdate = true;
  }
}

function path(millimetres) {
  const places = new BufferAttribute(Float32Array.from(millimetres, (value) => value / 1000), 3);
  const line = new Line(new BufferGeometry().setAttribute("position", places), new LineBasicMaterial({ color: "#f2b25c", transparent: true, opacity: 0.7 }));
  line.frustumCulled = false;
  return line;
}

function pointer(group) {
  const material = new MeshBasicMaterial({ color: "#5fd0c5" });
  const shaft = new Mesh(new CylinderGeometry(SHAFT, SHAFT, 1), material);
  const head = new Mesh(new ConeGeometry(3 * SHAFT, HEAD), material);
  const arrow = new Group().add(shaft, head);
  group.add(arrow);
  const point = (ends) => {
    arrow.visible = ends.length === 6;
    if (!arrow.visible) return;
    const [start, end] = [new Vector3(...ends.slice(0, 3)).divideScalar(1000), new Vector3(...ends.slice(3)).divideScalar(1000)];
    const way = end.clone().sub(start);
    const long = Math.max(way.length() - HEAD, 0.001);
    arrow.position.copy(start);
    arrow.quaternion.setFromUnitVectors(UP, way.normalize());
    shaft.scale.y = long;
    shaft.position.y = long / 2;
    head.position.y = long + HEAD / 2;
  };
  return { point };
}
