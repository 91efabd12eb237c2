// The one time of the page: it runs by itself, and follows the song while the song really plays.

const JUMP = 0.3; // seconds of drift that are corrected at once; less is caught up smoothly
const CATCH_UP = 0.15; // share of a small drift that is caught up in one tick
const SLOWEST = 0.25;
const FASTEST = 2;

export class Clock {
  // `song` is an audio element, or null; its time 0 is the dances' time 0.
  constructor(seconds, song) {
    this.seconds = seconds;
    this.song = song;
    this.time = 0;
    this.speed = 1;
    this.playing = false;
    this.lastTick = 0; // milliseconds
    this.lastSongTime = -1; // seconds: a song that still shows the same time does not move
    if (song) song.preservesPitch = true;
  }

  play() {
    if (this.time >= this.seconds - 1e-3) this.seek(0);
    this.playing = true;
    this.lastTick = performance.now();
    this.#playSong();
  }

  pause() {
    this.playing = false;
    this.song?.pause();
  }

  seek(time) {
    this.time = Math.min(Math.max(time, 0), this.seconds);
    if (!this.song) return;
    this.song.currentTime = this.time;
    if (this.playing) this.#playSong();
  }

  setSpeed(speed) {
    this.speed = Math.min(Math.max(speed, SLOWEST), FASTEST);
    if (this.song) this.song.playbackRate = this.speed;
  }

  // To be called for every picture, with its time in milliseconds.
  tick(now) {
    if (!this.playing) return;
    this.time += ((now - this.lastTick) / 1000) * this.speed;
    this.lastTick = now;
    this.#followSong();
    if (this.time < this.seconds) return;
    this.time = this.seconds;
    this.pause();
  }

  // A song that does not move (blocked, stalled, over) has no say: the dance goes on without it.
  #followSong() {
    const song = this.song;
    if (!song || song.paused || song.seeking || song.currentTime === this.lastSongTime) return;
    this.lastSongTime = song.currentTime;
    const drift = this.lastSongTime - this.time;
    this.time += Math.abs(drift) > JUMP ? drift : CATCH_UP * drift;
  }

  #playSong() {
    if (!this.song || this.time >= this.song.duration) return;
    this.song.play().catch((refusal) => {
      // Browsers refuse sound until the page was clicked; then the sound button shows it is off.
      if (refusal.name === "NotAllowedError") this.song.muted = true;
    });
  }
}
