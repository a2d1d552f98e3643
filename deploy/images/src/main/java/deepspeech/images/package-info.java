/** Container images of the services and of the command line, built without Docker. */
package deepspeech.images;
