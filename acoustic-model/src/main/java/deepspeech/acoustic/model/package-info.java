/**
 * The DeepSpeech2 acoustic model: its shape, its parameters and their first values, its forward
 * pass and gradients (in {@code acoustic_model.py} beside this package's resources), and the {@link
 * deepspeech.acoustic.model.TrainableModel}, which trains it on one device or several.
 */
package deepspeech.acoustic.model;
