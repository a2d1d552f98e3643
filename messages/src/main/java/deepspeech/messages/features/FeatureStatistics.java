package deepspeech.messages.features;

/**
 * The statistics by which features are normalised.
 *
 * @param mean of the features, one per bin
 * @param std standard deviation of the features, one per bin
 * @param meanStdFile the bytes of {@code mean_std.npz}, for the checkpoints
 */
public record FeatureStatistics(double[] mean, double[] std, byte[] meanStdFile) {}
