// A dance's numbers as the page carries them: where the root is and how joints are turned, by time.

const FOLLOW_SECONDS = 1.2; // over which the camera averages the path: steps stay visible

// Positions are metres, y up; quaternions are x y z w, times 32767.
export class Track {
  // `buffer` holds root positions float32 (T, 3), then rotations int16 (T, J, 4) as steps from
  // frame to frame.
  constructor(buffer, { fps, frames, joints }) {
    this.fps = fps;
    this.frames = frames;
    this.joints = joints;
    this.root = new Float32Array(buffer, 0, 3 * frames);
    this.rotations = summed(new Int16Array(buffer, 12 * frames, 4 * joints * frames), 4 * joints);
    this.path = movingAverage(this.root, frames, Math.round((FOLLOW_SECONDS * fps) / 2));
  }

  // The two frames around a time, and the share of the second.
  around(time) {
    const frame = Math.min(Math.max(time * this.fps, 0), this.frames - 1);
    const low = Math.min(Math.floor(frame), Math.max(this.frames - 2, 0));
    return [low, Math.min(low + 1, this.frames - 1), frame - low];
  }

  rootPosition(time) {
    return this.#between(this.root, time);
  }

  // Where the camera looks: the averaged path, on the floor.
  pathPosition(time) {
    const [x, , z] = this.#between(this.path, time);
    return [x, 0, z];
  }

  // The four numbers of a joint's quaternion in a frame, not of unit length.
  quaternion(frame, joint) {
    const start = 4 * (frame * this.joints + joint);
    return this.rotations.subarray(start, start + 4);
  }

  #between(values, time) {
    const [low, high, share] = this.around(time);
    return [0, 1, 2].map((axis) => {
      const [from, to] = [values[3 * low + axis], values[3 * high + axis]];
      return (1 - share) * from + share * to;
    });
  }
}

// Steps from frame to frame become values; each frame has `stride` of them. Sixteen bits wrap round
// where a step did, too.
function summed(steps, stride) {
  for (let i = stride; i < steps.length; i++) steps[i] += steps[i - stride];
  return steps;
}

// Positions (T, 3) averaged over up to `reach` frames to each side, fewer near the ends.
export function movingAverage(positions, frames, reach) {
  const averaged = new Float32Array(3 * frames);
  for (let axis = 0; axis < 3; axis++) {
    const sums = [0];
    for (let t = 0; t < frames; t++) sums.push(sums[t] + positions[3 * t + axis]);
    for (let t = 0; t < frames; t++) {
      const near = Math.min(reach, t, frames - 1 - t);
      averaged[3 * t + axis] = (sums[t + near + 1] - sums[t - near]) / (2 * near + 1);
    }
  }
  return averaged;
}
