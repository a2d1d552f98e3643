/** The start of a service: checks first, and one line instead of a start if a check fails. */
package deepspeech.runtime.start;
