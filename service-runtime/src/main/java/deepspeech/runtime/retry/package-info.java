/** One retry policy for work that waits for a broker, a disk or another service. */
package deepspeech.runtime.retry;
