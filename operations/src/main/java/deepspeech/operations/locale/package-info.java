/** Effects of the process's locale. */
package deepspeech.operations.locale;
