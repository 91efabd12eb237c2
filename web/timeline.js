// The timeline: the whole song above, and below it beats and every dance's hits, which scroll when
// they would be too dense.

// In CSS pixels.
const GUTTER = 20; // left of second 0, for the labels
const OVERVIEW = 34; // height of the whole song
const BEATS = 26; // height of the lane of beats
const ROWS = [13, 9]; // height of a dance's row, when dances are few and when they are many
const FEW = 4; // dances
const DENSEST = 18; // width of a second of beats and hits, at least
const BEAT_HEIGHT = 11;
const DOWNBEAT_HEIGHT = 20;

const SHORTEST_WINDOW = 4; // seconds of beats and hits, on the narrowest page

const INK = {
  faint: "#3a3c41", soft: "#6c6f76", text: "#a9a9a6", strong: "#f4f2ee", accent: "#f2b25c",
};

export class Timeline {
  // `facts` are what page.py tells; `seek` is called with the seconds that are pointed at.
  constructor(canvas, facts, colors, seek) {
    this.canvas = canvas;
    this.facts = facts;
    this.colors = colors;
    this.seek = seek;
    this.time = 0;
    this.row = ROWS[facts.dances.length > FEW ? 1 : 0];
    this.pen = canvas.getContext("2d");
    canvas.style.height = `${OVERVIEW + BEATS + this.row * facts.dances.length + 6}px`;
    canvas.addEventListener("pointerdown", (event) => this.#grab(event));
  }

  draw(time) {
    this.time = time;
    const { canvas, pen } = this;
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    const pixels = { width: Math.round(width * ratio), height: Math.round(height * ratio) };
    // Setting a canvas's size clears it, and costs much even where nothing changes.
    if (canvas.width !== pixels.width || canvas.height !== pixels.height) {
      Object.assign(canvas, pixels);
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.#drawOverview(width);
    this.#drawWindow(width, height);
  }

  // The seconds that the lower lanes show: [first, number].
  #window(width) {
    const { seconds } = this.facts;
    const shown = Math.min(seconds, Math.max((width - GUTTER) / DENSEST, SHORTEST_WINDOW));
    return [Math.min(Math.max(this.time - shown / 2, 0), seconds - shown), shown];
  }

  #drawOverview(width) {
    const { pen, facts } = this;
    const x = (time) => GUTTER + (time / facts.seconds) * (width - GUTTER);
    const [middle, half] = [OVERVIEW / 2 - 1, OVERVIEW / 2 - 4];
    pen.fillStyle = INK.faint;
    pen.fillRect(GUTTER, middle - 0.5, width - GUTTER, 1);

    const step = facts.song_seconds / Math.max(facts.loudness.length, 1);
    const bar = Math.max(x(step) - GUTTER - 0.4, 0.6);
    facts.loudness.forEach((level, i) => {
      const tall = Math.max(level * half, 0.5);
      pen.fillStyle = i * step < this.time ? INK.accent : INK.soft;
      pen.fillRect(x(i * step), middle - tall, bar, 2 * tall);
    });

    const [first, shown] = this.#window(width);
    if (shown < facts.seconds) {
      pen.strokeStyle = INK.text;
      const frame = x(first + shown) - x(first) - 1;
      pen.strokeRect(x(first) + 0.5, 1.5, frame, OVERVIEW - 6);
    }
    this.#drawNeedle(x(this.time), 0, OVERVIEW - 3);
  }

  #drawWindow(width, height) {
    const { pen, facts } = this;
    const [first, shown] = this.#window(width);
    const x = (time) => GUTTER + ((time - first) / shown) * (width - GUTTER);
    const inWindow = (times) => times.filter((time) => time >= first && time <= first + shown);
    const downbeats = new Set(facts.downbeats);
    const bottom = OVERVIEW + BEATS;

    for (const beat of inWindow(facts.beats)) {
      const isDown = downbeats.has(beat);
      const tall = isDown ? DOWNBEAT_HEIGHT : BEAT_HEIGHT;
      pen.fillStyle = INK.faint;
      pen.fillRect(x(beat), bottom, 1, height - bottom);
      pen.fillStyle = isDown ? INK.strong : INK.soft;
      pen.fillRect(x(beat) - (isDown ? 0.5 : 0), bottom - tall, isDown ? 2 : 1.2, tall);
    }
    this.#drawLabel("♪", bottom - 8, INK.text);

    facts.dances.forEach((dance, row) => {
      const top = bottom + 3 + row * this.row;
      this.#drawLabel(`${row + 1}`, top + this.row / 2, this.colors[row]);
      pen.fillStyle = this.colors[row];
      for (const hit of inWindow(dance.hits)) pen.fillRect(x(hit) - 1, top + 1.5, 2, this.row - 3);
    });
    this.#drawNeedle(x(this.time), OVERVIEW, height);
  }

  #drawLabel(text, y, color) {
    this.pen.font = `600 ${Math.min(11, this.row)}px ui-sans-serif, system-ui, sans-serif`;
    this.pen.textBaseline = "middle";
    this.pen.fillStyle = color;
    this.pen.fillText(text, 2, y);
  }

  #drawNeedle(x, top, bottom) {
    this.pen.fillStyle = INK.strong;
    this.pen.fillRect(x - 0.75, top, 1.5, bottom - top);
  }

  // The window stays where it was at the start of a drag, though the time moves: else it would run
  // away under the pointer.
  #grab(event) {
    const { canvas } = this;
    const { left, top, width } = canvas.getBoundingClientRect();
    const inOverview = event.clientY - top < OVERVIEW;
    const [first, shown] = inOverview ? [0, this.facts.seconds] : this.#window(width);
    const move = ({ clientX }) => {
      this.seek(first + ((clientX - left - GUTTER) / (width - GUTTER)) * shown);
    };
    const release = () => canvas.removeEventListener("pointermove", move);

    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) {
      canvas.addEventListener(end, release, { once: true });
    }
    move(event);
  }
}
