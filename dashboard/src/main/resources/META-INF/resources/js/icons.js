const NAMESPACE = 'http://www.w3.org/2000/svg';

/** Outlines in a view box of 16 × 16. */
const PATHS = {
  accepted: 'M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 1 0 0-11M8 5v3.200l2 1.300',
  running: 'M5.500 3.500l7 4.500l-7 4.500z',
  stopped: 'M4.500 4.500h7v7h-7z',
  finished: 'M3 8.500l3.200 3.200L13 4.800',
  failed: 'M4 4l8 8M12 4l-8 8',
  rejected: 'M8 2.500a5.500 5.500 0 1 0 0 11a5.500 5.500 0 1 0 0-11M4.200 11.800l7.600-7.600',
  pin: 'M6 2.500h4l-.5 4.500l2.500 2.500H4L6.500 7zM8 9.500v4',
  best: 'M8 2l1.800 3.800l4.200.5l-3.100 2.900l.8 4.100L8 11.300l-3.700 2l.8-4.100L2 6.300l4.200-.5z',
  sun: 'M8 5.200a2.800 2.800 0 1 0 0 5.600a2.800 2.800 0 1 0 0-5.600M8 1.500v1.500M8 13v1.500M1.500 8H3M13 8h1.500M3.400 3.400l1.100 1.100M11.500 11.500l1.100 1.100M12.600 3.400l-1.100 1.100M4.500 11.500l-1.100 1.100',
  moon: 'M13 9.500A5.500 5.500 0 0 1 6.500 3a5.500 5.500 0 1 0 6.500 6.500z',
  system: 'M2.500 3.500h11v7h-11zM6 13.500h4M8 10.500v3',
  warning: 'M8 2.500l6 10.500H2zM8 6.500v3M8 11.300v.2',
  connected: 'M2.500 8.500a8 8 0 0 1 11 0M5 11a4.400 4.400 0 0 1 6 0M8 13.300v.1',
  plus: 'M8 3v10M3 8h10',
  minus: 'M3 8h10',
};

/**
 * An icon next to a text with the same meaning. It is hidden from screen readers.
 *
 * @param {string} name
 * @return {!Element}
 */
export function icon(name) {
  const svg = document.createElementNS(NAMESPACE, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(NAMESPACE, 'path');
  path.setAttribute('d', PATHS[name]);
  svg.append(path);
  return svg;
}
