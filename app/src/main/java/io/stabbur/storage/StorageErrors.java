package io.stabbur.storage;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;

/// The table of errors: what each is called, and which status it has. The renderers of the REST
/// API, of the S3 protocol and of resumable uploads all read it.
public final class StorageErrors {
  private static final int LONGEST_SHOWN = 1024;
  private static final String POLICY = "new row violates row-level security policy";

  private StorageErrors() {}

  /// How HTTP answers: with 400, as the original does for most errors of clients, unless settings
  /// say otherwise; or with the true status whatever they say.
  enum StatusStyle {
    LEGACY_400,
    REAL
  }

  /// What a client gets.
  ///
  /// @param status the true status
  /// @param code the machine-readable name
  /// @param error the older, shorter name
  public record ErrorReply(
      int status, String code, String error, String message, StatusStyle style) {
    static ErrorReply of(int status, String code, String message) {
      return new ErrorReply(status, code, code, message, StatusStyle.LEGACY_400);
    }

    static ErrorReply of(int status, String code, String error, String message) {
      return new ErrorReply(status, code, error, message, StatusStyle.LEGACY_400);
    }

    ErrorReply withRealStatus() {
      return new ErrorReply(status, code, error, message, StatusStyle.REAL);
    }

    int httpStatus(boolean trueStatuses) {
      return trueStatuses || style == StatusStyle.REAL || status >= 500 ? status : 400;
    }
  }

  public static ErrorReply told(ApiError error) {
    return switch (error) {
      case StorageError own -> own(own);
      case Failure shared -> shared(shared);
      case TokenError token -> ErrorReply.of(403, "AccessDenied", "Unauthorized", token(token));
      default -> shared(new Failure.Internal());
    };
  }

  private static String token(TokenError error) {
    return error instanceof TokenError.Expired
        ? "\"exp\" claim timestamp check failed"
        : "Invalid Compact JWS";
  }

