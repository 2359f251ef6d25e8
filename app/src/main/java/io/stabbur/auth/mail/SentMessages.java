package io.stabbur.auth.mail;

import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// The last messages that this process tried to send for each project, for operators. Of an address
/// only its domain is kept, of a number nothing.
@Singleton
public final class SentMessages {
  private static final int MOST = 50;

  private final Map<String, Deque<Sent>> sent = new HashMap<>();
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
    var ofProject = sent.computeIfAbsent(project.name(), _ -> new ArrayDeque<>());
    ofProject.addFirst(new Sent(clock.instant(), project.name(), kind, domain, problem));
    if (ofProject.size() > MOST) {
      ofProject.removeLast();
    }
  }

  /// The newest first.
  public synchronized List<Sent> last() {
    return sent.values().stream()
        .flatMap(Deque::stream)
        .sorted(Comparator.comparing(Sent::at).reversed())
        .toList();
  }
}
