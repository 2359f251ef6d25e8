package io.stabbur.storage;

import io.stabbur.platform.error.ApiException;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/// What buckets and objects may be called. Names are never normalised: what was stored is what is
/// found.
@Singleton
public final class Names {
  private static final int LONGEST_BUCKET = 100;
  private static final int LONGEST_KEY = 1024;
  private static final Pattern BUCKET = Pattern.compile("[A-Za-z0-9_!.*'() &$@=;:+,?-]+");
  private static final Pattern ASCII_KEY = Pattern.compile("[A-Za-z0-9_/!.*'() &$@=;:+,?-]+");
  // the ASCII signs above, and of every script letters, marks, digits, punctuation, symbols, spaces
  // and the two joiners; no controls, and nothing that changes the direction of text
  private static final Pattern UTF8_KEY =
      Pattern.compile(
          "(?:[A-Za-z0-9_/!.*'() &$@=;:+,?-]"
              + "|[\\p{L}\\p{M}\\p{N}\\p{P}\\p{S}\\p{Zs}\\x{200C}\\x{200D}&&[^\\x00-\\x7F]])++");
  private final Pattern key;

  Names(StorageSettings settings) {
    this.key = settings.utf8Names() ? UTF8_KEY : ASCII_KEY;
  }

  /// The name of a new bucket, or an error.
  public static String newBucket(String name) {
    if (name.length() > LONGEST_BUCKET
        || !BUCKET.matcher(name).matches()
        || !name.equals(name.strip())
        || isDots(name)
        || name.endsWith("--table-s3")) {
      throw new ApiException(new StorageError.InvalidBucketName(name));
    }
    return name;
  }

  /// The key of an object, or an error. A segment that would climb out of a folder is refused.
  public String key(String name) {
    if (!key.matcher(name).matches()
        || name.getBytes(StandardCharsets.UTF_8).length > LONGEST_KEY
        || climbs(name)) {
      throw new ApiException(new StorageError.InvalidKey(name));
    }
    return name;
  }

  private static boolean climbs(String name) {
    for (var segment : name.split("/", -1)) {
      if (isDots(segment)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isDots(String segment) {
    return segment.equals(".") || segment.equals("..");
  }

  /// The marker object by which clients keep an empty folder; it holds no bytes.
  public static boolean isFolderMarker(String name) {
    return name.endsWith(".emptyFolderPlaceholder");
  }
}
