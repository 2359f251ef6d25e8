package io.stabbur.storage.backend;

import io.stabbur.platform.error.ApiException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/// Where bytes live, one per project. Every write is to a key nobody reads yet; nothing is visible
/// before it is complete and safe from a crash. A store that cannot be reached is
/// [io.stabbur.platform.error.Failure.Unavailable]; a key that is not there is [Missing].
public interface Backend extends AutoCloseable {
  /// Stores the whole stream. An exception thrown by the stream itself passes through, and nothing
  /// is left under the key.
  ///
  /// @param tagging what the entity tag is to be; a store that needs MD5 itself answers that
  Written write(
      VersionKey key, InputStream bytes, OptionalLong length, String contentType, Tagging tagging);

  /// Stores the whole stream, with an MD5 as its tag.
  default Written write(
      VersionKey key, InputStream bytes, OptionalLong length, String contentType) {
    return write(key, bytes, length, contentType, Tagging.MD5);
  }

  /// Opens a run of bytes; the caller closes it.
  InputStream read(VersionKey key, Span span);

  /// Copies inside the store.
  ///
  /// @param size of the source
  void copy(VersionKey from, VersionKey to, long size);

  /// Removes; what is not there is removed already.
  void delete(Collection<VersionKey> keys);

  boolean exists(VersionKey key);

  /// Tells every key of a tenant, in no order.
  void each(String tenant, Consumer<VersionKey> visitor);

  /// Starts an upload in parts to a key; the answer names it from now on.
  String begin(VersionKey key, String contentType);

  /// Stores one part; the same number again replaces it.
  ///
  /// @param tagging as of a whole stream
  Part part(
      VersionKey key,
      String upload,
      int number,
      InputStream bytes,
      OptionalLong length,
      Tagging tagging);

  /// Stores one part, with an MD5 as its tag.
  default Part part(
      VersionKey key, String upload, int number, InputStream bytes, OptionalLong length) {
    return part(key, upload, number, bytes, length, Tagging.MD5);
  }

  /// Joins parts into the key, in the order given, and forgets the upload.
  Written join(VersionKey key, String upload, List<Part> parts);

  /// Forgets an upload and its parts.
  void abandon(VersionKey key, String upload);

  /// Removes what interrupted writes of a tenant left beside its objects before a moment: files
  /// that were never put in their place, and uploads in parts that `underWay` does not know.
  void tidy(String tenant, Instant before, Predicate<String> underWay);

  /// The smallest part the store takes, the last one apart.
  long smallestPart();

  @Override
  void close();

  /// The key holds no bytes.
  final class Missing extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Missing() {
      super("no bytes under that key", null, false, false);
    }
  }

  /// A name this store cannot hold.
  static ApiException unstorable(VersionKey key) {
    return new ApiException(new io.stabbur.storage.StorageError.InvalidKey(key.name()));
  }
}
