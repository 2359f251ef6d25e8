package io.stabbur.storage.object;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.file.BlockInput;
import io.stabbur.storage.BodyMemory;
import io.stabbur.storage.StorageError;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A `multipart/form-data` body (RFC 7578), read as it arrives: small fields first, then one file,
/// whose bytes are a stream. Fields after the file are not looked at.
public final class Multipart {
  /// All fields together.
  private static final int MOST_FIELD_BYTES = (1 << 20) + (64 << 10);

  private static final int MOST_HEADER_BYTES = 16 * 1024;
  private static final int BUFFER = 64 * 1024;
  private static final Pattern NAME =
      Pattern.compile(";\\s*name=(?:\"((?:[^\"\\\\]++|\\\\.)*+)\"|([^;\\s]+))");
  private static final Pattern FILE = Pattern.compile(";\\s*filename\\*?=");
  private static final Pattern BOUNDARY =
      Pattern.compile(
          ";\\s*boundary=(?:\"([^\"]{1,200})\"|([^;\\s]{1,200}))", Pattern.CASE_INSENSITIVE);

  private final InputStream in;
  private final BodyMemory memory;
  private final byte[] delimiter;

  /// How far the delimiter may at least be from a place where it would end with this sign (Horspool
  /// 1980): most bytes of a large file are not looked at.
  private final int[] skips = new int[256];

  private final byte[] buffer = new byte[BUFFER];
  private int from;
  private int to;
  private boolean ended;

  private Multipart(InputStream in, String boundary, BodyMemory memory) {
    this.in = in;
    this.memory = memory;
    this.delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.ISO_8859_1);
    Arrays.fill(skips, delimiter.length);
    for (int at = 0; at < delimiter.length - 1; at++) {
      skips[delimiter[at] & 0xff] = delimiter.length - 1 - at;
    }
    // the first delimiter has no line break before it
    buffer[0] = '\r';
    buffer[1] = '\n';
    this.to = 2;
  }

  /// The fields before the file, and the file.
  public record Form(Map<String, String> fields, InputStream file, @Nullable String fileType) {}

  /// Reads up to the file; a body without one is refused. The fields take what `memory` holds.
  public static Form read(InputStream body, String contentType, int mostFields, BodyMemory memory) {
    var match = BOUNDARY.matcher(contentType);
    if (!match.find()) {
      throw malformed("Multipart: Boundary not found");
    }
    var boundary = match.group(1) != null ? match.group(1) : match.group(2);
    var multipart = new Multipart(body, boundary, memory);
    try {
      return multipart.form(mostFields);
    } catch (IOException e) {
      throw new ApiException(new StorageError.BodyCutShort());
    }
  }

  private Form form(int mostFields) throws IOException {
    skip(part(BUFFER * 16L));
    var fields = new LinkedHashMap<String, String>();
    int left = MOST_FIELD_BYTES;
    for (int number = 0; nextPart(); number++) {
      var headers = headers();
      var disposition = headers.getOrDefault("content-disposition", "");
      if (FILE.matcher(disposition).find()) {
        return new Form(fields, part(Long.MAX_VALUE), headers.get("content-type"));
      }
      if (number >= mostFields) {
        throw malformed("reach fields limit");
      }
      var field = field(left);
      left -= field.bytes();
      fields.put(name(disposition), field.text());
    }
    throw malformed("The form holds no file");
  }

  private record Field(int bytes, String text) {}

  private Field field(int most) throws IOException {
    return memory.read(
        part(most),
        most,
        bytes -> new Field(bytes.length, new String(bytes, StandardCharsets.UTF_8)));
  }

  private static String name(String disposition) {
    var match = NAME.matcher(disposition);
    if (!match.find()) {
      throw malformed("A part of the form has no name");
    }
    return match.group(1) != null ? match.group(1).replace("\\\"", "\"") : match.group(2);
  }

  /// Past a delimiter: a line break before another part, two dashes at the end.
  private boolean nextPart() throws IOException {
    need(2);
    int first = next();
    int second = next();
    if (first == '-' && second == '-') {
      return false;
    }
    while (second == ' ' || second == '\t') {
      second = next();
    }
    if (second != '\n') {
      throw malformed("Malformed part header");
    }
    return true;
  }

  /// What looks like the end of a part is one only if a line break or two dashes follow; a body
  /// that ends there was cut.
  private void requireBoundary() throws IOException {
    need(2);
    int first = buffer[from];
    if (first != '-' && first != '\r' && first != ' ' && first != '\t') {
      throw malformed("Malformed part header");
    }
  }

  private Map<String, String> headers() throws IOException {
    var headers = new LinkedHashMap<String, String>();
    int bytes = 0;
    while (true) {
      var line = line(MOST_HEADER_BYTES - bytes);
      if (line.isEmpty()) {
        return headers;
      }
      bytes += line.length();
      int colon = line.indexOf(':');
      if (colon <= 0) {
        throw malformed("Malformed part header");
      }
      headers.put(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip());
    }
  }

  private String line(int most) throws IOException {
    var line = new ByteArrayOutputStream();
    for (int c = next(); c != '\n'; c = next()) {
      if (line.size() >= most) {
        throw malformed("Malformed part header");
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.UTF_8);
  }

  private int next() throws IOException {
    need(1);
    return buffer[from++] & 0xff;
  }

  private void need(int count) throws IOException {
    while (to - from < count) {
      if (!fill()) {
        throw new ApiException(new StorageError.BodyCutShort());
      }
    }
  }

  private boolean fill() throws IOException {
    if (ended) {
      return false;
    }
    if (from > 0) {
      System.arraycopy(buffer, from, buffer, 0, to - from);
      to -= from;
      from = 0;
    }
    int count = in.read(buffer, to, buffer.length - to);
    if (count < 0) {
      ended = true;
      return false;
    }
    to += count;
    return true;
  }

  private static void skip(InputStream part) throws IOException {
    part.transferTo(java.io.OutputStream.nullOutputStream());
  }

  private static ApiException malformed(String message) {
    return new ApiException(new StorageError.InvalidRequest(message));
  }

  private InputStream part(long most) {
    return new Part(most);
  }

  /// The bytes up to the next delimiter.
  private final class Part extends BlockInput {
    private long left;
    private boolean done;

    Part(long most) {
      this.left = most;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      if (done) {
        return -1;
      }
      if (length == 0) {
        return 0;
      }
      while (true) {
        int found = find();
        int ready = found >= 0 ? found - from : to - from - delimiter.length + 1;
        if (ready > 0) {
          return take(into, at, Math.min(length, ready));
        }
        if (found >= 0) {
          from = found + delimiter.length;
          done = true;
          requireBoundary();
          return -1;
        }
        if (!fill()) {
          throw new ApiException(new StorageError.BodyCutShort());
        }
      }
    }

    private int take(byte[] into, int at, int count) {
      left -= count;
      if (left < 0) {
        throw new ApiException(new StorageError.EntityTooLarge());
      }
      System.arraycopy(buffer, from, into, at, count);
      from += count;
      return count;
    }

    /// Where the delimiter begins in the buffer, or -1.
    private int find() {
      int start = from;
      while (start <= to - delimiter.length) {
        if (matches(start)) {
          return start;
        }
        start += skips[buffer[start + delimiter.length - 1] & 0xff];
      }
      return -1;
    }

    private boolean matches(int start) {
      for (int at = 0; at < delimiter.length; at++) {
        if (buffer[start + at] != delimiter[at]) {
          return false;
        }
      }
      return true;
    }
  }
}
