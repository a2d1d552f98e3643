/** What the locale of the process decides. */
package deepspeech.operations.locale;