  private static ErrorReply own(StorageError error) {
    return switch (error) {
      case StorageError.NoSuchBucket _ ->
          ErrorReply.of(404, "NoSuchBucket", "Bucket not found", "Bucket not found");
      case StorageError.NoSuchKey _ ->
          ErrorReply.of(404, "NoSuchKey", "not_found", "Object not found");
      case StorageError.NotFoundButVisible _ ->
          ErrorReply.of(404, "NoSuchKey", "not_found", "Object not found").withRealStatus();
      case StorageError.NoSuchUpload _ -> ErrorReply.of(404, "NoSuchUpload", "Upload not found");
      case StorageError.OffsetConflict _ ->
          ErrorReply.of(409, "TusError", "Upload-Offset conflict");
      case StorageError.LengthExceeded _ -> ErrorReply.of(413, "TusError", "Maximum size exceeded");
      case StorageError.KeyAlreadyExists _ ->
          ErrorReply.of(409, "KeyAlreadyExists", "Duplicate", "The resource already exists");
      case StorageError.PreconditionFailed _ ->
          ErrorReply.of(
              412,
              "PreconditionFailed",
              "Precondition Failed",
              "At least one of the pre-conditions you specified did not hold");
      case StorageError.BucketAlreadyExists _ ->
          ErrorReply.of(409, "BucketAlreadyExists", "Duplicate", "The resource already exists");
      case StorageError.AccessDenied(var message, var _) ->
          ErrorReply.of(403, "AccessDenied", "Unauthorized", message);
      case StorageError.RoleRequired(var role) ->
          ErrorReply.of(403, "AccessDenied", "Access denied", "Only " + role + " may do this")
              .withRealStatus();
      case StorageError.SelectDenied(var _, var _, var isPlain) -> {
        var told =
            ErrorReply.of(403, "AccessDenied", "Unauthorized", "You may not look under this path");
        yield isPlain ? told.withRealStatus() : told;
      }
      case StorageError.MissingAuthorization _ ->
          ErrorReply.of(403, "AccessDenied", "Unauthorized", "Invalid Compact JWS");
      case StorageError.InvalidToken(var reason) -> ErrorReply.of(400, "InvalidJWT", reason);
      case StorageError.InvalidSignature(var reason) ->
          ErrorReply.of(400, "InvalidSignature", reason);
      case StorageError.InvalidKey(var key) ->
          ErrorReply.of(400, "InvalidKey", "Invalid key: " + shown(key));
      case StorageError.InvalidBucketName _ ->
          ErrorReply.of(400, "InvalidBucketName", "Invalid Input", "Bucket name invalid");
      case StorageError.InvalidMimeType(var type) ->
          ErrorReply.of(
              415,
              "InvalidMimeType",
              "invalid_mime_type",
              "mime type " + shown(type) + " is not supported");
      case StorageError.OtherType(var type) ->
          ErrorReply.of(
              415, "InvalidMimeType", "invalid_mime_type", "The file is not of type " + type);
      case StorageError.Infected _ ->
          ErrorReply.of(422, "InfectedObject", "The file was refused by the virus scanner");
      case StorageError.NoSuchJob _ -> ErrorReply.of(404, "NoSuchJob", "Job not found");
      case StorageError.Held _ ->
          ErrorReply.of(423, "ResourceLocked", "The bucket is under a legal hold");
      case StorageError.Unreadable _ ->
          ErrorReply.of(500, "InternalError", "Internal", "The object cannot be read");
      case StorageError.EntityTooLarge _ ->
          ErrorReply.of(
              413,
              "EntityTooLarge",
              "Payload too large",
              "The object exceeded the maximum allowed size");
      case StorageError.QuotaExceeded _ ->
          ErrorReply.of(
                  402,
                  "QuotaExceeded",
                  "Payment Required",
                  "Service for this project is restricted due to the following violations:"
                      + " exceed_storage_size_quota.")
              .withRealStatus();
      case StorageError.BucketNotEmpty _ ->
          ErrorReply.of(409, "ResourceNotEmpty", "The bucket you tried to delete is not empty");
      case StorageError.BucketInUse(var upload) ->
          ErrorReply.of(
              409,
              "ResourceReferenced",
              "The bucket you tried to delete has an upload that is not completed or aborted: "
                  + shown(upload));
      case StorageError.InvalidRange _ ->
          ErrorReply.of(416, "InvalidRange", "The requested range cannot be satisfied")
              .withRealStatus();
      case StorageError.InvalidParameter(var message) ->
          // what does not fit the schema of a request is an invalid request to the original
          ErrorReply.of(400, "InvalidRequest", "Error", message);
      case StorageError.InvalidRequest(var message) ->
          ErrorReply.of(400, "InvalidRequest", message);
      case StorageError.InvalidChecksum(var message) ->
          ErrorReply.of(400, "InvalidChecksum", message);
      case StorageError.MissingContentLength _ ->
          ErrorReply.of(
              400, "MissingContentLength", "You must provide the Content-Length HTTP header.");
      case StorageError.Locked(var what) -> ErrorReply.of(423, "ResourceLocked", "Locked: " + what);
      case StorageError.FeatureNotEnabled(var feature) ->
          ErrorReply.of(409, "FeatureNotEnabled", "The feature " + feature + " is not enabled");
      case StorageError.Protocol(var status, var code, var message) ->
          ErrorReply.of(status, code, message).withRealStatus();
      case StorageError.WrongRegion(var given, var expected) ->
          ErrorReply.of(
                  400,
                  "AuthorizationHeaderMalformed",
                  "The authorization header is malformed; the region '%s' is wrong; expecting '%s'"
                      .formatted(shown(given), expected))
              .withRealStatus();
      case StorageError.HeadersNotSigned _ ->
          ErrorReply.of(
                  403,
                  "AccessDenied",
                  "There were headers present in the request which were not signed")
              .withRealStatus();
      case StorageError.BodyCutShort _ ->
          ErrorReply.of(400, "InvalidRequest", "The request ended before its body did");
    };
  }

