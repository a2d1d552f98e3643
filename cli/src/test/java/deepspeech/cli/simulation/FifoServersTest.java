package deepspeech.cli.simulation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FifoServersTest {
  private static final int JOBS = 400_000;

  @Test
  void jobsStartInTheOrderOfTheirArrivalOnTheFirstFreeServer() {
    // Given
    FifoServers servers = new FifoServers(2);

    // When / Then
    assertThat(servers.serve(0, 5)).isEqualTo(5);
    assertThat(servers.serve(1, 2)).isEqualTo(3);
    assertThat(servers.serve(1, 4)).isEqualTo(7);
    assertThat(servers.serve(9, 1)).isEqualTo(10);
  }

  /**
   * The mean wait of M/M/c is C(c, a) / (c μ - λ), with Erlang's C formula (Kleinrock, Queueing
   * Systems, volume 1, 1975, section 3.5).
   */
  @ParameterizedTest
  @CsvSource({"1, 0.5", "1, 0.8", "4, 0.8", "16, 0.9"})
  void theMeanWaitIsThatOfErlang(int count, double utilisation) {
    // Given
    FifoServers servers = new FifoServers(count);
    Random random = new Random(1);
    double rate = count * utilisation;

    // When
    double now = 0;
    double waited = 0;
    for (int job = 0; job < JOBS; job++) {
      now += exponential(random) / rate;
      double service = exponential(random);
      waited += servers.serve(now, service) - now - service;
    }

    // Then
    double expected = erlangC(count, rate) / (count - rate);
    assertThat(waited / JOBS).isCloseTo(expected, within(0.05 * expected));
  }

  private static double exponential(Random random) {
    return -Math.log(1 - random.nextDouble());
  }

  private static double erlangC(int servers, double load) {
    double term = 1;
    double sum = 0;
    for (int n = 0; n < servers; n++) {
      sum += term;
      term *= load / (n + 1);
    }
    double waiting = term / (1 - load / servers);
    return waiting / (sum + waiting);
  }
}
