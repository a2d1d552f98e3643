/** What each client may do in the S3 store. */
package deepspeech.messages.store;
