package io.stabbur.auth.mail;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.testing.SilentServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class TemplatesTest {
  @Test
  void aServerThatSendsNoTemplateIsGivenUp() {
    try (var server = SilentServer.start()) {
      var fetched =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return Templates.fetch(
                      new TemplateSettings("invite", null, null, null, server.url()));
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });

      assertThatThrownBy(() -> fetched.get(Duration.ofSeconds(8).toMillis(), TimeUnit.MILLISECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseInstanceOf(IOException.class);
    }
  }
}
