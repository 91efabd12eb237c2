// A dance's numbers: what the page carries is unpacked, frames are found by time, paths averaged.

import assert from "node:assert/strict";
import { test } from "node:test";

import { Track, movingAverage } from "../track.js";

// Two joints, three frames: the root walks along x, the second joint's numbers go up by steps.
function buffer() {
  const bytes = new ArrayBuffer(3 * 12 + 3 * 2 * 8);
  new Float32Array(bytes, 0, 9).set([0, 1, 0, 1, 1, 0, 4, 1, 2]);
  const first = [0, 0, 0, 32767, 100, 200, 300, 400];
  const steps = [0, 0, 0, 0, 1, 2, 3, 4];
  new Int16Array(bytes, 36).set([...first, ...steps, ...steps]);
  return bytes;
}

const track = () => new Track(buffer(), { fps: 10, frames: 3, joints: 2 });

test("rotations are the sum of their steps from frame to frame", () => {
  assert.deepEqual([...track().quaternion(0, 0)], [0, 0, 0, 32767]);
  assert.deepEqual([...track().quaternion(2, 1)], [102, 204, 306, 408]);
});

test("a step that went round sixteen bits comes back", () => {
  const bytes = new ArrayBuffer(2 * 12 + 2 * 8);
  new Int16Array(bytes, 24).set([32767, 0, 0, 0, 2, 0, 0, 0]); // 32767 + 2 is -32767
  const turned = new Track(bytes, { fps: 10, frames: 2, joints: 1 });
  assert.equal(turned.quaternion(1, 0)[0], -32767);
});

test("a time lies between two frames, and outside the clip at its ends", () => {
  assert.deepEqual(track().around(0), [0, 1, 0]);
  assert.deepEqual(track().around(0.05), [0, 1, 0.5]);
  assert.deepEqual(track().around(0.2), [1, 2, 1]);
  assert.deepEqual(track().around(99), [1, 2, 1]);
  assert.deepEqual(track().around(-1), [0, 1, 0]);

  const still = new Track(new ArrayBuffer(20), { fps: 10, frames: 1, joints: 1 });
  assert.deepEqual(still.around(0.5), [0, 0, 0]);
});

test("the root goes straight from frame to frame, the followed path stays on the floor", () => {
  assert.deepEqual(track().rootPosition(0.15), [2.5, 1, 1]);
  assert.equal(track().pathPosition(0.1)[1], 0);
});

test("an average takes as many frames of each side as there are of both", () => {
  const x = (values) => Float32Array.from(values.flatMap((value) => [value, 0, 0]));
  const averaged = movingAverage(x([0, 3, 6, 0, 6]), 5, 2);
  assert.deepEqual([0, 3, 6, 9, 12].map((i) => averaged[i]), [0, 3, 3, 4, 6]);
});
