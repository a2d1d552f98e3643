/** Effects of the process's locale. */
package deepspeech.runtime.locale;
