/** The embedded broker and store as tests need them. */
package deepspeech.testing.server;
