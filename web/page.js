// The page of dances: reads what the html carries, and joins clock, stage, timeline and controls.

import { AnimationMixer, Vector3 } from "three";
import { GLTFLoader } from "three/addons/loaders/GLTFLoader.js";

import { Clock } from "./clock.js";
import { Stage } from "./stage.js";
import { Timeline } from "./timeline.js";
import { Track } from "./track.js";

// What the button beside the sound shows, and radians beside the dancer's front.
const LOOKS = [["front", 0.45], ["side", Math.PI / 2], ["back", Math.PI - 0.45]];
const GZIP = 0x1f; // the first byte of gzipped data

const find = (id) => document.getElementById(id);
const facts = JSON.parse(find("facts").textContent);
// Steps of the golden angle: colours of neighbours never look alike, however many there are.
const colors = facts.dances.map((_, i) => `hsl(${(36 + i * 137.5) % 360} 62% 66%)`);

let clock;
let stage = null; // where the browser has no WebGL 2
let timeline;
let waitingFrame = null; // the next picture that is asked for
let look = 0;

window.footlights = { ready: open(), seek, joints, three: { GLTFLoader, AnimationMixer } };

async function open() {
  clock = new Clock(facts.seconds, await song());
  timeline = new Timeline(find("timeline"), facts, colors, seek);
  wire();
  try {
    stage = await setStage();
  } catch (problem) {
    document.body.classList.add("no-stage");
    console.warn(`footlights: ${problem.message}`);
  }
  showTime();
  redraw();
  return clock;
}

async function song() {
  if (!find("song")) return null;
  const mp3 = new Blob([await bytes("song")], { type: "audio/mpeg" });
  const audio = new Audio(URL.createObjectURL(mp3));
  audio.addEventListener("volumechange", showMuted);
  return audio;
}

async function setStage() {
  const made = new Stage();
  const bodies = [];
  for (let i = 0; i < facts.bodies; i++) {
    const file = await new GLTFLoader().parseAsync(await bytes(`body-${i}`), "");
    bodies.push(file.scene);
  }

  for (const [i, dance] of facts.dances.entries()) {
    const track = new Track(await bytes(`track-${i}`), dance);
    const view = made.add(find(`view-${i}`), bodies[dance.body], track, redraw);
    if (dance.marked) made.mark(view, await json(`marks-${i}`));
    // A dance that is scrolled away is not drawn.
    new IntersectionObserver(([entry]) => {
      view.shown = entry.isIntersecting;
      redraw();
    }).observe(view.canvas);
  }
  return made;
}

// The bytes of an element that page_blobs.py wrote.
async function bytes(id) {
  const packed = Uint8Array.from(atob(find(id).textContent), (letter) => letter.charCodeAt(0));
  if (packed[0] !== GZIP) return packed.buffer;
  const unpacked = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(unpacked).arrayBuffer();
}

async function json(id) {
  return JSON.parse(new TextDecoder().decode(await bytes(id)));
}

function redraw() {
  waitingFrame ??= requestAnimationFrame(drawFrame);
}

function drawFrame(now) {
  waitingFrame = null;
  const wasPlaying = clock.playing;
  clock.tick(now);
  for (const view of stage?.views ?? []) {
    if (view.shown) stage.draw(view, clock.time);
  }
  timeline.draw(clock.time);
  showTime();
  if (clock.playing) redraw();
  if (clock.playing !== wasPlaying) showPlaying();
}

function clockTime(seconds) {
  const tenths = Math.floor(seconds * 10 + 1e-6);
  const rest = String(Math.floor(tenths / 10) % 60).padStart(2, "0");
  return `${Math.floor(tenths / 600)}:${rest}.${tenths % 10}`;
}

function showTime() {
  find("now").textContent = clockTime(clock.time);
  const slider = find("timeline");
  slider.setAttribute("aria-valuenow", clock.time.toFixed(1));
  const text = `${clockTime(clock.time)} of ${clockTime(clock.seconds)}`;
  slider.setAttribute("aria-valuetext", text);
}

function showPlaying() {
  find("play").setAttribute("aria-label", clock.playing ? "Pause" : "Play");
  find("play").classList.toggle("playing", clock.playing);
}

function showMuted() {
  find("mute").setAttribute("aria-pressed", String(clock.song.muted));
  find("mute").setAttribute("aria-label", clock.song.muted ? "Sound off" : "Sound on");
}

function togglePlaying() {
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

function toggleSound() {
  if (clock.song) clock.song.muted = !clock.song.muted;
}

function nextLook() {
  look = (look + 1) % LOOKS.length;
  find("look").textContent = LOOKS[look][0];
  stage?.views.forEach((view) => view.look(LOOKS[look][1]));
  redraw();
}

function wire() {
  find("play").addEventListener("click", togglePlaying);
  find("look").addEventListener("click", nextLook);
  find("speed").addEventListener("input", ({ target }) => setSpeed(Number(target.value)));
  find("mute")?.addEventListener("click", toggleSound);
  document.addEventListener("keydown", press);
  // Findings of a score name their second; wherever one is clicked, the dances go there.
  document.addEventListener("click", ({ target }) => {
    const moment = target.closest("[data-at]");
    if (moment) seek(Number(moment.dataset.at));
  });
  new ResizeObserver(redraw).observe(document.body);
  document.querySelectorAll(".number").forEach((badge, i) => {
    badge.style.backgroundColor = colors[i];
  });
}

function press(event) {
  const act = keyAction(event);
  const { target } = event;
  const onButton = target.closest("button") && event.key === " "; // it presses the button itself
  const isTyping = target.closest("input, a") || onButton;
  if (!act || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  act();
}

function keyAction({ key, shiftKey }) {
  const step = shiftKey ? 5 : 1; // seconds
  const frame = 1 / Math.max(...facts.dances.map((dance) => dance.fps));
  const actions = {
    " ": togglePlaying,
    k: togglePlaying,
    ArrowLeft: () => seek(clock.time - step),
    ArrowRight: () => seek(clock.time + step),
    ArrowUp: () => setSpeed(clock.speed + 0.25),
    ArrowDown: () => setSpeed(clock.speed - 0.25),
    ",": () => seek(clock.time - frame),
    ".": () => seek(clock.time + frame),
    Home: () => seek(0),
    End: () => seek(clock.seconds),
    m: toggleSound,
    v: nextLook,
  };
  return actions[key.length === 1 ? key.toLowerCase() : key];
}

// Joint positions (J, 3) of one dance as the page shows them now: for scripts and tests.
function joints(dance) {
  const view = stage.views[dance];
  view.pose(clock.time);
  return view.bones.map((bone) => bone.getWorldPosition(new Vector3()).toArray());
}