  /// A name as it came; one longer than any name may be is cut.
  private static String shown(String name) {
    if (name.length() <= LONGEST_SHOWN) {
      return name;
    }
    boolean isWithin = Character.isHighSurrogate(name.charAt(LONGEST_SHOWN - 1));
    return name.substring(0, isWithin ? LONGEST_SHOWN - 1 : LONGEST_SHOWN) + "…";
  }

  private static ErrorReply shared(Failure failure) {
    return switch (failure) {
      case Failure.Unauthenticated(var reason) ->
          ErrorReply.of(403, "AccessDenied", "Unauthorized", reason);
      case Failure.Revoked(var reason) ->
          ErrorReply.of(403, "AccessDenied", "Unauthorized", reason);
      case Failure.Forbidden(var reason) ->
          ErrorReply.of(403, "AccessDenied", "Unauthorized", reason);
      case Failure.NoSuchRoute(var path) ->
          ErrorReply.of(404, "InvalidRequest", "Not Found", "Route " + path + " not found")
              .withRealStatus();
      case Failure.MethodNotAllowed(var method) ->
          ErrorReply.of(404, "InvalidRequest", "Not Found", "Route " + method + " not found")
              .withRealStatus();
      case Failure.NotAcceptable(var what) -> ErrorReply.of(406, "InvalidRequest", what);
      case Failure.Malformed(var what) -> ErrorReply.of(400, "InvalidRequest", "Error", what);
      case Failure.TooLarge _ -> own(new StorageError.EntityTooLarge());
      case Failure.UnsupportedMedia _ ->
          ErrorReply.of(415, "InvalidMimeType", "invalid_mime_type", "Invalid Content-Type header");
      case Failure.Busy(var what) ->
          ErrorReply.of(429, "SlowDown", "too_many_connections", what).withRealStatus();
      case Failure.Crowded(var what) ->
          ErrorReply.of(429, "SlowDown", "too_many_requests", what).withRealStatus();
      case Failure.Unavailable(var what) -> ErrorReply.of(503, "ServiceUnavailable", what);
      case Failure.Timeout(var what) -> ErrorReply.of(544, "DatabaseTimeout", what);
      case Failure.Database database -> database(database);
      case Failure.Internal _ ->
          ErrorReply.of(500, "InternalError", "Internal", "Internal Server Error");
    };
  }

  /// A client that asked whether to send its body and is refused instead does not send it; what it
  /// sends next on the same connection would be taken for the body.
  public static MutableHttpResponse<?> unasked(
      HttpRequest<?> request, MutableHttpResponse<?> response) {
    return request.getHeaders().contains(HttpHeaders.EXPECT)
        ? response.header(HttpHeaders.CONNECTION, "close")
        : response;
  }

  /// What Postgres says of a missing right, without the table's name.
  public static String refusal(Failure.Database error) {
    return error.message().startsWith(POLICY) ? POLICY : error.message();
  }

  private static ErrorReply database(Failure.Database error) {
    return switch (error.sqlState()) {
      case "42501" -> ErrorReply.of(403, "AccessDenied", "Unauthorized", refusal(error));
      case "23505" ->
          ErrorReply.of(409, "ResourceAlreadyExists", "Duplicate", "The resource already exists");
      case "23503" -> own(new StorageError.NoSuchBucket(""));
      // the only parameter that a caller sets: the role of its token
      case "22023" ->
          ErrorReply.of(
              403, "AccessDenied", "Unauthorized", "The role of the token does not exist");
      case "22021", "22P05" ->
          ErrorReply.of(400, "InvalidKey", "Invalid key: not storable as text");
      case "SH423" -> own(new StorageError.Held());
      case "57014" -> shared(new Failure.Timeout("The connection to the database timed out"));
      case "53300" -> shared(new Failure.Busy("Too many connections issued to the database"));
      case "25006" -> ErrorReply.of(503, "DatabaseReadOnly", "The database is read-only");
      default -> ErrorReply.of(500, "DatabaseError", "Database error, code: " + error.sqlState());
    };
  }
}
