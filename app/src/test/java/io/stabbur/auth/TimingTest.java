package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Whether time tells if an address is known. Known and unknown addresses are tried in turn, and
/// the chance is computed that of two answers the slower one is the known address's: a half when
/// time tells nothing. It must lie within what that many tries give by chance (four standard
/// errors). `-Dtries=500` for the whole measurement, on a machine that does nothing else.
///
/// What is sent after an answer waits in a queue with a limit, so every hundred requests the test
/// waits until all of it is sent; `-Dwithout-pause=1` for a server at rest before each request.
@Tag("nightly")
class TimingTest {
  private static final int TRIES = Integer.getInteger("tries", 40);
  private static final int WARM_UP = 15;
  private static final int WITHOUT_PAUSE = Integer.getInteger("without-pause", 100);

  /// A request with an address in it.
  private record Request(String path, String body) {
    long send(AuthClient client, String email) {
      var text = body.formatted(email).replace('\'', '"');
      long start = System.nanoTime();
      var answer = client.post(path, text);
      long taken = System.nanoTime() - start;
      assertThat(answer.status()).as(path).isIn(200, 400, 403);
      return taken;
    }
  }

  @Test
  void timeDoesNotTellWhetherAnAddressIsKnown() {
    try (var mailbox = new Mailbox();
        var server = TestServer.start(settings(mailbox))) {
      var client = new AuthClient(server);
      var known = new ArrayList<String>();
      for (int i = 0; i < TRIES + WARM_UP; i++) {
        known.add(person(client));
      }
      for (var request :
          List.of(
              new Request("/token?grant_type=password", "{'email':'%s','password':'feil hest'}"),
              new Request("/recover", "{'email':'%s'}"),
              new Request("/resend", "{'type':'signup','email':'%s'}"),
              new Request("/verify", "{'type':'recovery','email':'%s','token':'123456'}"),
              new Request("/otp", "{'email':'%s'}"))) {
        var samples = measure(client, request, known, mailbox);

        double chance = chance(samples.known, samples.unknown);
        double error = Math.sqrt((2.0 * TRIES + 1) / (12.0 * TRIES * TRIES));
        System.out.printf(
            "%-28s known %7.2f ms, unknown %7.2f ms, the slower one is known: %.3f (%.3f by"
                + " chance)%n",
            request.path, median(samples.known), median(samples.unknown), chance, error);
        assertThat(Math.abs(chance - 0.5)).as(request.path).isLessThan(4 * error);
      }
    }
  }

  /// How long answers took, in nanoseconds.
  private record Samples(List<Long> known, List<Long> unknown) {}

  private static Samples measure(
      AuthClient client, Request request, List<String> known, Mailbox mailbox) {
    for (int i = 0; i < WARM_UP; i++) {
      var _ = request.send(client, known.get(TRIES + i));
      var _ = request.send(client, AuthClient.newEmail());
    }
    var last = person(client);
    var samples = new Samples(new ArrayList<>(), new ArrayList<>());
    var turns = new ArrayList<>(Collections.nCopies(TRIES, true));
    turns.addAll(Collections.nCopies(TRIES, false));
    Collections.shuffle(turns, ThreadLocalRandom.current());
    int next = 0;
    for (int turn = 0; turn < turns.size(); turn++) {
      if (turn % WITHOUT_PAUSE == 0) {
        awaitEmptyQueue(client, mailbox, last);
      }
      boolean isKnown = turns.get(turn);
      var email = isKnown ? known.get(next++) : AuthClient.newEmail();
      (isKnown ? samples.known : samples.unknown).add(request.send(client, email));
    }
    return samples;
  }

  /// What is sent is sent in the order it was asked for.
  private static void awaitEmptyQueue(AuthClient client, Mailbox mailbox, String person) {
    var asked = client.post("/recover", "{\"email\":\"%s\"}".formatted(person));
    assertThat(asked.status()).isEqualTo(200);
    var _ = mailbox.last(person);
  }

  /// The share of pairs in which the first is the slower one.
  private static double chance(List<Long> first, List<Long> second) {
    double slower = 0;
    for (long one : first) {
      for (long other : second) {
        slower += one > other ? 1 : one == other ? 0.5 : 0;
      }
    }
    return slower / ((double) first.size() * second.size());
  }

  private static double median(List<Long> nanoseconds) {
    return nanoseconds.stream().sorted().skip(nanoseconds.size() / 2).findFirst().orElseThrow()
        / 1e6;
  }

  /// With a cheap hash, which hides less than a dear one.
  private static Map<String, Object> settings(Mailbox mailbox) {
    var settings = new HashMap<>(mailbox.settings());
    settings.put("stabbur.auth.password.cost", 8);
    return settings;
  }

  private static String person(AuthClient client) {
    var email = AuthClient.newEmail();
    var made =
        client
            .admin()
            .post(
                "/admin/users",
                "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
                    .formatted(email, AuthClient.PASSWORD));
    assertThat(made.status()).isEqualTo(200);
    return email;
  }
}
