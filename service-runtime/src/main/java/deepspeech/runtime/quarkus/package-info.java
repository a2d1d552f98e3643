/**
 * The adapter to Quarkus: health checks, gauges and beans. Only this package of the module knows a
 * framework, and only Quarkus applications use it.
 */
package deepspeech.runtime.quarkus;
