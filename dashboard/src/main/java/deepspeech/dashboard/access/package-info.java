/** Who may see the page and act on it, and from where. */
package deepspeech.dashboard.access;
