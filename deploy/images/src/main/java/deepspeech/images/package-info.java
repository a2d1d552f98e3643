/** Container images of the services, built without Docker. */
package deepspeech.images;
