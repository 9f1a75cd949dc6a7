// Only one tab of a browser may hold the phone, else two would ring and the switch would forget the first.
// A lock of the browser decides; it is free again the moment that tab is gone, however it went.

/** `held` is called with true or false as this tab gets or loses the seat; `busy()` says whether it must not be taken. */
export class Seat {
  constructor(name, held, busy) {
    this.name = `sanxiang-phone/${name}`;
    this.held = held;
    this.busy = busy;
    this.channel = "BroadcastChannel" in window ? new BroadcastChannel(this.name) : null;
    if (this.channel) this.channel.onmessage = (event) => this.#heard(event.data);
  }

  /** Gets the seat, or waits for it in the background. */
  take() {
    if (!navigator.locks) { this.held(true); return; } // old browser or no secure context: nothing to decide with
    const options = { ifAvailable: true };
    navigator.locks.request(this.name, options, (lock) => (lock ? this.#keep() : void this.#wait()));
  }

  #wait() {
    this.held(false);
    navigator.locks.request(this.name, () => this.#keep());
  }

  #keep() {
    this.held(true);
    return new Promise((release) => { this.release = release; });
  }

  /** Asks the tab that has the seat to give it up; resolves to whether it did. */
  async takeOver() {
    if (!this.channel) return false;
    return new Promise((resolve) => {
      const done = (given) => { clearTimeout(timer); this.answer = undefined; resolve(given); };
      const timer = setTimeout(() => done(false), 1500);
      this.answer = done;
      this.channel.postMessage({ say: "give" });
    });
  }

  #heard(message) {
    if (message.say === "give" && this.release) {
      if (this.busy()) { this.channel.postMessage({ say: "busy" }); return; }
      const release = this.release;
      this.release = undefined;
      this.held(false);
      this.channel.postMessage({ say: "given" });
      setTimeout(() => { release(); this.#wait(); }, 50);
    } else if (message.say === "busy") this.answer?.(false);
    else if (message.say === "given") this.answer?.(true);
  }
}
