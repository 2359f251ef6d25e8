package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.s3.UriText.Parameter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a request says of its signature, in the header `Authorization` or in its query.
///
/// @param signedHeaders names in lower case
/// @param token the session token that the signature covers
/// @param life seconds that a signature in a query is good for; null for one in the header
record SignatureClaim(
    String accessKey,
    CredentialScope scope,
    String date,
    List<String> signedHeaders,
    String signature,
    @Nullable String token,
    @Nullable String life) {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final String SIGNATURE = "X-Amz-Signature";
  private static final String TOKEN = "x-amz-security-token";

  /// Reads the one signature of a request. A query that names a parameter twice is refused: which
  /// of the two counts would be anybody's guess.
  static SignatureClaim of(HttpRequest<?> request, List<Parameter> query) {
    var parameters = new HashMap<String, String>();
    for (var each : query) {
      if (parameters.put(each.name(), each.value()) != null) {
        throw argument("The query parameter " + each.name() + " must be given once");
      }
    }
    var header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    boolean isHeader = header != null && header.startsWith(ALGORITHM + ' ');
    if (!parameters.containsKey(SIGNATURE)) {
      return ofHeader(request, isHeader ? header : null);
    }
    if (isHeader) {
      throw argument(
          "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature"
              + " query string parameter or the Authorization header should be specified");
    }
    return ofQuery(parameters);
  }

  private static SignatureClaim ofHeader(HttpRequest<?> request, @Nullable String header) {
    if (header == null) {
      throw denied("The request carries no signature");
    }
    var fields = new HashMap<String, String>();
    for (var field : header.substring(ALGORITHM.length() + 1).split(",", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals).strip(), field.substring(equals + 1).strip());
      }
    }
    return claim(
        fields.get("Credential"),
        request.getHeaders().get("x-amz-date"),
        fields.get("SignedHeaders"),
        fields.get("Signature"),
        request.getHeaders().get(TOKEN),
        null);
  }

  private static SignatureClaim ofQuery(Map<String, String> parameters) {
    if (!ALGORITHM.equals(parameters.get("X-Amz-Algorithm"))) {
      throw denied("The algorithm of the signature is not known");
    }
    return claim(
        parameters.get("X-Amz-Credential"),
        parameters.get("X-Amz-Date"),
        parameters.get("X-Amz-SignedHeaders"),
        parameters.get(SIGNATURE),
        parameters.get("X-Amz-Security-Token"),
        parameters.getOrDefault("X-Amz-Expires", ""));
  }

  private static SignatureClaim claim(
      @Nullable String credential,
      @Nullable String date,
      @Nullable String signedHeaders,
      @Nullable String signature,
      @Nullable String token,
      @Nullable String life) {
    if (credential == null || date == null || signedHeaders == null || signature == null) {
      throw CredentialScope.malformed("The signature is not complete");
    }
    int slash = credential.indexOf('/');
    var headers = List.of(signedHeaders.toLowerCase(Locale.ROOT).split(";", -1));
    if (slash <= 0 || !headers.contains("host")) {
      throw CredentialScope.malformed("The signature must name a credential and cover the host");
    }
    return new SignatureClaim(
        credential.substring(0, slash),
        CredentialScope.parse(credential.substring(slash + 1)),
        date,
        headers,
        signature,
        token,
        life);
  }

  boolean isPresigned() {
    return life != null;
  }

  /// Refuses a request with a header of the protocol, or one of those named, that the signature
  /// does not cover: whoever holds the signature could have added it. As AWS does,
  /// `x-amz-content-sha256` is let pass beside a signature in the query, for its value is part of
  /// what is signed.
  void requireSigned(HttpHeaders headers, String... named) {
    var unsigned = new ArrayList<String>();
    for (var name : headers.names()) {
      var lower = name.toLowerCase(Locale.ROOT);
      boolean covered =
          signedHeaders.contains(lower) || (isPresigned() && lower.equals("x-amz-content-sha256"));
      if (!covered && mustBeSigned(lower, named) && !unsigned.contains(lower)) {
        unsigned.add(lower);
      }
    }
    if (!unsigned.isEmpty()) {
      unsigned.sort(null);
      throw new ApiException(new StorageError.HeadersNotSigned(List.copyOf(unsigned)));
    }
  }

  private static boolean mustBeSigned(String name, String... named) {
    if (name.startsWith("x-amz-") || name.equals("content-md5")) {
      return true;
    }
    for (var each : named) {
      if (each.equalsIgnoreCase(name)) {
        return true;
      }
    }
    return false;
  }

  private static ApiException denied(String message) {
    return new ApiException(new StorageError.AccessDenied(message, null));
  }

  private static ApiException argument(String message) {
    return new ApiException(new StorageError.Protocol(400, "InvalidArgument", message));
  }
}
