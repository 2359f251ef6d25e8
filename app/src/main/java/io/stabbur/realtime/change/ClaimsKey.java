package io.stabbur.realtime.change;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// Subscribers of whom Postgres' policies are asked once for all: the same role with the same
/// claims and the same check of the token.
final class ClaimsKey {
  private static final long FIRST_PAUSE = 1_000_000_000L;
  private static final long LONGEST_PAUSE = 30_000_000_000L;

  /// Claims that a token does not share with the one it replaces.
  private static final Set<String> OF_TOKEN = Set.of("exp", "iat", "nbf", "jti");

  private static final long LOG_PAUSE = 60_000_000_000L;

  /// How long the settings of its sessions are known.
  private static final long FRESH = 1_000_000_000L;

  private final Caller caller;
  private final String identity;
  // channels of one key share no more than this
  private volatile long logged;

  /// Tables about which its last question failed.
  private final Map<Long, Trouble> troubles = new ConcurrentHashMap<>();

  private volatile @Nullable List<String> settings;
  private volatile @Nullable Known known;

  /// A question about a table failed; one that took too long is not asked again before a moment.
  ///
  /// @param pause 0 where it failed otherwise
  private record Trouble(long pause, long until) {
    private static final Trouble FAILED = new Trouble(0, 0);

    Trouble longer() {
      long next = pause == 0 ? FIRST_PAUSE : Math.min(2 * pause, LONGEST_PAUSE);
      return new Trouble(next, System.nanoTime() + next);
    }

    boolean isPaused() {
      return pause > 0 && System.nanoTime() - until < 0;
    }
  }

  /// As whom it is asked, and since when.
  private record Known(ManyCallers.Asker asker, long since) {}

  ClaimsKey(Caller caller) {
    this.caller = caller;
    this.identity = caller.role() + '\n' + caller.check().stored() + '\n' + caller.claims().json();
  }

  Caller caller() {
    return caller;
  }

  String role() {
    return caller.role();
  }

  /// The names of the settings that its sessions had when this was asked first.
  List<String> settings() {
    var known = settings;
    if (known == null) {
      known = List.copyOf(caller.actor().settings().keySet());
      settings = known;
    }
    return known;
  }

  /// As whom it is asked among many.
  ManyCallers.Asker asMany() {
    long now = System.nanoTime();
    var last = known;
    if (last == null || now - last.since > FRESH) {
      last = new Known(ManyCallers.Asker.of(caller), now);
      known = last;
    }
    return last.asker;
  }

  /// Drops what is no longer fresh: it is as long as the claims.
  void tidy() {
    var last = known;
    if (last != null && System.nanoTime() - last.since > FRESH) {
      known = null;
    }
  }

  /// Whether its policies of a table took too long a moment ago: they would hold up everybody else.
  boolean isPaused(long table) {
    var trouble = troubles.get(table);
    return trouble != null && trouble.isPaused();
  }

  /// After a policy of a table that took too long: not asked for a while, longer each time.
  void pause(long table) {
    troubles.merge(table, Trouble.FAILED.longer(), (last, _) -> last.longer());
  }

  void answered(long table) {
    if (!troubles.isEmpty()) {
      troubles.remove(table);
    }
  }

  void failed(long table) {
    troubles.putIfAbsent(table, Trouble.FAILED);
  }

  /// Whether a failure is to be logged: once a minute is enough.
  boolean isNews() {
    long now = System.nanoTime();
    if (logged != 0 && now - logged < LOG_PAUSE) {
      return false;
    }
    logged = now;
    return true;
  }

  /// Whether the last question about a table failed: the next is asked alone, as it may fail again.
  boolean hasFailed(long table) {
    return troubles.containsKey(table);
  }

  /// Whether this stands for the same bearer as an earlier key, with the same claims but for those
  /// that each token has anew: what was judged for the earlier one counts for this one.
  boolean continues(ClaimsKey earlier) {
    return equals(earlier)
        || (role().equals(earlier.role())
            && caller.check().equals(earlier.caller.check())
            && lasting(caller.claims()).equals(lasting(earlier.caller.claims())));
  }

  private static Map<String, JsonNode> lasting(Claims claims) {
    var all = new HashMap<String, JsonNode>();
    claims.tree().entries().forEach(each -> all.put(each.getKey(), each.getValue()));
    all.keySet().removeAll(OF_TOKEN);
    return all;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof ClaimsKey key && key.identity.equals(identity);
  }

  @Override
  public int hashCode() {
    return identity.hashCode();
  }

  /// The role alone: claims are personal.
  @Override
  public String toString() {
    return caller.role();
  }
}
