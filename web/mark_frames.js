// What the marks of a dance say of one frame: numbers only, drawn in marks.js.

// Joints whose segments are wrong in a frame; spans are [joint, first frame, last plus one].
export function wrongJoints(spans, frame) {
  const now = spans.filter(([, start, end]) => frame >= start && frame < end);
  return new Set(now.map(([joint]) => joint));
}

// The most arrows that any frame has; an arrow is six numbers, its start and its end.
export function mostArrows(frames) {
  return frames.reduce((most, row) => Math.max(most, row.length / 6), 0);
}

// Start, direction and length of an arrow in metres, from millimetres; null where there is none.
export function arrowOf(row, index) {
  const ends = row.slice(6 * index, 6 * index + 6).map((value) => value / 1000);
  if (ends.length < 6) return null;
  const start = ends.slice(0, 3);
  const way = start.map((value, axis) => ends[3 + axis] - value);
  const length = Math.hypot(...way);
  // An arrow without length has no direction: up is as good as any.
  const direction = length ? way.map((value) => value / length) : [0, 1, 0];
  return { start, direction, length };
}
