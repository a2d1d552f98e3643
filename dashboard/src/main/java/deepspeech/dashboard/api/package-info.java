/** The HTTP API that the page uses. */
package deepspeech.dashboard.api;
