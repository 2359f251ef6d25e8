package io.stabbur.functions.deploy;

import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.error.ApiException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The parts of a `multipart/form-data` body (RFC 7578) that is in memory. File names are kept as
/// they are sent, slashes included: they are paths here.
public final class MultipartForm {
  private static final Pattern BOUNDARY =
      Pattern.compile(
          "(?i)multipart/form-data\\s*;.*boundary=(?:\"([^\"]{1,200})\"|([^;\\s\"]{1,200}))");
  private static final Pattern NAME = Pattern.compile("(?i)[;\\s]name=\"([^\"]*)\"");
  private static final Pattern FILE = Pattern.compile("(?i)[;\\s]filename=\"([^\"]*)\"");
  private static final byte[] BLANK_LINE = {'\r', '\n', '\r', '\n'};
  private static final int LONGEST_HEAD = 8 * 1024;

  private MultipartForm() {}

  /// One part.
  public static final class Part {
    private final String name;
    private final @Nullable String file;
    private final byte[] bytes;

    private Part(String name, @Nullable String file, byte[] bytes) {
      this.name = name;
      this.file = file;
      this.bytes = bytes;
    }

    public String name() {
      return name;
    }

    /// The file's name as it was sent; absent for a part that is no file.
    public @Nullable String file() {
      return file;
    }

    public byte[] bytes() {
      return bytes;
    }
  }

  /// Reads all parts.
  ///
  /// @throws ApiException with [FunctionError.Rejected] for anything that is not such a body
  public static List<Part> parse(String contentType, byte[] body) {
    var boundary = boundary(contentType);
    var delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    var parts = new ArrayList<Part>();
    // the first delimiter has no line before it
    int first = startsWith(body, 0, delimiter, 2) ? -2 : indexOf(body, delimiter, 0);
    int at = first == -1 ? -1 : first + delimiter.length;
    while (at >= 0) {
      int begin = at;
      if (startsWith(body, begin, new byte[] {'-', '-'}, 0)) {
        return parts;
      }
      int head = indexOf(body, BLANK_LINE, begin);
      int end = head < 0 ? -1 : indexOf(body, delimiter, head + 2);
      if (head < 0 || end < 0 || head - begin > LONGEST_HEAD) {
        break;
      }
      parts.add(part(body, begin, head, Math.max(end, head + 4)));
      at = end + delimiter.length;
    }
    throw broken();
  }

  private static Part part(byte[] body, int begin, int head, int end) {
    var headers = new String(body, begin, head - begin, StandardCharsets.UTF_8);
    var disposition =
        headers
            .lines()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("content-disposition:"))
            .findFirst()
            .orElseThrow(MultipartForm::broken);
    var name = find(NAME, disposition).orElseThrow(MultipartForm::broken);
    return new Part(
        name, find(FILE, disposition).orElse(null), Arrays.copyOfRange(body, head + 4, end));
  }

  private static Optional<String> find(Pattern pattern, String text) {
    var matcher = pattern.matcher(text);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static String boundary(String contentType) {
    var matcher = BOUNDARY.matcher(contentType);
    if (!matcher.find()) {
      throw new ApiException(
          new FunctionError.Rejected("The body is not multipart/form-data with a boundary"));
    }
    return matcher.group(1) == null ? matcher.group(2) : matcher.group(1);
  }

  private static int indexOf(byte[] in, byte[] what, int from) {
    for (int at = from; at <= in.length - what.length; at++) {
      if (startsWith(in, at, what, 0)) {
        return at;
      }
    }
    return -1;
  }

  private static boolean startsWith(byte[] in, int at, byte[] what, int skip) {
    int length = what.length - skip;
    return at + length <= in.length && Arrays.equals(in, at, at + length, what, skip, what.length);
  }

  private static ApiException broken() {
    return new ApiException(new FunctionError.Rejected("The multipart body is broken"));
  }
}
