package io.stabbur.realtime.change;

import io.stabbur.platform.share.Share;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;

/// Tries refused bindings again: in each round a few of each caller, those that waited longest
/// first, so that whoever has many of them delays nobody.
final class Retries {
  private static final int MOST_OF_ONE = 20;
  private static final Duration LONGEST_ROUND = Duration.ofSeconds(1);

  private final Executor later;
  private final AtomicBoolean isRunning = new AtomicBoolean();

  Retries(Executor later) {
    this.later = later;
  }

  /// Begins a round unless one is under way.
  void round(Collection<Channel> channels) {
    var refused = channels.stream().filter(Channel::retries).toList();
    if (!refused.isEmpty() && isRunning.compareAndSet(false, true)) {
      later.execute(
          () -> {
            try {
              run(refused);
            } finally {
              isRunning.set(false);
            }
          });
    }
  }

  private static void run(List<Channel> refused) {
    long start = System.nanoTime();
    // the times stay as they are while they are compared
    var waiting = new ArrayList<Waiting>();
    refused.forEach(channel -> waiting.add(new Waiting(channel, channel.retried() - start)));
    waiting.sort(Comparator.comparingLong(Waiting::since));
    var callers = new LinkedHashMap<Share, List<Channel>>();
    for (var each : waiting) {
      var caller = each.channel.key().caller().share();
      callers.computeIfAbsent(caller, _ -> new ArrayList<>()).add(each.channel);
    }
    for (var channels : callers.values()) {
      int left = MOST_OF_ONE;
      for (var channel : channels) {
        if (left == 0) {
          break;
        }
        left -= channel.retry(left, start);
      }
      if (System.nanoTime() - start > LONGEST_ROUND.toNanos()) {
        return;
      }
    }
  }

  private record Waiting(Channel channel, long since) {}
}
