package io.stabbur.storage.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.stabbur.platform.config.Secret;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.StoreSettings;
import io.stabbur.testing.Await;
import io.stabbur.testing.FaultyProxy;
import io.stabbur.testing.S3Store;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class S3BackendTest extends BackendContract {
  private static S3Store store = new S3Store();
  private static Backend backend = new S3Backend(store.settings(), Duration.ofSeconds(20));

  @BeforeAll
  static void open() {
    store.start();
  }

  @AfterAll
  static void close() {
    backend.close();
    store.close();
  }

  @Override
  protected Backend backend() {
    return backend;
  }

  @Test
  void aStoreThatDoesNotAnswerIsUnavailable() {
    var nowhere =
        new S3Backend(
            new StoreSettings.S3(
                URI.create("http://127.0.0.1:1"),
                "bucket",
                "us-east-1",
                Secret.of("id"),
                Secret.of("secret"),
                true),
            Duration.ofSeconds(2));
    assertThatThrownBy(
            () ->
                nowhere.write(
                    new VersionKey("t", "b", "n", "v"),
                    new ByteArrayInputStream(new byte[1]),
                    OptionalLong.of(1),
                    "text/plain"))
        .isInstanceOfSatisfying(
            ApiException.class, e -> assertThat(e.error()).isInstanceOf(Failure.Unavailable.class));
  }

  @Test
  void aStoreThatRefusesFailsOrStallsIsUnavailableInTime() throws IOException {
    try (var proxy = new FaultyProxy(store.port());
        var through = new S3Backend(store.settings(proxy.port()), Duration.ofMillis(300))) {
      var large = new byte[20 << 20];
      for (var mode :
          new FaultyProxy.Mode[] {
            FaultyProxy.Mode.REFUSE, FaultyProxy.Mode.ERROR, FaultyProxy.Mode.STALL
          }) {
        proxy.become(mode);
        long begin = System.nanoTime();
        for (var bytes : new byte[][] {large, new byte[10]}) {
          assertThatThrownBy(() -> write(through, bytes))
              .as(mode + " " + bytes.length)
              .isInstanceOfSatisfying(
                  ApiException.class,
                  e -> assertThat(e.error()).isInstanceOf(Failure.Unavailable.class));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begin))
            .as(mode.toString())
            .isLessThan(Duration.ofSeconds(15));
      }
      proxy.become(FaultyProxy.Mode.PASS);
      // the patience of 300 ms is short for a busy machine
      Await.until("it stores again", () -> stores(through, large));
    }
  }

  @Test
  void aBodyThatTheStoreTookNothingOfIsSentAgain() throws IOException {
    try (var proxy = new FaultyProxy(store.port());
        var through = new S3Backend(store.settings(proxy.port()), Duration.ofSeconds(20))) {
      var large = new byte[1 << 20];
      proxy.become(FaultyProxy.Mode.ERROR_ONCE);
      assertThat(write(through, large).size()).isEqualTo(large.length);
    }
  }

  @Test
  void aBodyThatTheStoreTookAPartOfIsSentAgainWhereItIsKept() throws IOException {
    try (var proxy = new FaultyProxy(store.port());
        var through = new S3Backend(store.settings(proxy.port()), Duration.ofSeconds(20))) {
      var kept = new byte[KeptBody.MOST];
      new Random(1).nextBytes(kept);
      proxy.become(FaultyProxy.Mode.CUT_ONCE);
      var tag = new EntityTag(Tagging.MD5);
      tag.update(kept, 0, kept.length);
      assertThat(write(through, kept)).isEqualTo(tag.written());

      proxy.become(FaultyProxy.Mode.CUT_ONCE);
      assertThatThrownBy(() -> write(through, new byte[KeptBody.MOST + 1]))
          .isInstanceOfSatisfying(
              ApiException.class,
              e -> assertThat(e.error()).isInstanceOf(Failure.Unavailable.class));
    }
  }

  /// As of a client that goes away.
  @Test
  void aBodyWhoseSourceFailsIsReadOnce() {
    var failures = new AtomicInteger();
    var source =
        new InputStream() {
          private int left = 300_000;

          @Override
          public int read() throws IOException {
            if (left-- > 0) {
              return 0;
            }
            failures.incrementAndGet();
            throw new IOException("the client went away");
          }

          @Override
          public int read(byte[] into, int at, int length) throws IOException {
            into[at] = (byte) read();
            return 1;
          }
        };
    assertThatThrownBy(
            () ->
                backend.write(
                    new VersionKey("t", "b", "n", UUID.randomUUID().toString()),
                    source,
                    OptionalLong.of(1 << 20),
                    "text/plain"))
        .isInstanceOf(ApiException.class);
    assertThat(failures).hasValue(1);
  }

  private static boolean stores(Backend to, byte[] bytes) {
    try {
      return write(to, bytes).size() == bytes.length;
    } catch (ApiException _) {
      return false;
    }
  }

  /// On a virtual thread, as requests are.
  private static Written write(Backend to, byte[] bytes) {
    var written =
        CompletableFuture.supplyAsync(
            () ->
                to.write(
                    new VersionKey("t", "b", "n", UUID.randomUUID().toString()),
                    new ByteArrayInputStream(bytes),
                    OptionalLong.of(bytes.length),
                    "text/plain"),
            Thread::startVirtualThread);
    try {
      return written.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof ApiException said ? said : e;
    }
  }
}
