/** Doubles of services: they answer as the service does, and do none of its work. */
package deepspeech.testing.service;
