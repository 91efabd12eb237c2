// The timeline of the page: where beats and hits are drawn, and which second a pointer means.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Timeline } from "../timeline.js";

globalThis.devicePixelRatio = 1;

const GUTTER = 20; // pixels left of second 0
const WIDTH = 380; // 360 pixels of time
const OVERVIEW = 34; // pixels of height: the whole song above, the window of beats and hits below

// A canvas that keeps what is drawn: [x, y, width, height, colour] of every filled rectangle.
function canvas() {
  const drawn = [];
  const listeners = {};
  const pen = new Proxy({ drawn }, {
    get: (own, name) => own[name] ?? ((...numbers) => {
      if (name === "fillRect") drawn.push([...numbers, own.fillStyle]);
    }),
    set: (own, name, value) => Boolean(Object.assign(own, { [name]: value })),
  });
  return {
    drawn, listeners, style: {}, clientWidth: WIDTH, clientHeight: 90, width: 0, height: 0,
    getContext: () => pen,
    getBoundingClientRect: () => ({ left: 0, top: 0, width: WIDTH }),
    setPointerCapture: () => {},
    addEventListener: (name, act) => (listeners[name] = act),
    removeEventListener: (name) => delete listeners[name],
  };
}

function facts(seconds, dances = 1) {
  const beats = Array.from({ length: seconds * 2 }, (_, i) => i / 2);
  return {
    seconds, song_seconds: seconds, loudness: [0.2, 1, 0.5], beats,
    downbeats: beats.filter((_, i) => i % 4 === 0),
    dances: Array.from({ length: dances }, () => ({ hits: [1, 2.5] })),
  };
}

const hits = (drawn, colour) => drawn.filter(([, , , , ink]) => ink === colour);
const near = (x, want) => assert.ok(Math.abs(x - want) < 1e-6, `${x}, not ${want}`);

test("a short song is shown whole: a hit stands at its second's share of the width", () => {
  const paper = canvas();
  new Timeline(paper, facts(10), ["tomato"], () => {}).draw(0);
  const [one, two] = hits(paper.drawn, "tomato");
  near(one[0], GUTTER + 36 - 1);
  near(two[0], GUTTER + 90 - 1);
});

test("the window of a long song scrolls with the time and stops at the song's ends", () => {
  const paper = canvas();
  const asked = [];
  const timeline = new Timeline(paper, facts(600), ["tomato"], (second) => asked.push(second));
  const shown = 360 / 18; // seconds, at 18 pixels each

  for (const [time, first] of [[0, 0], [300, 300 - shown / 2], [600, 600 - shown]]) {
    timeline.draw(time);
    paper.listeners.pointerdown({ clientX: GUTTER, clientY: OVERVIEW + 5, pointerId: 1 });
    near(asked.at(-1), first);
  }
  assert.equal(asked.length, 3);
});

test("a pointer above means a second of the whole song, and is followed until it is let go", () => {
  const paper = canvas();
  const asked = [];
  new Timeline(paper, facts(600), ["tomato"], (second) => asked.push(second)).draw(0);

  paper.listeners.pointerdown({ clientX: GUTTER + 180, clientY: 3, pointerId: 1 });
  paper.listeners.pointermove({ clientX: GUTTER + 270 });
  assert.deepEqual(asked, [300, 450]);

  paper.listeners.pointerup();
  assert.equal(paper.listeners.pointermove, undefined);
});

test("every dance has a row of its own, and many dances have lower rows", () => {
  const heights = [1, 4, 5].map((many) => {
    const paper = canvas();
    new Timeline(paper, facts(10, many), [], () => {});
    return parseInt(paper.style.height);
  });
  assert.deepEqual(heights.map((height) => height - heights[0]), [0, 3 * 13, 5 * 9 - 13]);
});

test("downbeats are taller than other beats", () => {
  const paper = canvas();
  new Timeline(paper, facts(10), ["tomato"], () => {}).draw(5);
  const tall = paper.drawn.filter(([, , , height]) => height === 20).length;
  const low = paper.drawn.filter(([, , , height]) => height === 11).length;
  assert.deepEqual([tall, low], [5, 15]);
});
