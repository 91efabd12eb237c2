// The stage: one renderer and one lit floor for all dances; each has a view of its own.

import { Color, Group, NeutralToneMapping, PCFShadowMap, Scene, WebGLRenderer } from "three";

import { Marks } from "./marks.js";
import { floor, lights } from "./scenery.js";
import { View } from "./view.js";

const BACKGROUND = "#474b54";
const MOST_PIXELS = 2; // per CSS pixel: more costs much and shows nothing

export class Stage {
  constructor() {
    // Browsers offer few WebGL contexts: one draws every dance, one after the other.
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
    const { clientWidth, clientHeight } = view.canvas;
    const [width, height] = [clientWidth, clientHeight].map((side) => Math.round(side * ratio));
    if (!width || !height) return;

    for (const other of this.views) {
      other.dancer.visible = other === view;
      if (other.marks) other.marks.group.visible = other === view;
    }
    view.marks?.show(time);
    view.pose(time);
    view.follow(time);
    // Lights and shadow go along, so that the shadow map is fine where the dancer is.
    this.place.position.set(view.centre.x, 0, view.centre.z);

    this.#fit(width, height);
    view.camera.aspect = width / height;
    view.camera.updateProjectionMatrix();
    this.renderer.render(this.scene, view.camera);
    view.show(this.renderer.domElement, width, height);
  }

  // The drawing buffer only grows: views of different sizes then share it without being made anew
  // for each.
  #fit(width, height) {
    const { width: w, height: h } = this.renderer.domElement;
    if (width > w || height > h) {
      this.renderer.setSize(Math.max(width, w), Math.max(height, h), false);
    }
    this.renderer.setViewport(0, 0, width, height);
    this.renderer.setScissor(0, 0, width, height);
    this.renderer.setScissorTest(true);
  }
}
