/**
 * The DeepSpeech2 acoustic model: its shape, its parameters and their initial values, its forward
 * pass and gradients (in {@code acoustic_model.py} among this package's resources), and the {@link
 * deepspeech.acoustic.model.TrainableModel}, which trains it on one or several devices.
 */
package deepspeech.acoustic.model;
