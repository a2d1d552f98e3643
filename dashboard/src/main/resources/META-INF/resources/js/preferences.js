const PREFIX = 'deepspeech.';

/**
 * The user's preferences, stored in the browser. If storage is refused, they last as long as the
 * page.
 */
export class Preferences {
  constructor() {
    /** @type {!Map<string, string>} */
    this.kept = new Map();
  }

  /**
   * @param {string} name
   * @param {string} otherwise
   * @return {string}
   */
  get(name, otherwise) {
    try {
      return window.localStorage.getItem(PREFIX + name) ?? otherwise;
    } catch (e) {
      return this.kept.get(name) ?? otherwise;
    }
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  set(name, value) {
    this.kept.set(name, value);
    try {
      window.localStorage.setItem(PREFIX + name, value);
    } catch (e) {
      console.info('The browser keeps no preferences: %s', e);
    }
  }
}
