package io.stabbur.storage.s3;

import io.stabbur.identity.Caller;
import io.stabbur.storage.Operation;
import org.jspecify.annotations.Nullable;

/// A request whose signature was found to be right.
///
/// @param payload what the signature says of the body
/// @param seed the signature the first chunk of a body in chunks follows
/// @param date the moment of signing, as signatures spell it
record SignedRequest(
    Caller caller, Payload payload, @Nullable SigningKey key, String seed, String date) {

  /// What a signature says of a body.
  sealed interface Payload {
    /// Nothing is said.
    record Unsigned() implements Payload {}

    /// The hash of the whole body.
    record Hashed(String sha256) implements Payload {}

    /// The body comes in chunks.
    record Chunked(Chunks chunks, Trailer trailer) implements Payload {}
  }

  /// Whether chunks carry signatures.
  enum Chunks {
    SIGNED,
    UNSIGNED
  }

  /// Whether headers follow the chunks.
  enum Trailer {
    NONE,
    EXPECTED
  }

  Operation operation(String name) {
    return new Operation(caller, "storage.s3." + name);
  }
}
