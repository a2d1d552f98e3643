/**
 * A line of a chart.
 *
 * @typedef {{
 *   name: string,
 *   colour: string,
 *   dash: !Array<number>,
 *   points: number,
 *   x: !Array<number>,
 *   y: !Array<number>,
 *   smoothed: !Array<number>,
 * }}
 */
export let Line;

/**
 * The index of the point nearest to a position on the x axis; -1 if there are no points.
 *
 * @param {!Array<number>} xs ascending
 * @param {number} x
 * @return {number}
 */
export function nearest(xs, x) {
  if (xs.length === 0) {
    return -1;
  }
  let low = 0;
  let high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low > 0 && x - xs[low - 1] < xs[low] - x ? low - 1 : low;
}

/**
 * The height of a line at a position, by linear interpolation. Outside its points the line is
 * constant.
 *
 * @param {!Array<number>} xs ascending
 * @param {!Array<number>} ys
 * @param {number} x
 * @return {number}
 */
export function heightAt(xs, ys, x) {
  const i = nearest(xs, x);
  if (i < 0) {
    return 0;
  }
  const j = xs[i] < x ? i + 1 : i - 1;
  if (xs[i] === x || j < 0 || j >= xs.length) {
    return ys[i];
  }
  return ys[i] + ((ys[j] - ys[i]) * (x - xs[i])) / (xs[j] - xs[i]);
}

/**
 * Stacks lines. For each position at which any line has a point, gives the sums from the first line
 * up to each line.
 *
 * @param {!Array<!Line>} lines
 * @param {boolean} smoothed
 * @return {!Array<!Array<number>>} the positions, then the sums. The sum of all lines comes first,
 *   so that later areas are drawn over it
 */
export function stacked(lines, smoothed) {
  const places = [...new Set(lines.flatMap((line) => line.x))].sort((a, b) => a - b);
  let below = places.map(() => 0);
  const sums = [];
  for (const line of lines) {
    const ys = smoothed ? line.smoothed : line.y;
    below = places.map((x, i) => Math.min(1, below[i] + heightAt(line.x, ys, x)));
    sums.unshift(below);
  }
  return [places, ...sums];
}
