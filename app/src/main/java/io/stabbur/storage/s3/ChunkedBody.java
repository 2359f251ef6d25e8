package io.stabbur.storage.s3;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.file.BlockInput;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.s3.SignedRequest.Chunks;
import io.stabbur.storage.s3.SignedRequest.Payload;
import io.stabbur.storage.s3.SignedRequest.Trailer;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A body in chunks (`aws-chunked`), decoded as it is read: sizes in hexadecimal, each chunk
/// perhaps signed after the one before, perhaps headers at the end. Whatever is wrong is thrown
/// before the end of the stream, so nothing that was read can become an object.
final class ChunkedBody extends BlockInput {
  private static final int LONGEST_LINE = 1024;
  private static final int MOST_TRAILERS = 20;
  private static final long LARGEST_CHUNK = 1L << 32;
  private static final String EMPTY_HASH = Crypto.sha256Hex("");
  private final InputStream in;
  private final Payload.Chunked form;
  private final SignedRequest request;
  private final @Nullable BodyChecksum checksum;
  private final MessageDigest digest = sha256();
  private String previous;
  private String claimed = "";
  private long left;
  private boolean ended;

  ChunkedBody(
      InputStream in,
      SignedRequest request,
      Payload.Chunked form,
      @Nullable BodyChecksum checksum) {
    this.in = new BufferedInputStream(in, 64 * 1024);
    this.request = request;
    this.form = form;
    this.checksum = checksum;
    this.previous = request.seed();
  }

  @Override
  public int read(byte[] into, int at, int length) throws IOException {
    if (ended) {
      return -1;
    }
    if (length == 0) {
      return 0;
    }
    if (left == 0 && !nextChunk()) {
      return -1;
    }
    int count = in.read(into, at, (int) Math.min(length, left));
    if (count < 0) {
      throw cut();
    }
    took(into, at, count);
    return count;
  }

  private void took(byte[] bytes, int at, int count) throws IOException {
    left -= count;
    if (form.chunks() == Chunks.SIGNED) {
      digest.update(bytes, at, count);
    }
    if (checksum != null) {
      checksum.update(bytes, at, count);
    }
    if (left == 0) {
      checkChunk();
      requireLineEnd();
    }
  }

  /// Reads the line before a chunk; false at the last one, after what follows it.
  private boolean nextChunk() throws IOException {
    var line = line();
    int semicolon = line.indexOf(';');
    left = size(semicolon < 0 ? line : line.substring(0, semicolon));
    claimed = semicolon < 0 ? "" : signature(line.substring(semicolon + 1));
    if (left > 0) {
      return true;
    }
    checkChunk();
    end();
    if (in.read() >= 0) {
      throw malformed("Something follows the last chunk");
    }
    ended = true;
    return false;
  }

  private static long size(String hex) {
    try {
      long size = Long.parseLong(hex.strip(), 16);
      if (size >= 0 && size <= LARGEST_CHUNK) {
        return size;
      }
    } catch (NumberFormatException e) {
      // told below
    }
    throw malformed("A chunk has no size");
  }

  private static String signature(String extension) {
    return extension.startsWith("chunk-signature=") ? extension.substring(16).strip() : "";
  }

  private void checkChunk() {
    if (form.chunks() == Chunks.UNSIGNED) {
      return;
    }
    var expected =
        sign(
            "AWS4-HMAC-SHA256-PAYLOAD",
            EMPTY_HASH + '\n' + HexFormat.of().formatHex(digest.digest()));
    Signatures.require(expected, claimed);
    previous = claimed;
  }

  private String sign(String algorithm, String rest) {
    var key = request.key();
    if (key == null) {
      throw malformed("The request has no key to check chunks with");
    }
    return key.sign(String.join("\n", algorithm, request.date(), key.scope(), previous, rest));
  }

  /// After the last chunk: the trailer's headers, or an empty line.
  private void end() throws IOException {
    if (form.trailer() == Trailer.NONE) {
      requireLineEndOrNothing();
      return;
    }
    var trailers = trailers();
    if (form.chunks() == Chunks.SIGNED) {
      checkTrailer(trailers);
    }
    if (checksum != null) {
      checksum.require(trailers);
    }
  }

  private Map<String, String> trailers() throws IOException {
    var trailers = new LinkedHashMap<String, String>();
    for (var line = line(); !line.isEmpty(); line = lineOrEmpty()) {
      int colon = line.indexOf(':');
      if (colon <= 0 || trailers.size() >= MOST_TRAILERS) {
        throw malformed("The trailer cannot be read");
      }
      trailers.put(
          line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
          line.substring(colon + 1).strip());
    }
    if (trailers.isEmpty()) {
      throw malformed("The trailer is missing");
    }
    return trailers;
  }

  private void checkTrailer(Map<String, String> trailers) {
    var given = trailers.get("x-amz-trailer-signature");
    if (given == null) {
      throw malformed("The trailer is not signed");
    }
    var text = new StringBuilder();
    trailers.forEach(
        (name, value) -> {
          if (!name.equals("x-amz-trailer-signature")) {
            text.append(name).append(':').append(value).append('\n');
          }
        });
    Signatures.require(sign("AWS4-HMAC-SHA256-TRAILER", Crypto.sha256Hex(text.toString())), given);
  }

  private void requireLineEnd() throws IOException {
    if (in.read() != '\r' || in.read() != '\n') {
      throw malformed("A chunk is longer than its size");
    }
  }

  private void requireLineEndOrNothing() throws IOException {
    int first = in.read();
    if (first >= 0 && (first != '\r' || in.read() != '\n')) {
      throw malformed("Something follows the last chunk");
    }
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw cut();
      }
      if (line.length() >= LONGEST_LINE) {
        throw malformed("A line between chunks is too long");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  /// Some clients end the body without the empty line.
  private String lineOrEmpty() throws IOException {
    in.mark(1);
    if (in.read() < 0) {
      return "";
    }
    in.reset();
    return line();
  }

  @Override
  public void close() throws IOException {
    in.close();
  }

  private static ApiException malformed(String message) {
    return new ApiException(new StorageError.Protocol(400, "IncompleteBody", message));
  }

  private static ApiException cut() {
    return new ApiException(
        new StorageError.Protocol(400, "IncompleteBody", "The body ends before its last chunk"));
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
