package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.CuttingProxy;
import io.stabbur.testing.CuttingProxy.Cut;
import io.stabbur.testing.Launched;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/// `kill -9` between commit and answer: the process dies when the first byte of an answer leaves
/// it, in the middle of a refresh, a verification and a change of address, and is started again.
/// Once in every run; `-Dkills=N` for N rounds of every kind of journey.
class KilledTest {
  private static final int ROUNDS = Integer.getInteger("kills", 0);
  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();

  @Test
  void killedBetweenCommitAndAnswerLocksNobodyOut() throws Exception {
    try (var mailbox = new Mailbox();
        var wire = CuttingProxy.to(port)) {
      var config = config(mailbox);
      var survivors = new ArrayList<Journey>();
      for (int round = 0; round < Math.max(1, ROUNDS); round++) {
        for (var kind : kinds(mailbox)) {
          try (var up = up(config)) {
            var client = client();
            // those that the last kill cut off go on where they were
            for (var journey : survivors) {
              journey.check(client);
            }
            survivors.clear();
            var journey = kind.apply(client);
            survivors.add(journey);
            wire.arm(1, Cut.AFTER);
            wire.atTheCut(() -> kill(up));
            send(journey, client.at(URI.create("http://127.0.0.1:" + wire.port())));
            assertThat(wire.disarm()).as("killed in " + journey).isTrue();
          }
        }
      }
      try (var _ = up(config)) {
        for (var journey : survivors) {
          journey.check(client());
        }
      }
    }
  }

  private static List<Function<AuthClient, Journey>> kinds(Mailbox mailbox) {
    return ROUNDS > 0 ? Journey.all(mailbox) : List.of(Journey.ChangeWhole::of);
  }

  private static void kill(Launched up) {
    try {
      up.kill();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void send(Journey journey, AuthClient client) {
    try {
      journey.send(client);
    } catch (UncheckedIOException | Journey.Unanswered e) {
      // that is what being killed looks like
    }
  }

  private Launched up(Path config) throws IOException, InterruptedException {
    return Launched.start(
            folder, "up", "--port", String.valueOf(port), "--config", config.toString())
        .awaitReady();
  }

  private AuthClient client() throws IOException, InterruptedException {
    var status = new Properties();
    status.load(
        new StringReader(Launched.run(folder, "status", "-o", "env").getValue().replace("\"", "")));
    return new AuthClient(
        "http://127.0.0.1:" + port,
        status.getProperty("ANON_KEY"),
        status.getProperty("SERVICE_ROLE_KEY"));
  }

  private Path config(Mailbox mailbox) throws IOException {
    var lines = new ArrayList<String>();
    mailbox.settings().forEach((name, value) -> lines.add(name + ": " + value));
    lines.addAll(
        List.of("stabbur.auth.password.cost: 4", "stabbur.auth.token.refresh-reuse-interval: 0s"));
    return Files.write(folder.resolve("stabbur.yml"), lines);
  }
}
