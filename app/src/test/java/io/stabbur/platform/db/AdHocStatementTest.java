package io.stabbur.platform.db;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.ApiException;
import io.stabbur.testing.FrozenPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class AdHocStatementTest {
  private static final AdHocStatement.Limits LIMITS =
      new AdHocStatement.Limits(Duration.ofSeconds(2), 10, 100);
  private static final Duration LONGEST = Duration.ofSeconds(20);

  private static AdHocStatement.Table run(Login login, String sql) {
    return AdHocStatement.run(login, Actor.of(login.user()), Access.READ, sql, LIMITS);
  }

  @Test
  void aServerThatNeverGreetsIsLeft() throws IOException {
    try (var silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var url = "jdbc:postgresql://127.0.0.1:" + silent.getLocalPort() + "/postgres";
      var login = new Login(url, "postgres", Secret.of("none"), 1, Duration.ofSeconds(1));
      assertTimeoutPreemptively(
          LONGEST,
          () -> {
            assertThatThrownBy(() -> run(login, "select 1")).isInstanceOf(ApiException.class);
          });
    }
  }

  @Test
  @Tag("nightly")
  void aServerThatFallsSilentAmidAStatementIsLeft() throws Exception {
    try (var server = TestServer.start(Map.of());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var login = server.project().admin().login();
      var asked = CompletableFuture.supplyAsync(() -> run(login, "select pg_sleep(1.5)"), threads);
      TimeUnit.MILLISECONDS.sleep(700);
      try (var _ = FrozenPostgres.freeze(server.project())) {
        assertThatThrownBy(() -> asked.get(LONGEST.toSeconds(), TimeUnit.SECONDS))
            .hasCauseInstanceOf(ApiException.class);
      }
    }
  }
}
