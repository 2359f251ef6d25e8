package io.stabbur.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNoException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.share.Share;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestServer;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// While too much waits to be sent, nothing is begun that would have to be sent.
class SendQueueTest {
  private static final Share OTHER = Share.of(Share.Lane.ANONYMOUS, "192.0.2.1");
  private static final int NEARLY_FULL = 960;

  /// Lets the mail server be slow for as long as the work takes.
  private static void whileMuchWaits(SendQueue queue, Runnable work) {
    var slow = new CountDownLatch(1);
    for (int i = 0; i < NEARLY_FULL; i++) {
      queue.add(Share.APPLIANCE, () -> await(slow));
    }
    try {
      work.run();
    } finally {
      slow.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void whoeverAsksIsRefusedWhileNearlyTooMuchWaits() throws Exception {
    var queue = new SendQueue();
    assertThatNoException().isThrownBy(() -> queue.requireRoom(OTHER));

    whileMuchWaits(
        queue,
        () ->
            assertThat(
                    catchThrowableOfType(ApiException.class, () -> queue.requireRoom(OTHER))
                        .error())
                .isInstanceOf(Failure.Busy.class));

    queue.close();
  }

  @Test
  void noMemberIsAddedWhoseMailWouldNotBeSent() {
    try (var server = TestServer.start(Map.of())) {
      whileMuchWaits(
          server.bean(SendQueue.class),
          () -> {
            var refused = create(server, "Crowded");

            assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
            assertThat(service(server, "GET", "/admin/v1/organizations", null).body())
                .doesNotContain("Crowded");
            assertThat(
                    service(server, "GET", "/admin/v1/people?email=chief@people.example", null)
                        .statusCode())
                .isEqualTo(404);
          });
    }
  }

  private static HttpResponse<String> create(TestServer server, String name) {
    return service(
        server,
        "POST",
        "/admin/v1/organizations",
        "{\"name\": \"%s\", \"slug\": \"crowded\", \"admin_email\": \"chief@people.example\"}"
            .formatted(name));
  }

  private static HttpResponse<String> service(
      TestServer server, String method, String path, @Nullable String body) {
    var key = server.project().keys().serviceRoleKey().reveal();
    return Http.send(
        method,
        server.url() + path,
        body,
        "apikey",
        key,
        "Authorization",
        "Bearer " + key,
        "Content-Type",
        "application/json");
  }
}
