// Marks of a frame: which segments are wrong, and where arrows point.

import assert from "node:assert/strict";
import { test } from "node:test";

import { arrowOf, mostArrows, wrongJoints } from "../mark_frames.js";

test("a span begins with its first frame and ends before its last", () => {
  const spans = [[4, 10, 12], [7, 11, 20], [4, 15, 16]];
  const at = (frame) => [...wrongJoints(spans, frame)];
  assert.deepEqual([9, 10, 11, 12, 15].map(at), [[], [4], [4, 7], [7], [7, 4]]);
});

test("there are as many arrows as the fullest frame has", () => {
  assert.equal(mostArrows([[], [1, 2, 3, 4, 5, 6], Array(18).fill(0), []]), 3);
  assert.equal(mostArrows([]), 0);
});

test("an arrow is given in metres, from its start along its direction", () => {
  const row = [0, 0, 0, 0, 600, 0, 100, 200, 300, 400, 200, -100];
  assert.deepEqual(arrowOf(row, 0), { start: [0, 0, 0], direction: [0, 1, 0], length: 0.6 });
  const { start, direction, length } = arrowOf(row, 1);
  assert.deepEqual(start, [0.1, 0.2, 0.3]);
  assert.ok(Math.abs(length - 0.5) < 1e-9);
  assert.deepEqual(direction.map((value) => value.toFixed(3)), ["0.600", "0.000", "-0.800"]);
});

test("a frame with fewer arrows has none there; one without length has a direction", () => {
  assert.equal(arrowOf([1, 2, 3, 4, 5, 6], 1), null);
  assert.deepEqual(arrowOf([5, 5, 5, 5, 5, 5], 0).direction, [0, 1, 0]);
});
