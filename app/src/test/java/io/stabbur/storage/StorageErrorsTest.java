package io.stabbur.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.stabbur.identity.TokenError;
import io.stabbur.platform.error.ApiError;
import io.stabbur.platform.error.Failure;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/// What a client of files is told of an error: the status it has on the wire, by the original's
/// habit and by its true one, the code, the older name of it and the sentence.
class StorageErrorsTest {
  private static final String NO_SUCH_BUCKET =
      "400 404 NoSuchBucket (Bucket not found) Bucket not found";
  private static final String RESTRICTED =
      "Service for this project is restricted due to the following violations:"
          + " exceed_storage_size_quota.";

  /// `wire true code (older) message`.
  private static String told(ApiError error) {
    var told = StorageErrors.told(error);
    return "%d %d %s (%s) %s"
        .formatted(
            told.httpStatus(false),
            told.httpStatus(true),
            told.code(),
            told.error(),
            told.message());
  }

  static Stream<Arguments> own() {
    return Stream.of(
        arguments(new StorageError.NoSuchBucket("b"), NO_SUCH_BUCKET),
        arguments(
            new StorageError.NoSuchKey("k"), "400 404 NoSuchKey (not_found) Object not found"),
        arguments(
            new StorageError.NotFoundButVisible("k"),
            "404 404 NoSuchKey (not_found) Object not found"),
        arguments(
            new StorageError.NoSuchUpload("u"),
            "400 404 NoSuchUpload (NoSuchUpload) Upload not found"),
        arguments(
            new StorageError.OffsetConflict(7),
            "400 409 TusError (TusError) Upload-Offset conflict"),
        arguments(
            new StorageError.LengthExceeded(), "400 413 TusError (TusError) Maximum size exceeded"),
        arguments(
            new StorageError.KeyAlreadyExists("k"),
            "400 409 KeyAlreadyExists (Duplicate) The resource already exists"),
        arguments(
            new StorageError.BucketAlreadyExists("b"),
            "400 409 BucketAlreadyExists (Duplicate) The resource already exists"),
        arguments(
            new StorageError.PreconditionFailed(),
            "400 412 PreconditionFailed (Precondition Failed) At least one of the pre-conditions"
                + " you specified did not hold"),
        arguments(
            new StorageError.AccessDenied("no", "a hint"),
            "400 403 AccessDenied (Unauthorized) no"),
        arguments(
            new StorageError.RoleRequired("service_role"),
            "403 403 AccessDenied (Access denied) Only service_role may do this"),
        arguments(
            new StorageError.SelectDenied("k", null, true),
            "403 403 AccessDenied (Unauthorized) You may not look under this path"),
        arguments(
            new StorageError.SelectDenied("k", null, false),
            "400 403 AccessDenied (Unauthorized) You may not look under this path"),
        arguments(
            new StorageError.MissingAuthorization(),
            "400 403 AccessDenied (Unauthorized) Invalid Compact JWS"),
        arguments(
            new StorageError.InvalidToken("jwt malformed"),
            "400 400 InvalidJWT (InvalidJWT) jwt malformed"),
        arguments(
            new StorageError.InvalidSignature("other"),
            "400 400 InvalidSignature (InvalidSignature) other"),
        arguments(
            new StorageError.InvalidKey("å b"), "400 400 InvalidKey (InvalidKey) Invalid key: å b"),
        arguments(
            new StorageError.InvalidBucketName("/"),
            "400 400 InvalidBucketName (Invalid Input) Bucket name invalid"),
        arguments(
            new StorageError.InvalidMimeType("a/b"),
            "400 415 InvalidMimeType (invalid_mime_type) mime type a/b is not supported"),
        arguments(
            new StorageError.OtherType("a/b"),
            "400 415 InvalidMimeType (invalid_mime_type) The file is not of type a/b"),
        arguments(
            new StorageError.Infected("Eicar"),
            "400 422 InfectedObject (InfectedObject) The file was refused by the virus scanner"),
        arguments(new StorageError.NoSuchJob("j"), "400 404 NoSuchJob (NoSuchJob) Job not found"),
        arguments(
            new StorageError.Held(),
            "400 423 ResourceLocked (ResourceLocked) The bucket is under a legal hold"),
        arguments(
            new StorageError.Unreadable(),
            "500 500 InternalError (Internal) The object cannot be read"),
        arguments(
            new StorageError.EntityTooLarge(),
            "400 413 EntityTooLarge (Payload too large) The object exceeded the maximum allowed"
                + " size"),
        arguments(
            new StorageError.QuotaExceeded(),
            "402 402 QuotaExceeded (Payment Required) " + RESTRICTED),
        arguments(
            new StorageError.BucketNotEmpty("b"),
            "400 409 ResourceNotEmpty (ResourceNotEmpty) The bucket you tried to delete is not"
                + " empty"),
        arguments(
            new StorageError.BucketInUse("u"),
            "400 409 ResourceReferenced (ResourceReferenced) The bucket you tried to delete has an"
                + " upload that is not completed or aborted: u"),
        arguments(
            new StorageError.InvalidRange(5),
            "416 416 InvalidRange (InvalidRange) The requested range cannot be satisfied"),
        arguments(new StorageError.InvalidParameter("p"), "400 400 InvalidRequest (Error) p"),
        arguments(
            new StorageError.InvalidRequest("r"), "400 400 InvalidRequest (InvalidRequest) r"),
        arguments(
            new StorageError.InvalidChecksum("c"), "400 400 InvalidChecksum (InvalidChecksum) c"),
        arguments(
            new StorageError.MissingContentLength(),
            "400 400 MissingContentLength (MissingContentLength) You must provide the"
                + " Content-Length HTTP header."),
        arguments(
            new StorageError.Locked("upload"),
            "400 423 ResourceLocked (ResourceLocked) Locked: upload"),
        arguments(
            new StorageError.FeatureNotEnabled("x"),
            "400 409 FeatureNotEnabled (FeatureNotEnabled) The feature x is not enabled"),
        arguments(
            new StorageError.Protocol(501, "NotImplemented", "n"),
            "501 501 NotImplemented (NotImplemented) n"),
        arguments(
            new StorageError.Protocol(405, "MethodNotAllowed", "n"),
            "405 405 MethodNotAllowed (MethodNotAllowed) n"),
        arguments(
            new StorageError.WrongRegion("here", "local"),
            "400 400 AuthorizationHeaderMalformed (AuthorizationHeaderMalformed) The authorization"
                + " header is malformed; the region 'here' is wrong; expecting 'local'"),
        arguments(
            new StorageError.HeadersNotSigned(List.of("x-amz-acl")),
            "403 403 AccessDenied (AccessDenied) There were headers present in the request which"
                + " were not signed"),
        arguments(
            new StorageError.BodyCutShort(),
            "400 400 InvalidRequest (InvalidRequest) The request ended before its body did"));
  }

