package io.stabbur.storage;

import io.micronaut.http.HttpRequest;
import io.stabbur.platform.error.ApiException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/// Reads bucket and key from the request's own path, before anybody has decoded or tidied it.
public final class RequestPath {
  private static final String ROOT = "/storage/v1";

  private RequestPath() {}

  /// The path below `/storage/v1`, still encoded, without the query.
  public static String raw(HttpRequest<?> request) {
    var path = request.getUri().getRawPath();
    return path.startsWith(ROOT) ? path.substring(ROOT.length()) : path;
  }

  /// The bucket and key that follow a prefix such as `/object/sign/`.
  public static BucketKey bucketKey(HttpRequest<?> request, String prefix) {
    var rest = raw(request).substring(prefix.length());
    int slash = rest.indexOf('/');
    if (slash <= 0 || slash == rest.length() - 1) {
      throw new ApiException(new StorageError.InvalidKey(decode(rest)));
    }
    return new BucketKey(decode(rest.substring(0, slash)), decode(rest.substring(slash + 1)));
  }

  /// The same of an address we made ourselves. Some clients encode it once more than it was; names
  /// hold no percent sign, so one that is left tells.
  public static BucketKey bucketKeyOfLink(HttpRequest<?> request, String prefix) {
    var place = bucketKey(request, prefix);
    return new BucketKey(decode(place.bucket()), decode(place.key()));
  }

  /// The single name that follows a prefix such as `/bucket/`.
  public static String name(HttpRequest<?> request, String prefix) {
    var rest = raw(request).substring(prefix.length());
    int slash = rest.indexOf('/');
    return decode(slash < 0 ? rest : rest.substring(0, slash));
  }

  /// Percent-decodes once, as UTF-8; `+` is a plus.
  public static String decode(String text) {
    if (text.indexOf('%') < 0) {
      return text;
    }
    var out = new ByteArrayOutputStream(text.length());
    int at = 0;
    while (at < text.length()) {
      int percent = text.indexOf('%', at);
      int end = percent < 0 ? text.length() : percent;
      out.writeBytes(text.substring(at, end).getBytes(StandardCharsets.UTF_8));
      if (percent >= 0) {
        out.write(octet(text, percent));
      }
      at = percent < 0 ? end : percent + 3;
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(out.toByteArray()))
          .toString();
    } catch (CharacterCodingException e) {
      throw new ApiException(new StorageError.InvalidKey(text));
    }
  }

  private static int octet(String text, int percent) {
    boolean isOctet =
        percent + 2 < text.length()
            && HexFormat.isHexDigit(text.charAt(percent + 1))
            && HexFormat.isHexDigit(text.charAt(percent + 2));
    if (!isOctet) {
      throw new ApiException(new StorageError.InvalidKey(text));
    }
    return HexFormat.fromHexDigits(text, percent + 1, percent + 3);
  }

  /// Which object a request is about.
  public record BucketKey(String bucket, String key) {}
}
