/** An error response of the service, or no response. */
export class ApiError extends Error {
  /**
   * @param {number} status HTTP status; 0 if the service was not reached
   * @param {string} reason one-line reason from the service; empty if the service gave none
   * @param {string=} field the invalid field of a rejected command
   */
  constructor(status, reason, field) {
    super(reason || `HTTP ${status}`);
    this.status = status;
    this.reason = reason;
    this.field = field;
  }
}

/** The service's HTTP API. */
export class Api {
  /**
   * @param {function()} signedOut called when the service reports that the user is not signed in
   */
  constructor(signedOut) {
    this.signedOut = signedOut;
  }

  /**
   * @param {string} path
   * @param {!AbortSignal=} signal
   * @return {!Promise<?>}
   */
  get(path, signal) {
    return this.request(path, {signal});
  }

  /**
   * @param {string} path
   * @param {*} body
   * @return {!Promise<?>}
   */
  post(path, body) {
    return this.request(path, {method: 'POST', headers: {'Content-Type': 'application/json'}, body: JSON.stringify(body)});
  }

  /**
   * @param {string} path
   * @return {!Promise<?>}
   */
  delete(path) {
    return this.request(path, {method: 'DELETE', headers: {'Content-Type': 'application/json'}});
  }

  /**
   * @param {string} path
   * @param {!RequestInit} options
   * @return {!Promise<?>}
   */
  async request(path, options) {
    const answer = await reach(path, options);
    const text = await answer.text();
    const body = answer.headers.get('Content-Type')?.includes('json') && text ? JSON.parse(text) : {};
    if (answer.ok) {
      return body;
    }
    if (answer.status === 401 && path !== '/api/session') {
      this.signedOut();
    }
    throw new ApiError(answer.status, body['reason'] ?? '', body['field']);
  }
}

/**
 * @param {string} path
 * @param {!RequestInit} options
 * @return {!Promise<!Response>}
 */
async function reach(path, options) {
  try {
    return await fetch(path, {credentials: 'same-origin', cache: 'no-store', ...options});
  } catch (e) {
    if (e instanceof DOMException && e.name === 'AbortError') {
      throw e;
    }
    throw new ApiError(0, '');
  }
}

/**
 * Builds a path of the API.
 *
 * @param {...string} segments
 * @return {string}
 */
export function path(...segments) {
  return `/api/${segments.map(encodeURIComponent).join('/')}`;
}
