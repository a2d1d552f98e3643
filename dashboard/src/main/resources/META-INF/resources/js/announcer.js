/** Announces changes elsewhere on the page to screen readers. */
export class Announcer {
  /** @param {!Element} region a polite live region */
  constructor(region) {
    this.region = region;
  }

  /** @param {string} text */
  say(text) {
    // A screen reader repeats the same text only if the region changes.
    this.region.textContent = this.region.textContent === text ? `${text}\u00a0` : text;
  }
}
