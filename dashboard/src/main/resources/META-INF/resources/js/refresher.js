/**
 * Loads data whenever they may have changed. There is one request at a time, and changes cause at
 * most one request per interval. The last change is never missed.
 */
export class Refresher {
  /**
   * @param {function(!AbortSignal): !Promise<void>} load
   * @param {function(*)} failed
   * @param {number=} interval minimum time from one request to the next, in milliseconds
   */
  constructor(load, failed, interval = 1000) {
    this.load = load;
    this.failed = failed;
    this.interval = interval;
    this.abort = new AbortController();
    this.loading = false;
    this.wanted = false;
    this.urgent = false;
    this.timer = 0;
    this.last = -Infinity;
  }

  /** Loads now, or as soon as the request in progress has finished. */
  refresh() {
    this.wanted = true;
    this.urgent = true;
    this.schedule();
  }

  /** Loads soon, together with other changes. */
  changed() {
    this.wanted = true;
    this.schedule();
  }

  schedule() {
    if (this.loading || !this.wanted || this.abort.signal.aborted) {
      return;
    }
    clearTimeout(this.timer);
    const wait = this.urgent ? 0 : Math.max(0, this.last + this.interval - performance.now());
    this.timer = setTimeout(() => this.run(), wait);
  }

  async run() {
    this.wanted = false;
    this.urgent = false;
    this.loading = true;
    this.last = performance.now();
    try {
      await this.load(this.abort.signal);
    } catch (e) {
      if (!this.abort.signal.aborted) {
        this.failed(e);
      }
    }
    this.loading = false;
    this.schedule();
  }

  dispose() {
    clearTimeout(this.timer);
    this.abort.abort();
  }
}
