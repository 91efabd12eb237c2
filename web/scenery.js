// What every dance is seen with: lights, a floor with lines, shadows.

import {
  Color, DirectionalLight, HemisphereLight, Mesh, PlaneGeometry, ShaderMaterial, ShadowMaterial,
} from "three";

const FLOOR_SIDE = 40; // metres

export function lights() {
  const key = new DirectionalLight("#fff1dc", 4.2);
  key.position.set(1.1, 4.2, 1.9);
  key.castShadow = true;
  key.shadow.mapSize.set(2048, 2048);
  const reach = { left: -1.8, right: 1.8, bottom: -1.8, top: 1.8, near: 0.5, far: 9 };
  Object.assign(key.shadow.camera, reach);
  Object.assign(key.shadow, { bias: -0.0004, normalBias: 0.006, radius: 2.5 });

  const rim = new DirectionalLight("#a9c4ff", 2.2); // from behind: dark clothes get an edge
  rim.position.set(-2, 2.2, -3);
  const foot = new DirectionalLight("#ffd9ad", 1.6); // from low in front: feet are seen
  foot.position.set(-1.2, 0.25, 3);
  const sky = new HemisphereLight("#eef2fa", "#8a8078", 3.2);
  return [key, key.target, rim, rim.target, foot, foot.target, sky];
}

// Lines every half metre, brighter every metre, drawn in world places so that the floor stands
// still while the view follows.
const FLOOR_VERTEX = `
varying vec3 place;
void main() {
  vec4 p = modelMatrix * vec4(position, 1.0);
  place = p.xyz;
  gl_Position = projectionMatrix * viewMatrix * p;
}`;
const FLOOR_FRAGMENT = `
varying vec3 place;
uniform vec3 tint;
float lines(float step) {
  vec2 at = place.xz / step;
  vec2 far = abs(fract(at - 0.5) - 0.5) / (1.3 * fwidth(at));
  return 1.0 - min(min(far.x, far.y), 1.0);
}
void main() {
  float away = length(place - cameraPosition) / 16.0;
  float line = max(0.16 * lines(0.5), 0.42 * lines(1.0)) + 0.07;
  gl_FragColor = vec4(tint, line * clamp(1.0 - away, 0.0, 1.0));
}`;

export function floor() {
  const lines = new ShaderMaterial({
    vertexShader: FLOOR_VERTEX,
    fragmentShader: FLOOR_FRAGMENT,
    uniforms: { tint: { value: new Color("#cfd3da") } },
    transparent: true,
    depthWrite: false,
  });
  const shadow = new ShadowMaterial({ opacity: 0.62, depthWrite: false });
  return [lines, shadow].map((material, order) => {
    const plane = new Mesh(new PlaneGeometry(FLOOR_SIDE, FLOOR_SIDE), material);
    plane.rotation.x = -Math.PI / 2;
    plane.renderOrder = order;
    plane.receiveShadow = material === shadow;
    return plane;
  });
}
