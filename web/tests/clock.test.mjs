// The clock of the page: it runs by itself, and follows the song only while the song really plays.

import assert from "node:assert/strict";
import { beforeEach, mock, test } from "node:test";

import { Clock } from "../clock.js";

beforeEach(() => {
  mock.restoreAll();
  mock.method(performance, "now", () => 0);
});

// A song as a browser's audio element shows it; `refusal` is what play() is refused with.
function song({ duration = 60, refusal = null } = {}) {
  return {
    duration, currentTime: 0, playbackRate: 1, paused: true, seeking: false, muted: false,
    play() {
      this.paused = refusal !== null;
      return refusal ? Promise.reject(refusal) : Promise.resolve();
    },
    pause() {
      this.paused = true;
    },
  };
}

test("without a song it counts seconds, slower or faster as told", () => {
  const clock = new Clock(60, null);
  clock.tick(500);
  assert.equal(clock.time, 0, "it stands until it is played");

  clock.play();
  clock.tick(500);
  assert.equal(clock.time, 0.5);

  clock.setSpeed(0.5);
  clock.tick(1500);
  assert.equal(clock.time, 1);
});

test("speed stays between a quarter and double, and the song has the same", () => {
  const clock = new Clock(60, song());
  for (const [asked, got] of [[0.1, 0.25], [1.5, 1.5], [9, 2]]) {
    clock.setSpeed(asked);
    assert.equal(clock.speed, got);
    assert.equal(clock.song.playbackRate, got);
  }
  assert.equal(clock.song.preservesPitch, true);
});

test("it stops at the end, and playing again begins anew", () => {
  const clock = new Clock(2, song());
  clock.play();
  clock.song.currentTime = 2;
  clock.tick(2000);
  assert.deepEqual([clock.time, clock.playing, clock.song.paused], [2, false, true]);

  clock.play();
  assert.deepEqual([clock.time, clock.song.currentTime], [0, 0]);
});

test("a place outside the dance is its nearest end", () => {
  const clock = new Clock(10, song());
  for (const [asked, got] of [[-3, 0], [4, 4], [99, 10]]) {
    clock.seek(asked);
    assert.deepEqual([clock.time, clock.song.currentTime], [got, got]);
  }
});

test("small drift from the song is caught up smoothly, a jump at once", () => {
  const clock = new Clock(60, song());
  clock.play();
  clock.song.currentTime = 1.2;
  clock.tick(1000);
  assert.ok(Math.abs(clock.time - 1.03) < 1e-9, `0.15 of 0.2 s, but at ${clock.time}`);

  clock.song.currentTime = 20;
  clock.tick(1016);
  assert.equal(clock.time, 20);
});

test("a song that stalls, seeks or is paused has no say", () => {
  const clock = new Clock(60, song());
  clock.play();
  clock.song.currentTime = 1;
  clock.tick(1000);
  clock.tick(3000);
  assert.equal(clock.time, 3, "the song stood still; the dance went on");

  for (const silent of ["seeking", "paused"]) {
    const other = new Clock(60, song());
    other.play();
    Object.assign(other.song, { currentTime: 30, [silent]: true });
    other.tick(1000);
    assert.equal(other.time, 1, silent);
  }
});

test("a browser that forbids sound gets a muted page, other refusals change nothing", async () => {
  for (const [name, muted] of [["NotAllowedError", true], ["AbortError", false]]) {
    const clock = new Clock(60, song({ refusal: Object.assign(new Error(name), { name }) }));
    clock.play();
    await Promise.resolve().then(() => {});
    assert.equal(clock.song.muted, muted, name);
    clock.tick(1000);
    assert.equal(clock.time, 1, "the dance goes on all the same");
  }
});

test("where the dance is longer than the song, the song is not played past its end", () => {
  const clock = new Clock(60, song({ duration: 10 }));
  clock.seek(20);
  clock.play();
  assert.equal(clock.song.paused, true);
});
