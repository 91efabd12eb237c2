// The timeline: the whole song above, and below it beats and every dance's hits, scrolling when they would be too dense.

const GUTTER = 20;
const OVERVIEW = 34;
const BEATS = 26;
const ROWS = [13, 9]; // pixels for a dance, when they are few and when they are many
const FEW = 4;
const DENSEST = 18; // pixels for a second of beats and hits

const INK = { faint: "#3a3c41", soft: "#6c6f76", text: "#a9a9a6", strong: "#f4f2ee", accent: "#f2b25c" };

export class Timeline {
  constructor(canvas, facts, colors, seek) {
    Object.assign(this, { canvas, facts, colors, seek, time: 0 });
    this.row = ROWS[facts.dances.length > FEW ? 1 : 0];
    this.pen = canvas.getContext("2d");
    canvas.style.height = `${this.#height()}px`;
    canvas.addEventListener("pointerdown", (event) => this.#grab(event));
  }

  draw(time) {
    this.time = time;
    const { canvas, pen } = this;
    const ratio = devicePixelRatio;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      Object.assign(canvas, { width: Math.round(width * ratio), height: Math.round(height * ratio) });
    }
    pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    pen.clearRect(0, 0, width, height);
    this.#overview(width);
    this.#detail(width, height);
  }

  #height() {
    return OVERVIEW + BEATS + this.row * this.facts.dances.length + 6;
  }

  // The seconds that the lower lanes show: [first, number].
  #window(width) {
    const shown = Math.min(this.facts.seconds, Math.max((width - GUTTER) / DENSEST, 4));
    return [Math.min(Math.max(this.time - shown / 2, 0), this.facts.seconds - shown), shown];
  }

  #overview(width) {
    const { pen, facts } = this;
    const loud = facts.loudness;
    const x = (time) => GUTTER + (time / facts.seconds) * (width - GUTTER);
    const [middle, half] = [OVERVIEW / 2 - 1, OVERVIEW / 2 - 4];
    pen.fillStyle = INK.faint;
    pen.fillRect(GUTTER, middle - 0.5, width - GUTTER, 1);
    const step = facts.heard / Math.max(loud.length, 1);
    loud.forEach((level, i) => {
      const tall = Math.max(level * half, 0.5);
      pen.fillStyle = i * step < this.time ? INK.accent : INK.soft;
      pen.fillRect(x(i * step), middle - tall, Math.max(x(step) - GUTTER - 0.4, 0.6), 2 * tall);
    });
    const [first, shown] = this.#window(width);
    if (shown < facts.seconds) {
      pen.strokeStyle = INK.text;
      pen.strokeRect(x(first) + 0.5, 1.5, x(first + shown) - x(first) - 1, OVERVIEW - 6);
    }
    this.#needle(x(this.time), 0, OVERVIEW - 3);
  }

  #detail(width, height) {
    const { pen, facts } = this;
    const [first, shown] = this.#window(width);
    const x = (time) => GUTTER + ((time - first) / shown) * (width - GUTTER);
    const seen = (times) => times.filter((time) => time >= first && time <= first + shown);
    const down = new Set(facts.downbeats);
    const bottom = OVERVIEW + BEATS;
    for (const beat of seen(facts.beats)) {
      const tall = down.has(beat);
      pen.fillStyle = INK.faint;
      pen.fillRect(x(beat), bottom, 1, height - bottom);
      pen.fillStyle = tall ? INK.strong : INK.soft;
      pen.fillRect(x(beat) - (tall ? 0.5 : 0), bottom - (tall ? 20 : 11), tall ? 2 : 1.2, tall ? 20 : 11);
    }
    this.#label("♪", bottom - 8, INK.text);
    facts.dances.forEach((dance, row) => {
      const top = bottom + 3 + row * this.row;
      this.#label(`${row + 1}`, top + this.row / 2, this.colors[row]);
      pen.fillStyle = this.colors[row];
      for (const hit of seen(dance.hits)) pen.fillRect(x(hit) - 1, top + 1.5, 2, this.row - 3);
    });
    this.#needle(x(this.time), OVERVIEW, height);
  }

  #label(text, y, color) {
    this.pen.font = `600 ${Math.min(11, this.row)}px ui-sans-serif, system-ui, sans-serif`;
    this.pen.textBaseline = "middle";
    this.pen.fillStyle = color;
    this.pen.fillText(text, 2, y);
  }

  #needle(x, top, bottom) {
    this.pen.fillStyle = INK.strong;
    this.pen.fillRect(x - 0.75, top, 1.5, bottom - top);
  }

  #grab(event) {
    const { canvas } = this;
    const { left, top, width } = canvas.getBoundingClientRect();
    const [first, shown] = event.clientY - top < OVERVIEW ? [0, this.facts.seconds] : this.#window(width);
    const move = ({ clientX }) => this.seek(first + ((clientX - left - GUTTER) / (width - GUTTER)) * shown);
    const free = () => canvas.removeEventListener("pointermove", move);
    canvas.setPointerCapture(event.pointerId);
    canvas.addEventListener("pointermove", move);
    for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, free, { once: true });
    move(event);
  }
}
