/**
 * The settings of a chart, apart from its lines.
 *
 * @typedef {{
 *   axis: string,
 *   logarithmic: boolean,
 *   smoothing: number,
 *   range: ?{from: number, to: number},
 *   resumed: !Array<number>,
 * }}
 */
export let Look;
