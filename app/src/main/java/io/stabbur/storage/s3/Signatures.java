package io.stabbur.storage.s3;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.identity.Caller;
import io.stabbur.identity.Claims;
import io.stabbur.identity.TokenCaller;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.s3.SignedRequest.Chunks;
import io.stabbur.storage.s3.SignedRequest.Payload;
import io.stabbur.storage.s3.SignedRequest.Trailer;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Signature Version 4 in headers and in addresses. The project's own key pair acts as the service
/// role; the project's name, its anon key and a user's token together act as that user.
@Singleton
final class Signatures {
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final long LONGEST_LIFE = 604_800;
  private static final String ALGORITHM = "AWS4-HMAC-SHA256";
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern SPACES = Pattern.compile(" +");
  private final TokenCaller tokens;
  private final Clock clock;

  Signatures(TokenCaller tokens, Clock clock) {
    this.tokens = tokens;
    this.clock = clock;
  }

  /// What a signature claims, wherever it stands.
  private record Claim(
      String accessKey,
      String scope,
      String date,
      List<String> signedHeaders,
      String signature,
      @Nullable String token) {}

  SignedRequest verify(HttpRequest<?> request, Project project) {
    var query = UriText.query(request.getUri().getRawQuery());
    var parameters = new HashMap<String, String>();
    query.forEach(each -> parameters.put(each.name(), each.value()));
    boolean presigned = parameters.containsKey("X-Amz-Signature");
    var claim = presigned ? presigned(parameters) : header(request);
    checkTime(claim, presigned ? parameters.get("X-Amz-Expires") : null);
    var hash = payloadHash(request, presigned);
    var key = SigningKey.derive(secret(project, claim.accessKey()), claim.scope());
    var expected = key.sign(toSign(request, claim, UriText.canonicalQuery(query), hash));
    if (!Crypto.same(expected, claim.signature())) {
      throw mismatch();
    }
    return new SignedRequest(
        caller(request, project, claim.accessKey(), claim.token()),
        payload(hash),
        key,
        claim.signature(),
        claim.date());
  }

  private static Claim header(HttpRequest<?> request) {
    var header = request.getHeaders().get(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.startsWith(ALGORITHM + ' ')) {
      throw denied("The request carries no signature");
    }
    var fields = new HashMap<String, String>();
    for (var field : header.substring(ALGORITHM.length() + 1).split(",", -1)) {
      int equals = field.indexOf('=');
      if (equals > 0) {
        fields.put(field.substring(0, equals).strip(), field.substring(equals + 1).strip());
      }
    }
    var date = request.getHeaders().get("x-amz-date");
    return claim(
        fields.get("Credential"),
        date,
        fields.get("SignedHeaders"),
        fields.get("Signature"),
        request.getHeaders().get("x-amz-security-token"));
  }

  private static Claim presigned(Map<String, String> parameters) {
    if (!ALGORITHM.equals(parameters.get("X-Amz-Algorithm"))) {
      throw denied("The algorithm of the signature is not known");
    }
    return claim(
        parameters.get("X-Amz-Credential"),
        parameters.get("X-Amz-Date"),
        parameters.get("X-Amz-SignedHeaders"),
        parameters.get("X-Amz-Signature"),
        parameters.get("X-Amz-Security-Token"));
  }

  private static Claim claim(
      @Nullable String credential,
      @Nullable String date,
      @Nullable String signedHeaders,
      @Nullable String signature,
      @Nullable String token) {
    if (credential == null || date == null || signedHeaders == null || signature == null) {
      throw malformed("The signature is not complete");
    }
    int slash = credential.indexOf('/');
    var headers = List.of(signedHeaders.toLowerCase(Locale.ROOT).split(";", -1));
    if (slash <= 0 || !headers.contains("host")) {
      throw malformed("The signature must name a credential and cover the host");
    }
    return new Claim(
        credential.substring(0, slash),
        credential.substring(slash + 1),
        date,
        headers,
        signature,
        token);
  }

  private void checkTime(Claim claim, @Nullable String life) {
    var signed = instant(claim.date());
    if (!claim.scope().startsWith(claim.date().substring(0, 8) + '/')) {
      throw malformed("The credential is of another day than the signature");
    }
    var now = clock.instant();
    if (signed.isAfter(now.plus(SKEW))) {
      throw new ApiException(
          new StorageError.Protocol(403, "RequestTimeTooSkewed", "The request is of a later time"));
    }
    if (life == null) {
      if (signed.isBefore(now.minus(SKEW))) {
        throw new ApiException(
            new StorageError.Protocol(
                403, "RequestTimeTooSkewed", "The request was signed too long ago"));
      }
    } else if (now.isAfter(signed.plusSeconds(seconds(life)))) {
      throw denied("Request has expired");
    }
  }