  static Stream<Arguments> shared() {
    return Stream.of(
        arguments(new Failure.Unauthenticated("r"), "400 403 AccessDenied (Unauthorized) r"),
        arguments(new Failure.Revoked("r"), "400 403 AccessDenied (Unauthorized) r"),
        arguments(new Failure.Forbidden("r"), "400 403 AccessDenied (Unauthorized) r"),
        arguments(
            new Failure.NoSuchRoute("/x"), "404 404 InvalidRequest (Not Found) Route /x not found"),
        arguments(
            new Failure.MethodNotAllowed("PATCH"),
            "404 404 InvalidRequest (Not Found) Route PATCH not found"),
        arguments(new Failure.NotAcceptable("w"), "400 406 InvalidRequest (InvalidRequest) w"),
        arguments(new Failure.Malformed("w"), "400 400 InvalidRequest (Error) w"),
        arguments(
            new Failure.TooLarge(7),
            "400 413 EntityTooLarge (Payload too large) The object exceeded the maximum allowed"
                + " size"),
        arguments(
            new Failure.UnsupportedMedia("a/b"),
            "400 415 InvalidMimeType (invalid_mime_type) Invalid Content-Type header"),
        arguments(new Failure.Busy("w"), "429 429 SlowDown (too_many_connections) w"),
        arguments(new Failure.Crowded("w"), "429 429 SlowDown (too_many_requests) w"),
        arguments(
            new Failure.Unavailable("w"), "503 503 ServiceUnavailable (ServiceUnavailable) w"),
        arguments(new Failure.Timeout("w"), "544 544 DatabaseTimeout (DatabaseTimeout) w"),
        arguments(
            new Failure.Internal(), "500 500 InternalError (Internal) Internal Server Error"));
  }

