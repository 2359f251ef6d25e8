package io.stabbur.storage;

import io.stabbur.platform.error.ApiError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Everything the Storage API may tell a client instead of an answer.
public sealed interface StorageError extends ApiError {
  record NoSuchBucket(String bucket) implements StorageError {}

  /// Missing or hidden: the two look alike to whoever is not told more.
  record NoSuchKey(String key) implements StorageError {}

  record NoSuchUpload(String id) implements StorageError {}

  /// A resumable upload is further on, or less far, than the client thinks.
  record OffsetConflict(long stored) implements StorageError {}

  /// A resumable upload announced or sent more than may be stored.
  record LengthExceeded() implements StorageError {}

  record KeyAlreadyExists(String key) implements StorageError {}

  record BucketAlreadyExists(String bucket) implements StorageError {}

  /// A policy refused the operation; `hint` names the kind of policy that is missing.
  record AccessDenied(String message, @Nullable String hint) implements StorageError {}

  /// The operation belongs to another role, whatever the policies say.
  record RoleRequired(String role) implements StorageError {}

  /// The caller may not look under that path, whether or not something is there.
  ///
  /// @param isPlain whether the bucket's rules ask for HTTP 403 whatever the settings
  record SelectDenied(String key, @Nullable String hint, boolean isPlain) implements StorageError {}

  /// The caller may look under that path, and nothing is there.
  record NotFoundButVisible(String key) implements StorageError {}

  /// Neither a token nor a key came with the request.
  record MissingAuthorization() implements StorageError {}

  record InvalidToken(String reason) implements StorageError {}

  record InvalidSignature(String reason) implements StorageError {}

  record InvalidKey(String key) implements StorageError {}

  record InvalidBucketName(String name) implements StorageError {}

  record InvalidMimeType(String type) implements StorageError {}

  /// The bytes are not of the type they are said to have.
  record OtherType(String type) implements StorageError {}

  /// A virus scanner refused the bytes.
  record Infected(String name) implements StorageError {}

  record NoSuchJob(String id) implements StorageError {}

  /// Nothing of the bucket may be removed or replaced.
  record Held() implements StorageError {}

  /// Encrypted bytes that are not what was stored, or whose key is not there. The log says which.
  record Unreadable() implements StorageError {}

  record EntityTooLarge() implements StorageError {}

  /// The project has as many bytes as it may.
  record QuotaExceeded() implements StorageError {}

  record BucketNotEmpty(String bucket) implements StorageError {}

  /// An upload in parts keeps the bucket; `upload` names it.
  record BucketInUse(String upload) implements StorageError {}

  record InvalidRange(long size) implements StorageError {}

  /// Something in the request that the schema of the operation does not allow.
  record InvalidParameter(String message) implements StorageError {}

  record InvalidRequest(String message) implements StorageError {}

  record InvalidChecksum(String message) implements StorageError {}

  record MissingContentLength() implements StorageError {}

  /// Somebody else is writing the same thing.
  record Locked(String what) implements StorageError {}

  record FeatureNotEnabled(String feature) implements StorageError {}

  /// The object is not the one that the request means to replace, or is not there, or is.
  record PreconditionFailed() implements StorageError {}

  /// An error that only the S3 protocol knows, in its own words.
  record Protocol(int status, String code, String message) implements StorageError {}

  /// A signature is for another region; clients that know none try again with the one they are
  /// told.
  record WrongRegion(String given, String expected) implements StorageError {}

  /// Headers of the S3 protocol came with a request whose signature does not cover them.
  record HeadersNotSigned(List<String> names) implements StorageError {}

  /// The body ended before its announced length, or the client went away.
  record BodyCutShort() implements StorageError {}
}
