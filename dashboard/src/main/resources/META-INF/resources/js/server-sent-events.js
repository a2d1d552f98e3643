/**
 * Parses events from a text stream (WHATWG HTML, 9.2.6 Interpreting an event stream), as far as the
 * service uses them.
 */
export class ServerSentEvents {
  /** @param {function(string, string)} listener receives type and data of each event */
  constructor(listener) {
    this.listener = listener;
    this.rest = '';
    this.type = '';
    /** @type {!Array<string>} */
    this.data = [];
  }

  /** @param {string} text the next part of the stream, split at any position */
  push(text) {
    const lines = (this.rest + text).split(/\r\n|\n|\r(?!$)/);
    this.rest = lines.pop() ?? '';
    lines.forEach((line) => this.line(line));
  }

  /** @param {string} line */
  line(line) {
    if (line === '') {
      if (this.data.length > 0) {
        this.listener(this.type || 'message', this.data.join('\n'));
      }
      this.type = '';
      this.data = [];
      return;
    }
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.substring(0, colon);
    const value = colon < 0 ? '' : line.substring(colon + 1).replace(/^ /, '');
    if (field === 'event') {
      this.type = value;
    } else if (field === 'data') {
      this.data.push(value);
    }
  }
}
