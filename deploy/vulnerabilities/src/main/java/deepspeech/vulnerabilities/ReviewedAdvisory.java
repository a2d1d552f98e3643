package deepspeech.vulnerabilities;

import java.time.LocalDate;
import java.util.Optional;

/**
 * A reviewed advisory on one library.
 *
 * @param advisory with the one library
 * @param acceptance why an affected version may be shipped; if empty, none may
 */
record ReviewedAdvisory(Advisory advisory, Optional<Acceptance> acceptance) {
  /**
   * Why a vulnerability does no harm here.
   *
   * @param until what ends the acceptance, such as a release
   * @param review when it has to be reviewed again
   */
  record Acceptance(String reason, String until, LocalDate review) {}

  /** Group and artifact. */
  String library() {
    return advisory.affected().get(0).library();
  }

  /** True if this is the review of an advisory for the library, under any of its identifiers. */
  boolean covers(Advisory other, String library) {
    return library().equals(library) && advisory.ids().stream().anyMatch(other.ids()::contains);
  }
}
