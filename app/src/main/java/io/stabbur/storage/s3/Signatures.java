package io.stabbur.storage.s3;

import io.micronaut.http.HttpRequest;
import io.stabbur.identity.Caller;
import io.stabbur.identity.TokenCaller;
import io.stabbur.platform.config.Secret;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Project;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.StorageSettings;
import io.stabbur.storage.s3.SignedPlaces.Place;
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
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Signature Version 4 in headers and in addresses. A header that changes what is done must be
/// signed. The project's own key pair acts as the service role; the project's name, its anon key
/// and a user's token together act as that user.
@Singleton
final class Signatures {
  private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final long LONGEST_LIFE = 604_800;
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  private static final Pattern BLANKS = Pattern.compile("[ \\t\\x0b\\f\\r\\n]+");
  private final TokenCaller tokens;
  private final SignedPlaces places;
  private final StorageSettings settings;
  private final Clock clock;

  Signatures(TokenCaller tokens, SignedPlaces places, StorageSettings settings, Clock clock) {
    this.tokens = tokens;
    this.places = places;
    this.settings = settings;
    this.clock = clock;
  }

  SignedRequest verify(HttpRequest<?> request, Project project) {
    var query = UriText.query(request.getUri().getRawQuery());
    var claim = SignatureClaim.of(request, query);
    claim.requireSigned(request.getHeaders(), tokens.headers(project).toArray(String[]::new));
    checkTime(claim);
    var hash = payloadHash(request, claim);
    var key = SigningKey.derive(secret(project, claim.accessKey()), claim.scope());
    var canonicalQuery = UriText.canonicalQuery(query);
    boolean isRight =
        places.of(request, project).stream()
            .map(place -> key.sign(toSign(request, place, claim, canonicalQuery, hash)))
            .anyMatch(expected -> Crypto.same(expected, claim.signature()));
    if (!isRight) {
      throw mismatch();
    }
    return new SignedRequest(
        caller(request, project, claim.accessKey(), claim.token()),
        payload(hash),
        key,
        claim.signature(),
        claim.date());
  }

  private void checkTime(SignatureClaim claim) {
    var signed = instant(claim.date());
    claim.scope().require(claim.date(), settings.region());
    var now = clock.instant();
    if (signed.isAfter(now.plus(SKEW))) {
      throw skewed();
    }
    var life = claim.life();
    if (life == null) {
      if (signed.isBefore(now.minus(SKEW))) {
        throw skewed();
      }
    } else if (now.isAfter(signed.plusSeconds(seconds(life)))) {
      throw denied("Request has expired");
    }
  }

  private static ApiException skewed() {
    return new ApiException(
        new StorageError.Protocol(
            403,
            "RequestTimeTooSkewed",
            "The difference between the request time and the server's time is too large."));
  }

  private static long seconds(String life) {
    if (life.matches("[0-9]{1,6}")) {
      long seconds = Long.parseLong(life);
      if (seconds >= 1 && seconds <= LONGEST_LIFE) {
        return seconds;
      }
    }
    throw CredentialScope.malformed(
        "X-Amz-Expires must be between 1 and " + LONGEST_LIFE + " seconds");
  }

  static Instant instant(String date) {
    try {
      return LocalDateTime.parse(date, DATE).toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw CredentialScope.malformed("The date of the signature cannot be read");
    }
  }

  private static String payloadHash(HttpRequest<?> request, SignatureClaim claim) {
    var header = request.getHeaders().get("x-amz-content-sha256");
    if (header == null) {
      if (claim.isPresigned()) {
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
      HttpRequest<?> request,
      Place place,
      SignatureClaim claim,
      String canonicalQuery,
      String hash) {
    var headers =
        claim.signedHeaders().stream()
            .map(name -> name + ':' + squeezed(value(request, place, name)) + '\n')
            .collect(Collectors.joining());
    var canonical =
        String.join(
            "\n",
            request.getMethodName(),
            UriText.path(place.path()),
            canonicalQuery,
            headers,
            String.join(";", claim.signedHeaders()),
            hash);
    return String.join(
        "\n",
        SignatureClaim.ALGORITHM,
        claim.date(),
        claim.scope().text(),
        Crypto.sha256Hex(canonical));
  }

  private static @Nullable String value(HttpRequest<?> request, Place place, String name) {
    return name.equals("host") ? place.host() : S3Request.header(request, name);
  }

  /// A value as signatures spell it: each run of blanks, tabs among them, is one space, and none
  /// stands around the value. As AWS' SDKs do it.
  static String squeezed(@Nullable String value) {
    if (value == null) {
      return "";
    }
    var single = BLANKS.matcher(value).replaceAll(" ");
    int from = single.startsWith(" ") ? 1 : 0;
    int to = single.length() > from && single.endsWith(" ") ? single.length() - 1 : single.length();
    return single.substring(from, to);
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
      if (token != null) {
        // whoever signs with a user's token means to act as that user, not as the service role
        throw new ApiException(
            new StorageError.Protocol(
                400, "InvalidToken", "The provided token is malformed or otherwise invalid."));
      }
      return tokens.service(request, project);
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
}
