/** The location within the page: the part of the address after #. */
export class Route {
  /** @param {string} hash such as #/runs/demo/checkpoints?at=best */
  constructor(hash) {
    const [path, query] = hash.replace(/^#?\/?/, '').split('?');
    /** @type {!Array<string>} */
    this.segments = path.split('/').filter((s) => s !== '').map(decoded);
    this.query = new URLSearchParams(query ?? '');
  }
}

/**
 * @param {string} segment
 * @return {string}
 */
function decoded(segment) {
  try {
    return decodeURIComponent(segment);
  } catch (e) {
    return segment;
  }
}

/**
 * Builds an address within the page.
 *
 * @param {!Array<string>} segments
 * @param {!Object<string, string>=} query
 * @return {string}
 */
export function address(segments, query = {}) {
  const text = new URLSearchParams(query).toString();
  return `#/${segments.map(encodeURIComponent).join('/')}${text === '' ? '' : `?${text}`}`;
}
