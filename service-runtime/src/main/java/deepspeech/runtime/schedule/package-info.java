/** Work that a service repeats on a thread of its own. */
package deepspeech.runtime.schedule;
