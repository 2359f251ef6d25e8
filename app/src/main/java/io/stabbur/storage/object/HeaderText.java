package io.stabbur.storage.object;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.storage.StorageError;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Texts a client stores with an object and that later readers get as headers: whatever way they
/// came (header, form field, base64, JSON), they must be able to stand in one.
public final class HeaderText {
  public static final String ANY_TYPE = "application/octet-stream";
  private static final int LONGEST = 1000;

  // RFC 9110, sections 5.6.2 and 8.3.1: type/subtype and parameters
  private static final String TOKEN = "[A-Za-z0-9!#$%&'*+.^_`|~-]++";
  private static final Pattern MEDIA_TYPE =
      Pattern.compile(
          TOKEN
              + "/"
              + TOKEN
              + "(?:[ \\t]*+;[ \\t]*+(?:"
              + TOKEN
              + "=(?:"
              + TOKEN
              + "|\"[\\x20\\x21\\x23-\\x5B\\x5D-\\x7E]*+\"))?+)*+[ \\t]*+");

  private HeaderText() {}

  /// The media type of a new object: bytes of any kind where none is given, an error where it is
  /// not one.
  public static String mediaType(@Nullable String given) {
    if (given == null || given.isBlank()) {
      return ANY_TYPE;
    }
    if (!isMediaType(given.strip())) {
      throw new ApiException(new Failure.UnsupportedMedia("Invalid Content-Type"));
    }
    return given.strip();
  }

  /// The cache rule of a new object: `no-cache` where none is given.
  public static String cacheControl(@Nullable String given) {
    if (given == null || given.isBlank()) {
      return "no-cache";
    }
    if (!isPlain(given)) {
      throw new ApiException(new StorageError.InvalidRequest("Invalid Cache-Control"));
    }
    return given;
  }

  /// The media type of a stored object, which may have been stored by others.
  public static String stored(String type) {
    return isMediaType(type) ? type : ANY_TYPE;
  }

  static boolean isMediaType(String text) {
    return text.length() <= LONGEST && MEDIA_TYPE.matcher(text).matches();
  }

  /// Whether a text may stand in a header: printable ASCII.
  public static boolean isPlain(String text) {
    return !text.isEmpty()
        && text.length() <= LONGEST
        && text.chars().allMatch(c -> c >= 0x20 && c < 0x7f);
  }
}
