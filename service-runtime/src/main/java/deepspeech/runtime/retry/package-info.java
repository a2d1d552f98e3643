/**
 * One retry policy for the loops of the services that wait for a broker, a disk or another service.
 * The client of the object store has its own, which counts the attempts of one request.
 */
package deepspeech.runtime.retry;