  @ParameterizedTest
  @MethodSource({"own", "shared"})
  void anErrorHasTheOriginalsWords(ApiError error, String told) {
    assertThat(told(error)).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          42501 | 400 403 AccessDenied (Unauthorized) said
          23505 | 400 409 ResourceAlreadyExists (Duplicate) The resource already exists
          23503 | 400 404 NoSuchBucket (Bucket not found) Bucket not found
          22023 | 400 403 AccessDenied (Unauthorized) The role of the token does not exist
          22021 | 400 400 InvalidKey (InvalidKey) Invalid key: not storable as text
          22P05 | 400 400 InvalidKey (InvalidKey) Invalid key: not storable as text
          SH423 | 400 423 ResourceLocked (ResourceLocked) The bucket is under a legal hold
          57014 | 544 544 DatabaseTimeout (DatabaseTimeout) The connection to the database timed out
          53300 | 429 429 SlowDown (too_many_connections) Too many connections issued to the database
          25006 | 503 503 DatabaseReadOnly (DatabaseReadOnly) The database is read-only
          XX000 | 500 500 DatabaseError (DatabaseError) Database error, code: XX000
          P0001 | 500 500 DatabaseError (DatabaseError) Database error, code: P0001
          """)
  void aStateOfPostgresIsToldWithoutItsMessage(String state, String told) {
    assertThat(told(database(state, "said"))).isEqualTo(told);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          new row violates row-level security policy for table "objects"                | new row violates row-level security policy
          new row violates row-level security policy "p" for table "objects"            | new row violates row-level security policy
          permission denied for function f                                              | permission denied for function f
          """)
  void aRefusalOfAPolicyNamesNoTable(String said, String told) {
    assertThat(StorageErrors.told(database("42501", said)).message()).isEqualTo(told);
  }

  static Stream<Arguments> tokens() {
    return Stream.of(
        arguments(new TokenError.Expired(), "\"exp\" claim timestamp check failed"),
        arguments(new TokenError.Empty(), "Invalid Compact JWS"),
        arguments(new TokenError.Parts(2), "Invalid Compact JWS"),
        arguments(new TokenError.BadSignature(), "Invalid Compact JWS"),
        arguments(new TokenError.WrongAlgorithm("none"), "Invalid Compact JWS"),
        arguments(new TokenError.NotYetValid(), "Invalid Compact JWS"));
  }

  @ParameterizedTest
  @MethodSource("tokens")
  void aTokenIsRefusedWithTheOriginalsSentence(TokenError error, String sentence) {
    assertThat(told(error)).isEqualTo("400 403 AccessDenied (Unauthorized) " + sentence);
  }

  @Test
  void ofAnErrorOfAnotherPartNothingIsTold() {
    assertThat(told(new ApiError() {})).isEqualTo(told(new Failure.Internal()));
  }

  @ParameterizedTest
  @CsvSource({"1024, 0", "1025, 1", "100000, 1"})
  void aNameLongerThanAnyIsCut(int length, int cut) {
    var told = StorageErrors.told(new StorageError.InvalidKey("k".repeat(length))).message();

    assertThat(told)
        .isEqualTo("Invalid key: " + "k".repeat(Math.min(length, 1024)) + "…".repeat(cut));
  }

  @Test
  void aNameIsNotCutWithinACharacter() {
    var told = StorageErrors.told(new StorageError.InvalidKey("k" + "😀".repeat(600))).message();

    assertThat(told).isEqualTo("Invalid key: k" + "😀".repeat(511) + "…");
  }

  private static Failure.Database database(String state, String message) {
    return new Failure.Database(state, message, null, null, null);
  }
}
