/** Tells screen readers what changed elsewhere on the page. */
export class Announcer {
  /** @param {!Element} region a polite live region */
  constructor(region) {
    this.region = region;
  }

  /** @param {string} text */
  say(text) {
    // The same text again is read again only if the region changes.
    this.region.textContent = this.region.textContent === text ? `${text}\u00a0` : text;
  }
}
