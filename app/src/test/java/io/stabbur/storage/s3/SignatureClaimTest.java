package io.stabbur.storage.s3;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpRequest;
import io.stabbur.storage.StorageError;
import io.stabbur.testing.Refusals;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What a request says of its signature.
class SignatureClaimTest {
  private static final String SCOPE = "20261128/us-east-1/s3/aws4_request";
  private static final String HEADER =
      "AWS4-HMAC-SHA256 Credential=KEY/" + SCOPE + ", SignedHeaders=host;X-Amz-Date,Signature=abc";
  private static final String QUERY =
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=KEY%2F"
          + SCOPE.replace("/", "%2F")
          + "&X-Amz-Date=20261128T000000Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
          + "&X-Amz-Signature=abc";

  @Test
  void theHeaderHasTheWholeClaim() {
    var claim = claim(get("").header("x-amz-security-token", "t"));
    assertThat(claim.accessKey()).isEqualTo("KEY");
    assertThat(claim.scope()).isEqualTo(new CredentialScope("20261128", "us-east-1", "s3"));
    assertThat(claim.date()).isEqualTo("20261128T000000Z");
    assertThat(claim.signedHeaders()).containsExactly("host", "x-amz-date");
    assertThat(claim.signature()).isEqualTo("abc");
    assertThat(claim.token()).isEqualTo("t");
    assertThat(claim.isPresigned()).isFalse();
  }

  @Test
  void soHasTheQuery() {
    var claim = SignatureClaim.of(HttpRequest.GET("/"), UriText.query(QUERY));
    assertThat(claim.accessKey()).isEqualTo("KEY");
    assertThat(claim.life()).isEqualTo("60");
    assertThat(claim.token()).isNull();
    assertThat(claim.isPresigned()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"X-Amz-Date=20261129T000000Z", "X-Amz-Signature=x", "prefix=a&prefix=b"})
  void aParameterThatIsThereTwiceIsRefused(String again) {
    assertThat(protocol(QUERY + "&" + again).code()).isEqualTo("InvalidArgument");
  }

  @Test
  void twoSignaturesAreRefused() {
    assertThat(
            Refusals.of(
                () ->
                    SignatureClaim.of(
                        HttpRequest.GET("/").header("Authorization", HEADER),
                        UriText.query(QUERY))))
        .isInstanceOfSatisfying(
            StorageError.Protocol.class,
            error -> assertThat(error.code()).isEqualTo("InvalidArgument"));
    // a token of the platform's own may stand beside it
    var besides = HttpRequest.GET("/").header("Authorization", "Bearer a");
    assertThat(SignatureClaim.of(besides, UriText.query(QUERY)).accessKey()).isEqualTo("KEY");
  }

  @ParameterizedTest
  @ValueSource(strings = {"Bearer a", "AWS4-HMAC-SHA1 Credential=KEY", "AWS4-HMAC-SHA256"})
  void aRequestWithoutASignatureIsDenied(String authorization) {
    var request = HttpRequest.GET("/").header("Authorization", authorization);
    assertThat(Refusals.of(() -> SignatureClaim.of(request, List.of())))
        .isInstanceOf(StorageError.AccessDenied.class);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Credential=KEY/ | Credential=/",
        "SignedHeaders=host;X-Amz-Date | SignedHeaders=x-amz-date",
        "Signature=abc | Sig=abc",
        "aws4_request | aws4",
        "/s3/ | /",
      })
  void aClaimThatIsNotWholeIsMalformed(String part, String instead) {
    var request =
        HttpRequest.GET("/")
            .header("Authorization", HEADER.replace(part, instead))
            .header("x-amz-date", "20261128T000000Z");
    assertThat(Refusals.of(() -> SignatureClaim.of(request, List.of())))
        .isInstanceOfSatisfying(
            StorageError.Protocol.class,
            error -> assertThat(error.code()).isEqualTo("AuthorizationHeaderMalformed"));
  }

  @Test
  void anotherAlgorithmInAQueryIsDenied() {
    assertThat(
            Refusals.of(
                () ->
                    SignatureClaim.of(
                        HttpRequest.GET("/"), UriText.query(QUERY.replace("SHA256", "SHA1")))))
        .isInstanceOf(StorageError.AccessDenied.class);
  }

  @Test
  void headersOfTheProtocolMustBeSigned() {
    var claim = claim(get(""));
    assertThatCode(
            () -> claim.requireSigned(get("").header("Accept", "*").getHeaders(), "content-type"))
        .doesNotThrowAnyException();
    var added =
        get("")
            .header("X-Amz-Meta-Note", "added")
            .header("Content-MD5", "x")
            .header("Content-Type", "a/b");
    assertThat(Refusals.of(() -> claim.requireSigned(added.getHeaders(), "Content-Type")))
        .isEqualTo(
            new StorageError.HeadersNotSigned(
                List.of("content-md5", "content-type", "x-amz-meta-note")));
  }

  @Test
  void theHashOfTheBodyIsPartOfWhatAQuerySigns() {
    var presigned = SignatureClaim.of(HttpRequest.GET("/"), UriText.query(QUERY));
    var hashed = HttpRequest.GET("/").header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    assertThatCode(() -> presigned.requireSigned(hashed.getHeaders())).doesNotThrowAnyException();
    var claim = claim(get(""));
    assertThat(Refusals.of(() -> claim.requireSigned(hashed.getHeaders())))
        .isEqualTo(new StorageError.HeadersNotSigned(List.of("x-amz-content-sha256")));
  }

  private static StorageError.Protocol protocol(String query) {
    return (StorageError.Protocol)
        Refusals.of(() -> SignatureClaim.of(HttpRequest.GET("/"), UriText.query(query)));
  }

  private static MutableHttpRequest<?> get(String query) {
    return HttpRequest.GET("/" + query)
        .header("Authorization", HEADER)
        .header("x-amz-date", "20261128T000000Z");
  }

  private static SignatureClaim claim(HttpRequest<?> request) {
    return SignatureClaim.of(request, List.of());
  }
}
