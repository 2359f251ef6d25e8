package io.stabbur.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.stabbur.testing.Await;
import io.stabbur.testing.TestServer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// What one network address leaves to others: turns at hashing passwords, and mails of an hour.
class AuthSharesTest {
  private static final int PER_HOUR = 6;
  private static final int STORM = 40;
  private static final Mailbox MAILBOX = new Mailbox();
  private static TestServer server;
  private static AuthClient greedy;
  private static AuthClient other;

  @BeforeAll
  static void start() {
    var settings = new java.util.HashMap<>(MAILBOX.settings());
    settings.put("stabbur.auth.mail.per-hour", PER_HOUR);
    settings.put("stabbur.auth.trusted-proxies", 1);
    settings.put("stabbur.auth.password.hashers", 1);
    settings.put("stabbur.auth.password.waiting", STORM / 2);
    settings.put("stabbur.auth.password.cost", 7);
    server = TestServer.start(settings);
    greedy = new AuthClient(server).with("X-Forwarded-For", "203.0.113.1");
    other = new AuthClient(server).with("X-Forwarded-For", "198.51.100.1");
  }

  @AfterAll
  static void stop() {
    server.close();
    MAILBOX.close();
  }

  private static String account() {
    var email = AuthClient.newEmail();
    var made =
        other
            .admin()
            .post(
                "/admin/users",
                "{\"email\":\"%s\",\"password\":\"%s\",\"email_confirm\":true}"
                    .formatted(email, AuthClient.PASSWORD));
    assertThat(made.status()).isEqualTo(200);
    return email;
  }

  @Test
  void aStormOfSignInsFromOneAddressDelaysAnotherByATurnOrTwo() throws Exception {
    var email = account();
    var statuses = new ConcurrentLinkedQueue<Integer>();
    try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < STORM; i++) {
        senders.execute(() -> statuses.add(greedy.signIn(email, "wrong").status()));
      }
      Await.until("the storm has begun", () -> !statuses.isEmpty());

      var signedIn = other.signIn(email);

      assertThat(signedIn.status()).isEqualTo(200);
      assertThat(statuses.stream().filter(status -> status == 400))
          .as("wrong passwords compared before the right one of another address")
          .hasSizeLessThan(STORM / 3);
    }
    assertThat(statuses).as("what exceeds the queue of one address").contains(429);
  }

  @Test
  void oneAddressUsesUpNoMoreThanTwoThirdsOfAnHoursMails() {
    var emails = new ArrayList<String>();
    for (int i = 0; i < PER_HOUR; i++) {
      emails.add(account());
    }
    var last = account();

    emails.forEach(email -> recover(greedy, email));
    recover(other, last);

    assertThat(MAILBOX.last(last).link()).isNotEmpty();
    Await.until("mails of the first address", () -> count(emails) >= PER_HOUR * 2 / 3);
    assertThat(count(emails)).isEqualTo(PER_HOUR * 2 / 3);
  }

  private static void recover(AuthClient client, String email) {
    assertThat(client.post("/recover", "{\"email\":\"%s\"}".formatted(email)).status())
        .isEqualTo(200);
  }

  private static long count(List<String> emails) {
    return emails.stream().mapToLong(MAILBOX::count).sum();
  }
}
