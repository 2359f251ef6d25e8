package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.simple.SimpleHttpRequest;
import io.stabbur.storage.RequestPath.BucketKey;
import io.stabbur.testing.Refusals;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Buckets and keys as addresses spell them.
class RequestPathTest {
  @ParameterizedTest
  @CsvSource({
    "plain, plain",
    "a+b, a+b",
    "a%2Fb, a/b",
    "a%2fb, a/b",
    "%25, %",
    "%2525, %25",
    "bl%C3%A5, blå",
    "%F0%9F%98%80, 😀",
    "😀%20å, 😀 å",
    "%20😀, ' 😀'",
    "a%20, 'a '"
  })
  void aNameIsDecodedOnce(String written, String name) {
    assertThat(RequestPath.decode(written)).isEqualTo(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "%",
        "a%",
        "%4",
        "%4g",
        "%g4",
        "%%41",
        "%C3",
        "%C3%28",
        "%４1",
        "%4１",
        "%٤1",
        "%F0%9F%98",
        "%-1"
      })
  void whatIsNoUtf8IsNoKey(String written) {
    assertThat(Refusals.of(() -> RequestPath.decode(written)))
        .isEqualTo(new StorageError.InvalidKey(written));
  }

  @ParameterizedTest
  @CsvSource({
    "/storage/v1/object/sign/box/a/b.txt, box, a/b.txt",
    "/storage/v1/object/sign/box/a%2Fb.txt, box, a/b.txt",
    "/storage/v1/object/sign/b%20x//a/, b x, /a/",
    "/object/sign/box/a, box, a"
  })
  void theBucketEndsAtTheFirstSlash(String path, String bucket, String key) {
    assertThat(RequestPath.bucketKey(get(path), "/object/sign/"))
        .isEqualTo(new BucketKey(bucket, key));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "box", "box/", "/key", "/"})
  void aPathWithoutABucketOrAKeyIsRefused(String rest) {
    assertThat(
            Refusals.of(() -> RequestPath.bucketKey(get("/storage/v1/object/" + rest), "/object/")))
        .isEqualTo(new StorageError.InvalidKey(rest));
  }

  @Test
  void anAddressOfOursMayBeEncodedOnceMore() {
    var twice = get("/storage/v1/object/sign/box/%2525C3%2525A5");
    assertThat(RequestPath.bucketKey(twice, "/object/sign/").key()).isEqualTo("%25C3%25A5");
    assertThat(RequestPath.bucketKeyOfLink(twice, "/object/sign/").key()).isEqualTo("%C3%A5");
    var once = get("/storage/v1/object/sign/box/a+b");
    assertThat(RequestPath.bucketKeyOfLink(once, "/object/sign/").key()).isEqualTo("a+b");
  }

  @ParameterizedTest
  @CsvSource({"/storage/v1/bucket/box, box", "/storage/v1/bucket/b%2Fx/empty, b/x"})
  void aNameEndsAtTheNextSlash(String path, String name) {
    assertThat(RequestPath.name(get(path), "/bucket/")).isEqualTo(name);
  }

  private static HttpRequest<?> get(String path) {
    return new SimpleHttpRequest<>(HttpMethod.GET, path, null);
  }
}
