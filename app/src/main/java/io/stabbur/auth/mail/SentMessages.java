package io.stabbur.auth.mail;

import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/// The last messages that this process tried to send, for operators. Of an address only its domain
/// is kept, of a number nothing.
@Singleton
public final class SentMessages {
  private static final int MOST = 200;

  private final Deque<Sent> sent = new ArrayDeque<>();
  private final Clock clock;

  SentMessages(Clock clock) {
    this.clock = clock;
  }

  /// A message.
  ///
  /// @param kind such as `invite`; `sms` or `hook` for what is no mail of this server's
  /// @param domain of the address; empty where there is none
  /// @param problem why it was not sent, in the words of the program; empty where it was
  public record Sent(Instant at, String project, String kind, String domain, String problem) {
    public boolean isSent() {
      return problem.isEmpty();
    }
  }

  synchronized void note(Project project, String kind, String address, String problem) {
    var domain = address.substring(address.lastIndexOf('@') + 1);
    sent.addFirst(new Sent(clock.instant(), project.name(), kind, domain, problem));
    if (sent.size() > MOST) {
      sent.removeLast();
    }
  }

  /// The newest first.
  public synchronized List<Sent> last() {
    return List.copyOf(sent);
  }
}
