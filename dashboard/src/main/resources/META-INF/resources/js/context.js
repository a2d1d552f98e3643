import {Announcer} from './announcer.js';
import {Api} from './api.js';
import {Preferences} from './preferences.js';

/**
 * The objects that every view uses.
 *
 * @typedef {{
 *   api: !Api,
 *   announcer: !Announcer,
 *   preferences: !Preferences,
 *   failed: function(*),
 * }}
 */
export let Context;

/**
 * A part of the page that shows data of the service.
 *
 * @typedef {{
 *   element: !Element,
 *   title: string,
 *   changed: function(?string),
 *   redraw: function(),
 *   dispose: function(),
 * }}
 *   changed takes the run that changed, null for all of them
 */
export let View;
