package io.stabbur.organization;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.platform.db.Access;
import io.stabbur.platform.db.RowReader;
import io.stabbur.platform.error.ApiException;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes refused switches of organisation to the audit log, away from the answers' path. Bounded:
/// whoever guesses ids in a loop gets a few entries a minute, and one connection serves them all.
@Singleton
final class RefusedSwitches {
  private static final Logger LOG = LoggerFactory.getLogger(RefusedSwitches.class);
  private static final int A_MINUTE = 5;
  private static final int WAITING = 200;

  private final Cache<String, AtomicInteger> written =
      Caffeine.newBuilder().expireAfterWrite(Duration.ofMinutes(1)).maximumSize(10_000).build();
  private final ThreadPoolExecutor writer =
      new ThreadPoolExecutor(
          1,
          1,
          10,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(WAITING),
          Thread.ofVirtual().name("refused-switches").factory(),
          (_, _) -> LOG.warn("too many refused switches of organisation: one is not audited"));

  RefusedSwitches() {
    writer.allowCoreThreadTimeOut(true);
  }

  void record(OrganizationSchema schema, Caller caller, UUID wanted) {
    var who = caller.project().name() + " " + caller.claims().text("sub").orElse("");
    if (written.get(who, _ -> new AtomicInteger()).incrementAndGet() <= A_MINUTE) {
      writer.execute(() -> write(schema, caller, wanted));
    }
  }

  private static void write(OrganizationSchema schema, Caller caller, UUID wanted) {
    try {
      caller
          .project()
          .api()
          .exchange(
              inNoOrganization(schema, caller).actor(),
              Access.WRITE,
              schema.call("audit_refused_switch", wanted),
              RowReader.none());
    } catch (ApiException e) {
      LOG.warn("a refused switch of organisation could not be audited: {}", e.error());
    }
  }

  /// The refused caller acts in no organization: not in the one it asked for, whose keys a session
  /// with that claim would be handed.
  private static Caller inNoOrganization(OrganizationSchema schema, Caller caller) {
    var changes = new LinkedHashMap<String, JsonNode>();
    schema.rights().forEach(claim -> changes.put(claim, JsonNode.nullNode()));
    return caller.asShown().with(caller.claims().with(changes));
  }

  @PreDestroy
  void close() {
    writer.shutdownNow();
  }
}
