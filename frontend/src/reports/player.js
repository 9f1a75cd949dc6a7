// Plays both sides of a recording from one clock, the caller left and the agent right, and draws them.
// The sound is fetched when somebody presses play for the first time: that is what is put on record.
const RATES = [0.75, 1, 1.25, 1.5, 2];
const PAN = { caller: -1, agent: 1 };

export class Player {
  constructor(element) {
    this.element = element;
    this.seconds = Number(element.dataset.seconds);
    this.at = 0; // seconds, where it stands while it is not playing
    this.rate = 1;
    this.side = "both";
    this.find = (name) => element.querySelector(`[data-${name}]`);
    this.wave = this.find("wave");
    this.marks = [...element.querySelectorAll("[data-seek]")];
    this.find("half").textContent = window.sanxiang.duration(this.seconds / 2);
    this.find("play").addEventListener("click", () => this.toggle());
    for (const mark of this.marks) mark.addEventListener("click", () => { this.seek(Number(mark.dataset.seek)); location.hash = `f-${mark.dataset.fact}`; });
    for (const button of element.querySelectorAll("[data-side]")) button.addEventListener("click", () => this.hear(button.dataset.side));
    this.wave.addEventListener("pointerdown", (event) => {
      const box = this.wave.getBoundingClientRect();
      this.seek(((event.clientX - box.left) / box.width) * this.seconds);
    });
    new ResizeObserver(() => this.draw()).observe(this.wave);
    new MutationObserver(() => this.draw()).observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
    this.load();
  }

  async load() {
    try {
      const answer = await fetch(this.element.dataset.peaks);
      if (!answer.ok) throw new Error();
      this.peaks = await answer.json();
      this.draw();
    } catch {
      this.trouble("波形没有画出来，录音文件可能不在了或已损坏");
    }
  }

  trouble(text) {
    const place = this.find("trouble");
    place.textContent = text;
    place.hidden = !text;
  }

  draw() {
    const canvas = this.wave.querySelector("canvas");
    const { width, height } = this.wave.getBoundingClientRect();
    const scale = devicePixelRatio || 1;
    Object.assign(canvas, { width: width * scale, height: height * scale });
    const pen = canvas.getContext("2d");
    pen.scale(scale, scale);
    const style = getComputedStyle(document.documentElement);
    const colour = (name) => style.getPropertyValue(name).trim();
    pen.fillStyle = colour("--line");
    pen.fillRect(0, height / 2, width, 1);
    if (!this.peaks) return;
    const bars = Math.max(1, Math.min(Math.floor(width / 4), 900));
    for (const [side, middle, ink] of [["agent", height / 4, "--accent"], ["caller", (height * 3) / 4, "--ink-3"]]) {
      const all = this.peaks[side];
      pen.fillStyle = colour(ink);
      for (let i = 0; i < bars && all.length; i++) {
        const part = all.slice(Math.floor((i * all.length) / bars), Math.max(Math.floor((i * all.length) / bars) + 1, Math.floor(((i + 1) * all.length) / bars)));
        const tall = Math.max(1.5, Math.sqrt(Math.max(...part)) * (height / 2 - 10));
        pen.fillRect((i * width) / bars, middle - tall / 2, Math.max(1.5, width / bars - 2), tall);
      }
    }
  }

  async ready() {
    if (this.sounds) return true;
    const word = this.find("play-word");
    word.textContent = "正在取录音…";
    try {
      this.audio = new AudioContext();
      const take = async (side) => {
        const answer = await fetch(this.element.dataset[side]);
        if (!answer.ok) throw new Error((await answer.text()).slice(0, 80) || "录音取不到");
        return this.audio.decodeAudioData(await answer.arrayBuffer());
      };
      const [caller, agent] = await Promise.all([take("caller"), take("agent")]);
      this.sounds = { caller, agent };
      this.gains = {};
      for (const side of ["caller", "agent"]) {
        this.gains[side] = this.audio.createGain();
        const panner = new StereoPannerNode(this.audio, { pan: PAN[side] });
        this.gains[side].connect(panner).connect(this.audio.destination);
        this.gains[side].panner = panner;
      }
      this.hear(this.side);
      this.trouble("");
      return true;
    } catch (error) {
      this.trouble(`不能播放：${error.message}`);
      word.textContent = "播放";
      return false;
    }
  }

  get playing() { return Boolean(this.nodes); }

  now() {
    if (!this.nodes) return this.at;
    return Math.min(this.seconds, this.at + (this.audio.currentTime - this.begun) * this.rate);
  }

  async toggle() {
    if (this.playing) return this.pause();
    if (!(await this.ready())) return;
    await this.audio.resume();
    if (this.at >= this.seconds - 0.05) this.at = 0;
    this.begin();
    this.run();
  }

  begin() {
    this.begun = this.audio.currentTime;
    this.nodes = ["caller", "agent"].map((side) => {
      const node = new AudioBufferSourceNode(this.audio, { buffer: this.sounds[side], playbackRate: this.rate });
      node.connect(this.gains[side]);
      node.start(0, Math.min(this.at, this.sounds[side].duration));
      return node;
    });
    this.state();
  }

  halt() {
    this.at = this.now();
    for (const node of this.nodes ?? []) { node.stop(); node.disconnect(); }
    this.nodes = undefined;
  }

  pause() {
    this.halt();
    this.state();
  }

  seek(seconds) {
    const was = this.playing;
    if (was) this.halt();
    this.at = Math.min(Math.max(seconds, 0), this.seconds);
    if (was) this.begin();
    this.show();
  }

  run() {
    if (!this.playing) return;
    if (this.now() >= this.seconds) this.pause();
    this.show();
    requestAnimationFrame(() => this.run());
  }

  hear(side) {
    this.side = side;
    for (const button of this.element.querySelectorAll("[data-side]")) button.setAttribute("aria-checked", String(button.dataset.side === side));
    for (const one of ["caller", "agent"]) {
      if (!this.gains) continue;
      this.gains[one].gain.value = side === "both" || side === one ? 1 : 0;
      this.gains[one].panner.pan.value = side === "both" ? PAN[one] : 0;
    }
  }

  speed(step) {
    const next = RATES[Math.min(Math.max(RATES.indexOf(this.rate) + step, 0), RATES.length - 1)];
    const was = this.playing;
    if (was) this.halt();
    this.rate = next;
    if (was) this.begin();
    this.find("rate").textContent = `${next}×`;
  }

  state() {
    const button = this.find("play");
    button.setAttribute("aria-pressed", String(this.playing));
    this.find("play-word").textContent = this.playing ? "暂停" : "播放";
    this.show();
  }

  show() {
    const at = this.now();
    this.wave.querySelector(".wave__cursor").style.left = `${(at / this.seconds) * 100}%`;
    this.wave.setAttribute("aria-valuenow", at.toFixed(1));
    this.find("time").textContent = window.sanxiang.duration(at);
  }

  /** Space plays, arrows go from mark to mark, comma and full stop change the speed. */
  takes(key, event) {
    const at = this.now();
    const spots = this.marks.map((m) => Number(m.dataset.seek)).sort((a, b) => a - b);
    if (key === " ") {
      if (event.target.closest?.("button, a, summary")) return false;
      this.toggle();
    } else if (key === "ArrowLeft") this.seek(spots.filter((s) => s < at - 1).pop() ?? 0);
    else if (key === "ArrowRight") this.seek(spots.find((s) => s > at + 0.05) ?? this.seconds);
    else if (key === ",") this.speed(-1);
    else if (key === ".") this.speed(1);
    else return false;
    return true;
  }
}
