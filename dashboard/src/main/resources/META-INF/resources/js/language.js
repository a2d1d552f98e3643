/**
 * Languages of the page. Their files are /languages/<code>.json, with the same keys; all but English also have argument.* and
 * allowed.*, which the service sends in English.
 */
export const LANGUAGES = ['en', 'zh'];

/** The texts of one language, by key. */
export class Language {
  /**
   * @param {string} code
   * @param {!Object<string, string>} texts
   */
  constructor(code, texts) {
    this.code = code;
    this.texts = texts;
    this.locale = code === 'zh' ? 'zh-CN' : 'en-GB';
  }

  /**
   * Loads the language with a given code.
   *
   * @param {string} code
   * @return {!Promise<!Language>}
   */
  static async load(code) {
    const answer = await fetch(`/languages/${code}.json`);
    if (!answer.ok) {
      throw new Error(`/languages/${code}.json: HTTP ${answer.status}`);
    }
    return new Language(code, /** @type {!Object<string, string>} */ (await answer.json()));
  }

  /**
   * The first language of the browser that the page supports; otherwise the first of LANGUAGES.
   *
   * @return {string}
   */
  static ofBrowser() {
    for (const wanted of navigator.languages ?? []) {
      const code = wanted.toLowerCase().split('-')[0];
      if (LANGUAGES.includes(code)) {
        return code;
      }
    }
    return LANGUAGES[0];
  }

  /**
   * The text of a key, with each {name} replaced by its value.
   *
   * @param {string} key
   * @param {!Object<string, *>=} values
   * @return {string}
   */
  text(key, values = {}) {
    const text = this.texts[key];
    if (text === undefined) {
      throw new Error(`no text ${key} in ${this.code}`);
    }
    return text.replace(/\{(\w+)\}/g, (_, name) => String(values[name]));
  }

  /**
   * The text of a key that may be missing, such as that of a code from a newer service.
   *
   * @param {string} key
   * @param {string} otherwise
   * @return {string}
   */
  textOr(key, otherwise) {
    return this.texts[key] ?? otherwise;
  }
}

/** @type {!Language} */
let current = new Language('en', {});

/** @param {!Language} language */
export function speak(language) {
  current = language;
  document.documentElement.lang = language.locale;
}

/** @return {!Language} */
export function language() {
  return current;
}

/**
 * The text of a key in the language of the page.
 *
 * @param {string} key
 * @param {!Object<string, *>=} values
 * @return {string}
 */
export function t(key, values = {}) {
  return current.text(key, values);
}
