import {Preferences} from './preferences.js';

export const APPEARANCES = ['system', 'light', 'dark'];

const DARK_SYSTEM = window.matchMedia('(prefers-color-scheme: dark)');

/**
 * Cache of resolved colours by appearance and property. Resolving a colour causes a layout of the
 * page.
 *
 * @const {!Map<string, string>}
 */
const resolved = new Map();

/**
 * The current colour of a custom property, in a form that a canvas accepts.
 *
 * @param {string} property such as --accent
 * @return {string}
 */
export function colour(property) {
  const key = `${document.documentElement.dataset.appearance} ${DARK_SYSTEM.matches} ${property}`;
  const known = resolved.get(key);
  if (known !== undefined) {
    return known;
  }
  const probe = document.createElement('span');
  probe.style.color = `var(${property})`;
  document.body.append(probe);
  const found = getComputedStyle(probe).color;
  probe.remove();
  resolved.set(key, found);
  return found;
}

/** The appearance of the page: light, dark or the setting of the system. */
export class Appearance {
  /**
   * @param {!Preferences} preferences
   * @param {function()} changed called when colours have changed
   */
  constructor(preferences, changed) {
    this.preferences = preferences;
    this.changed = changed;
    DARK_SYSTEM.addEventListener('change', changed);
  }

  /** @return {string} */
  get chosen() {
    const chosen = this.preferences.get('appearance', APPEARANCES[0]);
    return APPEARANCES.includes(chosen) ? chosen : APPEARANCES[0];
  }

  /** @param {string} appearance */
  choose(appearance) {
    this.preferences.set('appearance', appearance);
    document.documentElement.dataset.appearance = appearance;
    this.changed();
  }
}
