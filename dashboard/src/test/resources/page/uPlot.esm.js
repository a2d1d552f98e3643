/** What the page uses of the chart library, for the checks of its scripts. */
export default class uPlot {
  /**
   * @param {!Object} options
   * @param {!Array<!Array<?number>>} data
   * @param {!Element} target
   */
  constructor(options, data, target) {
    /** @type {!Array<!Array<?number>>} */
    this.data = data;
    /** @type {number} */
    this.width = 0;
    /** @type {!CanvasRenderingContext2D} */
    this.ctx;
    /** @type {{left: number, top: number, width: number, height: number}} */
    this.bbox;
    /** @type {{left: number, top: number, width: number, height: number}} */
    this.select;
    /** @type {{left: number, top: number}} */
    this.cursor;
  }

  /**
   * @param {!Array<!Array<!Array<?number>>>} tables
   * @return {!Array<!Array<?number>>}
   */
  static join(tables) {
    return tables[0];
  }

  /**
   * @param {number} from
   * @param {number} to
   * @param {!Object} options
   * @return {!Array<?number>}
   */
  static rangeNum(from, to, options) {
    return [from, to];
  }

  /**
   * @param {number} value
   * @param {string} scale
   * @param {boolean=} onCanvas
   * @return {number}
   */
  valToPos(value, scale, onCanvas) {
    return 0;
  }

  /**
   * @param {number} position
   * @param {string} scale
   * @return {number}
   */
  posToVal(position, scale) {
    return 0;
  }

  /** @param {!Array<!Array<?number>>} data */
  setData(data) {}

  /** @param {{width: number, height: number}} size */
  setSize(size) {}

  /**
   * @param {{left: number, top: number, width: number, height: number}} area
   * @param {boolean} tell
   */
  setSelect(area, tell) {}

  /**
   * @param {{left: number, top: number}} place
   * @param {boolean} tell
   * @param {boolean} publish
   */
  setCursor(place, tell, publish) {}

  destroy() {}
}
