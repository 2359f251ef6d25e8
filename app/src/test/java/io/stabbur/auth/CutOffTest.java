package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.CuttingProxy;
import io.stabbur.testing.CuttingProxy.Cut;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Refreshes, verifications and changes of address that are cut off: the answer is lost on its way
/// to the client, or the server loses Postgres before and after each single statement, the commit
/// included, as if it had been killed there. With `-Dcut-off=every` every kind of journey is cut at
/// every statement, else two of them.
class CutOffTest {
  private static final boolean EVERY = "every".equals(System.getProperty("cut-off"));
  private static final Mailbox MAILBOX = new Mailbox();
  private static CuttingProxy wire;
  private static TestServer rows;
  private static TestServer counters;

  @BeforeAll
  static void start() throws IOException {
    var home = TestServer.shared().project();
    var database = URI.create(home.api().login().url().substring("jdbc:".length()));
    wire = CuttingProxy.to(database.getPort());
    var settings = new HashMap<>(MAILBOX.settings());
    settings.put(
        "stabbur.projects.default.database-url",
        "postgresql://127.0.0.1:" + wire.port() + "/postgres");
    settings.put(
        "stabbur.projects.default.admin-password", home.keys().databasePassword().reveal());
    settings.put("stabbur.projects.default.master-key", home.keys().masterKey().reveal());
    settings.put("stabbur.projects.default.api-password", home.keys().apiPassword().reveal());
    settings.put("stabbur.auth.token.refresh-reuse-interval", "0s");
    settings.put("stabbur.auth.password.cost", 4);
    rows = TestServer.start(settings);
    settings.put("stabbur.auth.token.refresh-format", 2);
    counters = TestServer.start(settings);
  }

  @AfterAll
  static void stop() throws IOException {
    rows.close();
    counters.close();
    wire.close();
    MAILBOX.close();
  }

  @Test
  void answersThatAreLostLockNobodyOut() throws IOException {
    for (var server : new TestServer[] {rows, counters}) {
      var client = new AuthClient(server);
      try (var lossy = CuttingProxy.to(URI.create(server.url()).getPort())) {
        var behind = client.at(URI.create("http://127.0.0.1:" + lossy.port()));
        for (var kind : Journey.all(MAILBOX)) {
          var journey = kind.apply(client);
          lossy.arm(1, Cut.AFTER);
          send(journey, behind);
          assertThat(lossy.disarm()).as(journey.toString()).isTrue();
          journey.check(client, Journey.Fate.COMMITTED);
        }
      }
    }
  }

  @Test
  void manyLostAnswersInARowLockNobodyOut() throws IOException {
    for (var server : new TestServer[] {rows, counters}) {
      var client = new AuthClient(server);
      var refresh = Journey.Refresh.of(client);
      try (var lossy = CuttingProxy.to(URI.create(server.url()).getPort())) {
        var behind = client.at(URI.create("http://127.0.0.1:" + lossy.port()));
        for (int lost = 0; lost < 5; lost++) {
          lossy.arm(1, Cut.AFTER);
          send(refresh, behind);
          assertThat(lossy.disarm()).isTrue();
        }
      }
      refresh.check(client, Journey.Fate.COMMITTED);
    }
  }

  @Test
  @Tag("nightly")
  void beingCutOffFromPostgresAtAnyStepLocksNobodyOut() {
    assertThat(everyStep(new AuthClient(counters), Journey.Refresh::of)).isGreaterThan(3);
    for (var kind : EVERY ? Journey.all(MAILBOX) : Journey.some()) {
      assertThat(everyStep(new AuthClient(rows), kind)).isGreaterThan(3);
    }
  }

  /// Cuts one kind of journey before and after each of its statements; returns how many it has.
  private static int everyStep(AuthClient client, Function<AuthClient, Journey> kind) {
    for (int step = 1; ; step++) {
      boolean any = false;
      for (var cut : Cut.values()) {
        var journey = kind.apply(client);
        wire.arm(step, cut);
        send(journey, client);
        any |= wire.disarm();
        journey.check(client, Journey.Fate.UNKNOWN);
      }
      if (!any) {
        return step - 1;
      }
    }
  }

  private static void send(Journey journey, AuthClient client) {
    try {
      journey.send(client);
    } catch (UncheckedIOException | Journey.Unanswered e) {
      // that is what being cut off looks like
    }
  }
}
