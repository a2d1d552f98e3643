/** Access control: who may use the page, and from which hosts and sites. */
package deepspeech.dashboard.access;
