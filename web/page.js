// The page of dances: reads what the html carries, and joins clock, stage, timeline and controls.

import { AnimationMixer, Vector3 } from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

import { Clock } from "./clock.js";
import { Stage, Track } from "./stage.js";
import { Timeline } from "./timeline.js";

const LOOKS = [["front", 0.45], ["side", Math.PI / 2], ["back", Math.PI - 0.45]];
const find = (id) => document.getElementById(id);
const facts = JSON.parse(find("facts").textContent);
const colors = facts.dances.map((_, i) => `hsl(${(36 + i * 137.5) % 360} 62% 66%)`);

let clock, stage, timeline, waiting;
let look = 0;

async function bytes(id) {
  const packed = Uint8Array.from(atob(find(id).textContent), (letter) => letter.charCodeAt(0));
  if (packed[0] !== 0x1f) return packed.buffer;
  return new Response(new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
}

async function song() {
  if (!find("song")) return null;
  const audio = new Audio(URL.createObjectURL(new Blob([await bytes("song")], { type: "audio/mpeg" })));
  audio.addEventListener("volumechange", showMuted);
  return audio;
}

async function setStage() {
  stage = new Stage();
  const bodies = [];
  for (let i = 0; i < facts.bodies; i++) bodies.push((await new GLTFLoader().parseAsync(await bytes(`body-${i}`), "")).scene);
  for (const [i, dance] of facts.dances.entries()) {
    const track = new Track(await bytes(`track-${i}`), dance);
    const view = stage.add(find(`view-${i}`), bodies[dance.body], track, redraw);
    if (dance.marked) stage.mark(view, JSON.parse(new TextDecoder().decode(await bytes(`marks-${i}`))));
    new IntersectionObserver(([seen]) => {
      view.shown = seen.isIntersecting;
      redraw();
    }).observe(view.canvas);
  }
}

function redraw() {
  waiting ??= requestAnimationFrame(frame);
}

function frame(now) {
  waiting = null;
  const playing = clock.playing;
  clock.tick(now);
  stage?.views.filter((view) => view.shown).forEach((view) => stage.draw(view, clock.time));
  timeline.draw(clock.time);
  showTime();
  if (clock.playing) redraw();
  if (clock.playing !== playing) showPlaying();
}

function clockTime(seconds) {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  return `${Math.floor(tenths / 600)}:${String(Math.floor(tenths / 10) % 60).padStart(2, "0")}.${tenths % 10}`;
}

function showTime() {
  find("now").textContent = clockTime(clock.time);
  const slider = find("timeline");
  slider.setAttribute("aria-valuenow", clock.time.toFixed(1));
  slider.setAttribute("aria-valuetext", `${clockTime(clock.time)} of ${clockTime(clock.seconds)}`);
}

function showPlaying() {
  find("play").setAttribute("aria-label", clock.playing ? "Pause" : "Play");
  find("play").classList.toggle("playing", clock.playing);
}

function showMuted() {
  find("mute").setAttribute("aria-pressed", String(clock.song.muted));
  find("mute").setAttribute("aria-label", clock.song.muted ? "Sound off" : "Sound on");
}

function toggle() {
  if (clock.playing) clock.pause();
  else clock.play();
  showPlaying();
  redraw();
}

function seek(time) {
  clock.seek(time);
  redraw();
}

function setSpeed(speed) {
  clock.setSpeed(speed);
  find("speed").value = clock.speed;
  find("times").textContent = `${clock.speed.toFixed(2)}×`;
}

function mute() {
  if (clock.song) clock.song.muted = !clock.song.muted;
}

function nextLook() {
  look = (look + 1) % LOOKS.length;
  find("look").textContent = LOOKS[look][0];
  stage?.views.forEach((view) => view.look(LOOKS[look][1]));
  redraw();
}

const finest = Math.max(...facts.dances.map((dance) => dance.fps));
const KEYS = {
  " ": toggle,
  k: toggle,
  ArrowLeft: (event) => seek(clock.time - (event.shiftKey ? 5 : 1)),
  ArrowRight: (event) => seek(clock.time + (event.shiftKey ? 5 : 1)),
  ArrowUp: () => setSpeed(clock.speed + 0.25),
  ArrowDown: () => setSpeed(clock.speed - 0.25),
  ",": () => seek(clock.time - 1 / finest),
  ".": () => seek(clock.time + 1 / finest),
  Home: () => seek(0),
  End: () => seek(clock.seconds),
  m: mute,
  v: nextLook,
};

function pressed(event) {
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  const typing = event.target.closest("input, a") || (event.target.closest("button") && event.key === " ");
  if (!act || typing || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act(event);
}

function wire() {
  find("play").addEventListener("click", toggle);
  find("look").addEventListener("click", nextLook);
  find("speed").addEventListener("input", ({ target }) => setSpeed(Number(target.value)));
  find("mute")?.addEventListener("click", mute);
  document.addEventListener("keydown", pressed);
  document.addEventListener("click", ({ target }) => target.closest("[data-at]") && seek(Number(target.closest("[data-at]").dataset.at)));
  new ResizeObserver(redraw).observe(document.body);
  document.querySelectorAll(".number").forEach((badge, i) => (badge.style.backgroundColor = colors[i]));
}

// Joint places (J, 3) of one dance as the page shows them now: for scripts and tests.
function joints(dance) {
  stage.views[dance].pose(clock.time);
  return stage.views[dance].bones.map((bone) => bone.getWorldPosition(new Vector3()).toArray());
}

async function open() {
  clock = new Clock(facts.seconds, await song());
  timeline = new Timeline(find("timeline"), facts, colors, seek);
  wire();
  try {
    await setStage();
  } catch (problem) {
    stage = null;
    document.body.classList.add("no-stage");
    console.warn(`footlights: ${problem.message}`);
  }
  showTime();
  redraw();
  return clock;
}

window.footlights = { ready: open(), seek, joints, three: { GLTFLoader, AnimationMixer } };
