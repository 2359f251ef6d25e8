package io.stabbur.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micronaut.http.HttpMethod;
import io.micronaut.http.simple.SimpleHttpRequest;
import io.stabbur.storage.StorageError;
import io.stabbur.testing.Refusals;
import java.util.LinkedHashMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Calls of the S3 protocol that are not served are taken for no others. A question mark with
/// nothing behind it stands for a request without a query.
class SubresourcesTest {
  @ParameterizedTest
  @CsvSource({
    "GET, /b, ?",
    "GET, /b, ?list-type=2&prefix=a",
    "GET, /b, ?location",
    "GET, /b, ?uploads",
    "HEAD, /b/k, ?",
    "GET, /b/k, ?tagging",
    "GET, /b/k, ?versionId=null",
    "GET, /b/k, ?partNumber=1",
    "GET, /b/k, ?response-content-type=a",
    "PUT, /b, ?",
    "PUT, /b/, ?x-id=CreateBucket",
    "PUT, /b/k, ?X-Amz-Signature=a&x-id=PutObject",
    "PUT, /b/k, ?uploadId=u&partNumber=1",
    "POST, /b, ?delete",
    "POST, /b/k, ?uploads",
    "POST, /b/k, ?uploadId=u",
    "DELETE, /b, ?",
    "DELETE, /b/k, ?uploadId=u"
  })
  void whatIsServedPasses(HttpMethod method, String path, String query) {
    assertThatCode(() -> Subresources.check(request(method, path, query)))
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({
    "PUT, /b/k, ?tagging",
    "PUT, /b/k, ?acl",
    "PUT, /b/k, ?versionId=3",
    "PUT, /b, ?policy",
    "PUT, /b, ?unheardOf",
    "DELETE, /b/k, ?versionId=3",
    "DELETE, /b, ?policy",
    "POST, /b, ?",
    "POST, /b/k, ?",
    "POST, /b/k, ?restore",
    "POST, /b/k, ?delete",
    "GET, /b/k, ?acl",
    "GET, /b/k, ?torrent",
    "GET, /b/k, ?encryption",
    "GET, /b, ?versions",
    // names of parameters are case-sensitive: these would store or delete the whole object
    "PUT, /b/k, ?uploadid=u&partnumber=1",
    "DELETE, /b/k, ?uploadid=u",
    "POST, /b/k, ?UPLOADS",
    // a part without its upload, and an upload of a bucket
    "PUT, /b/k, ?partNumber=1",
    "DELETE, /b, ?uploadId=u",
    "PUT, /b, ?uploadId=u",
    "POST, /b, ?delete&uploadId=u"
  })
  void whatIsNotServedIsNotImplemented(HttpMethod method, String path, String query) {
    assertThat(Refusals.of(() -> Subresources.check(request(method, path, query))))
        .isInstanceOfSatisfying(
            StorageError.Protocol.class,
            error -> {
              assertThat(error.status()).isEqualTo(501);
              assertThat(error.code()).isEqualTo("NotImplemented");
            });
  }

  @ParameterizedTest
  @CsvSource({
    "/b, ?policy, NoSuchBucketPolicy",
    "/b, ?tagging, NoSuchTagSet",
    "/b, ?cors, NoSuchCORSConfiguration",
    "/b/k, ?versionId=3, NoSuchVersion",
    "/b, ?versionId=3, NoSuchVersion"
  })
  void whatABucketHasNotIsMissing(String path, String query, String code) {
    assertThat(Refusals.of(() -> Subresources.check(request(HttpMethod.GET, path, query))))
        .isInstanceOfSatisfying(
            StorageError.Protocol.class,
            error -> {
              assertThat(error.status()).isEqualTo(404);
              assertThat(error.code()).isEqualTo(code);
            });
  }

  private static S3Request request(HttpMethod method, String path, String query) {
    var named = new LinkedHashMap<String, String>();
    UriText.query(query.substring(1)).forEach(each -> named.put(each.name(), each.value()));
    var parts = path.split("/", 3);
    return new S3Request(
        new SimpleHttpRequest<>(method, "/storage/v1/s3" + path, null),
        unsigned(),
        parts[1],
        parts.length > 2 ? parts[2] : "",
        named);
  }

  @SuppressWarnings("NullAway") // nothing of it is asked
  private static SignedRequest unsigned() {
    return new SignedRequest(null, new SignedRequest.Payload.Unsigned(), null, "", "");
  }
}
