package io.stabbur.storage.bucket;

import io.stabbur.platform.error.ApiException;
import io.stabbur.storage.Encryption;
import io.stabbur.storage.Names;
import io.stabbur.storage.StorageError;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What object operations need to know of a bucket.
///
/// @param sizeLimit most bytes of one object, or null
/// @param checkTypes whether files must begin as their media type does
/// @param encryption what its rules ask of bytes that are stored
/// @param plainRefusals whether refused reads are answered with HTTP 403
/// @param types allowed media types such as `image/*`; empty allows all
public record Bucket(
    String id,
    boolean isPublic,
    @Nullable Long sizeLimit,
    boolean checkTypes,
    Encryption encryption,
    boolean plainRefusals,
    List<String> types) {
  /// The most bytes an object of that name may have here.
  public long limitFor(String name, long everywhere) {
    if (Names.isFolderMarker(name)) {
      return 0;
    }
    return sizeLimit == null || sizeLimit == 0 ? everywhere : Math.min(sizeLimit, everywhere);
  }

  /// Refuses a media type the bucket does not take.
  public void checkType(String name, String type) {
    if (types.isEmpty() || Names.isFolderMarker(name)) {
      return;
    }
    var plain = plain(type);
    for (var allowed : types) {
      if (matches(plain(allowed), plain)) {
        return;
      }
    }
    throw new ApiException(new StorageError.InvalidMimeType(type));
  }

  private static boolean matches(String allowed, String type) {
    return allowed.equals(type)
        || allowed.equals("*/*")
        || (allowed.endsWith("/*") && type.startsWith(allowed.substring(0, allowed.length() - 1)));
  }

  /// Without parameters such as `charset`.
  private static String plain(String type) {
    int semicolon = type.indexOf(';');
    return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
  }
}
