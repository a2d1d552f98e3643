/** The HTTP API of the page. */
package deepspeech.dashboard.api;
