package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

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
import java.util.Objects;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// `kill -9` between commit and answer, in the middle of a refresh, of a verification of every kind
/// and of each step of a change of address: one person in each of these at once. Every answer is
/// held back at its first byte until all have come so far; then the process dies, nobody has heard
/// a word, and it is started again.
///
/// One kill in every run; `-Dkills=N` for N kills, each with several people in every kind of
/// journey and both forms of refresh tokens in turn.
@Tag("nightly")
class KilledTest {
  private static final int KILLS = Integer.getInteger("kills", 0);
  private static final int PEOPLE = KILLS > 0 ? 4 : 1;
  private final Path folder = TestServer.newFolder();
  private final int port = TestServer.freePort();

  @Test
  void killedBetweenCommitAndAnswerLocksNobodyOutAndNoCodeWorksTwice() throws Exception {
    try (var mailbox = new Mailbox();
        var messenger = new Messenger(mailbox)) {
      var survivors = new ArrayList<Journey>();
      AuthClient client = null;
      for (int kill = 0; kill < Math.max(1, KILLS); kill++) {
        try (var up = up(config(mailbox, messenger, 1 + kill % 2))) {
          client = client == null ? client() : client;
          check(survivors, client);
          survivors.clear();
          for (int person = 0; person < PEOPLE; person++) {
            for (var kind : Journey.all(mailbox)) {
              survivors.add(kind.apply(client));
            }
            survivors.add(Journey.VerifyText.of(client, messenger));
          }
          killAtTheAnswers(up, client, survivors);
        }
      }
      try (var _ = up(config(mailbox, messenger, 1))) {
        check(survivors, Objects.requireNonNull(client));
        System.out.printf("%d kills, %d journeys in each%n", Math.max(1, KILLS), survivors.size());
      }
    }
  }

  /// Those that the kill cut off go on where they were.
  private static void check(List<Journey> journeys, AuthClient client) {
    for (var journey : journeys) {
      assertThatCode(() -> journey.check(client, Journey.Fate.COMMITTED))
          .as(journey.toString())
          .doesNotThrowAnyException();
    }
  }

  private void killAtTheAnswers(Launched up, AuthClient client, List<Journey> journeys)
      throws Exception {
    var answering = new CountDownLatch(journeys.size());
    var dead = new CountDownLatch(1);
    var wires = new ArrayList<CuttingProxy>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var journey : journeys) {
        var wire = CuttingProxy.to(port);
        wires.add(wire);
        wire.arm(1, Cut.AFTER);
        wire.atTheCut(
            () -> {
              answering.countDown();
              await(dead);
            });
        var _ =
            clients.submit(
                () -> send(journey, client.at(URI.create("http://127.0.0.1:" + wire.port()))));
      }
      assertThat(answering.await(60, TimeUnit.SECONDS))
          .as("requests without an answer: " + answering.getCount())
          .isTrue();
      up.kill();
      dead.countDown();
    } finally {
      dead.countDown();
      for (var wire : wires) {
        wire.close();
      }
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
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

  private Path config(Mailbox mailbox, Messenger messenger, int refreshFormat) throws IOException {
    var lines = new ArrayList<String>();
    mailbox.settings().forEach((name, value) -> lines.add(name + ": " + value));
    messenger.settings().forEach((name, value) -> lines.add(name + ": " + value));
    lines.addAll(
        List.of(
            "stabbur.auth.password.cost: 4",
            "stabbur.auth.token.refresh-reuse-interval: 0s",
            "stabbur.auth.token.refresh-format: " + refreshFormat));
    return Files.write(folder.resolve("stabbur.yml"), lines);
  }
}
