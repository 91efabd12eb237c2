// The one time of the page: it runs by itself, and follows the song while the song really plays.

const JUMP = 0.3; // seconds of drift that are corrected at once; less is caught up smoothly
const CATCH_UP = 0.15;

export class Clock {
  constructor(seconds, song) {
    Object.assign(this, { seconds, song, time: 0, speed: 1, playing: false, last: 0, heard: -1 });
    if (song) song.preservesPitch = true;
  }

  play() {
    if (this.time >= this.seconds - 1e-3) this.seek(0);
    this.playing = true;
    this.last = performance.now();
    this.#sound();
  }

  pause() {
    this.playing = false;
    this.song?.pause();
  }

  seek(time) {
    this.time = Math.min(Math.max(time, 0), this.seconds);
    if (!this.song) return;
    this.song.currentTime = this.time;
    if (this.playing) this.#sound();
  }

  setSpeed(speed) {
    this.speed = Math.min(Math.max(speed, 0.25), 2);
    if (this.song) this.song.playbackRate = this.speed;
  }

  tick(now) {
    if (!this.playing) return;
    this.time += ((now - this.last) / 1000) * this.speed;
    this.last = now;
    this.#follow();
    if (this.time < this.seconds) return;
    this.time = this.seconds;
    this.pause();
  }

  // A song that does not move (blocked, stalled, over) has no say: the dance goes on without it.
  #follow() {
    const song = this.song;
    if (!song || song.paused || song.seeking || song.currentTime === this.heard) return;
    this.heard = song.currentTime;
    const drift = this.heard - this.time;
    this.time += Math.abs(drift) > JUMP ? drift : CATCH_UP * drift;
  }

  #sound() {
    if (!this.song || this.time >= this.song.duration) return;
    this.song.play().catch((refusal) => {
      if (refusal.name === "NotAllowedError") this.song.muted = true;
    });
  }
}