  private static long seconds(String life) {
    if (life.matches("[0-9]{1,6}")) {
      long seconds = Long.parseLong(life);
      if (seconds >= 1 && seconds <= LONGEST_LIFE) {
        return seconds;
      }
    }
    throw malformed("X-Amz-Expires must be between 1 and " + LONGEST_LIFE + " seconds");
  }

  static Instant instant(String date) {
    try {
      return LocalDateTime.parse(date, DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw malformed("The date of the signature cannot be read");
    }
  }

  private static String payloadHash(HttpRequest<?> request, boolean presigned) {
    var header = request.getHeaders().get("x-amz-content-sha256");
    if (header == null) {
      if (presigned) {
        return "UNSIGNED-PAYLOAD";
      }
      throw new ApiException(
          new StorageError.InvalidRequest("Missing required header: x-amz-content-sha256"));
    }
    return header;
  }

  private static Payload payload(String hash) {
    return switch (hash) {
      case "UNSIGNED-PAYLOAD" -> new Payload.Unsigned();
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" -> new Payload.Chunked(Chunks.SIGNED, Trailer.NONE);
      case "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" ->
          new Payload.Chunked(Chunks.SIGNED, Trailer.EXPECTED);
      case "STREAMING-UNSIGNED-PAYLOAD-TRAILER" ->
          new Payload.Chunked(Chunks.UNSIGNED, Trailer.EXPECTED);
      default -> {
        if (!HASH.matcher(hash).matches()) {
          throw new ApiException(
              new StorageError.InvalidRequest("x-amz-content-sha256 is none of the known forms"));
        }
        yield new Payload.Hashed(hash);
      }
    };
  }

  private static String toSign(
      HttpRequest<?> request, Claim claim, String canonicalQuery, String hash) {
    var headers =
        claim.signedHeaders().stream()
            .map(name -> name + ':' + value(request, name) + '\n')
            .collect(Collectors.joining());
    var canonical =
        String.join(
            "\n",
            request.getMethodName(),
            UriText.path(request.getUri().getRawPath()),
            canonicalQuery,
            headers,
            String.join(";", claim.signedHeaders()),
            hash);
    return String.join("\n", ALGORITHM, claim.date(), claim.scope(), Crypto.sha256Hex(canonical));
  }

  private static String value(HttpRequest<?> request, String name) {
    return request.getHeaders().getAll(name).stream()
        .map(each -> SPACES.matcher(each.strip()).replaceAll(" "))
        .collect(Collectors.joining(","));
  }

  /// The secret that belongs to an access key.
  static Secret secret(Project project, String accessKey) {
    var keys = project.keys();
    if (Crypto.same(keys.s3AccessKeyId().reveal(), accessKey)) {
      return keys.s3SecretAccessKey();
    }
    if (project.name().equals(accessKey)) {
      return keys.anonKey();
    }
    throw new ApiException(
        new StorageError.Protocol(
            403, "InvalidAccessKeyId", "The access key is not one of this project"));
  }

  /// As whom an access key acts.
  Caller caller(HttpRequest<?> request, Project project, String accessKey, @Nullable String token) {
    if (Crypto.same(project.keys().s3AccessKeyId().reveal(), accessKey)) {
      var claims =
          JsonNode.createObjectNode(Map.of("role", JsonNode.createStringNode(Caller.SERVICE_ROLE)));
      return new Caller(project, Caller.SERVICE_ROLE, Claims.of(claims), true);
    }
    if (token == null) {
      throw denied("A user's session needs the user's token as session token");
    }
    return tokens.of(request, project, token);
  }

  private static ApiException mismatch() {
    return new ApiException(
        new StorageError.Protocol(
            403,
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided"));
  }

  static void require(String expected, String given) {
    if (!Crypto.same(expected, given)) {
      throw mismatch();
    }
  }

  private static ApiException denied(String message) {
    return new ApiException(new StorageError.AccessDenied(message, null));
  }

  private static ApiException malformed(String message) {
    return new ApiException(
        new StorageError.Protocol(400, "AuthorizationHeaderMalformed", message));
  }
}
