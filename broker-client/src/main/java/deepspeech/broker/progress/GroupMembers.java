package deepspeech.broker.progress;

import deepspeech.broker.BrokerConfiguration;
import deepspeech.broker.BrokerException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

/**
 * The members of a consumer group, as the broker knows them. A process that was killed or suspended
 * leaves the group after its session timeout. Thread-safe.
 */
public final class GroupMembers implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  private final BrokerConfiguration broker;
  private final String group;
  private final Admin admin;

  /**
   * Opens a connection. The broker need not be reachable yet.
   *
   * @param group {@code group.id} of the consumers, without the prefix of its name on the broker
   */
  public GroupMembers(BrokerConfiguration broker, String group) {
    this.broker = broker;
    this.group = broker.name(group);
    this.admin = broker.admin(LIMIT);
  }

  /**
   * The {@code client.id} of each member.
   *
   * @throws BrokerException if the broker does not answer within 10 s, or refuses
   */
  public Set<String> clientIds() throws InterruptedException {
    return members().stream()
        .map(MemberDescription::clientId)
        .collect(Collectors.toUnmodifiableSet());
  }

  /**
   * The number of members, some of which may have the same {@code client.id}.
   *
   * @throws BrokerException as {@link #clientIds}
   */
  public int count() throws InterruptedException {
    return members().size();
  }

  private Collection<MemberDescription> members() throws InterruptedException {
    try {
      return admin
          .describeConsumerGroups(List.of(group))
          .describedGroups()
          .get(group)
          .get()
          .members();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return Set.of();
      }
      throw new BrokerException(
          "broker %s does not describe the consumer group %s: %s"
              .formatted(broker.bootstrapServers(), group, BrokerException.line(e)),
          e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
