/**
 * Creates elements from data. Every text becomes a text node, never markup, so text from a message
 * cannot add markup to the page.
 */

const AS_PROPERTY = new Set(['value', 'checked', 'disabled', 'hidden', 'indeterminate', 'open', 'selected']);

/**
 * Creates an element.
 *
 * @param {string} tag
 * @param {!Object<string, *>=} attributes attributes by name; on… adds a listener; null and false
 *   omit the attribute
 * @param {...*} children elements, texts, or lists of them; null is skipped
 * @return {?} an HTMLElement of the class that belongs to the tag
 */
export function el(tag, attributes = {}, ...children) {
  const element = /** @type {!HTMLElement} */ (document.createElement(tag));
  for (const name of Object.keys(attributes)) {
    setAttribute(element, name, attributes[name]);
  }
  element.append(...nodes(children));
  return element;
}

/**
 * @param {!HTMLElement} element
 * @param {string} name
 * @param {*} value
 */
function setAttribute(element, name, value) {
  if (name.startsWith('on')) {
    element.addEventListener(name.substring(2), /** @type {function(!Event): *} */ (value));
  } else if (AS_PROPERTY.has(name)) {
    element[name] = value;
  } else if (value !== null && value !== undefined && value !== false) {
    element.setAttribute(name, value === true ? '' : String(value));
  }
}

/**
 * @param {!Array<*>} children
 * @return {!Array<!Node|string>}
 */
function nodes(children) {
  return children
      .flat(Infinity)
      .filter((child) => child !== null && child !== undefined && child !== false)
      .map((child) => (child instanceof Node ? child : String(child)));
}

/**
 * Replaces the children of an element.
 *
 * @param {!Element} parent
 * @param {...*} children
 */
export function fill(parent, ...children) {
  parent.replaceChildren(...nodes(children));
}

/**
 * Sets a text only if it differs, to avoid unnecessary layout and screen reader output.
 *
 * @param {!Element} element
 * @param {string} text
 */
export function setText(element, text) {
  if (element.textContent !== text) {
    element.textContent = text;
  }
}

/**
 * Children by key. Children that remain are moved instead of created again, so that focus and
 * selection are preserved.
 *
 * @template T, V
 */
export class KeyedChildren {
  /**
   * @param {!Element} parent
   * @param {function(T): string} key
   * @param {function(T): {element: !Element, update: function(T)}} create
   */
  constructor(parent, key, create) {
    this.parent = parent;
    this.key = key;
    this.create = create;
    /** @type {!Map<string, {element: !Element, update: function(T)}>} */
    this.children = new Map();
  }

  /** @param {!Array<T>} items */
  show(items) {
    const shown = new Set(items.map(this.key));
    this.children.forEach((child, key) => {
      if (!shown.has(key)) {
        child.element.remove();
        this.children.delete(key);
      }
    });
    let before = this.parent.firstElementChild;
    for (const item of items) {
      const key = this.key(item);
      const known = this.children.get(key);
      const child = known || this.create(item);
      if (!known) {
        this.children.set(key, child);
      }
      child.update(item);
      if (child.element === before) {
        before = before.nextElementSibling;
      } else {
        this.parent.insertBefore(child.element, before);
      }
    }
  }
}

let ids = 0;

/**
 * Creates an id that no other element has, for references.
 *
 * @param {string} stem
 * @return {string}
 */
export function uniqueId(stem) {
  ids += 1;
  return `${stem}-${ids}`;
}
