package io.stabbur.storage.s3;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.file.BlockInput;
import io.stabbur.project.Project;
import io.stabbur.storage.BodyMemory;
import io.stabbur.storage.RequestBody;
import io.stabbur.storage.StorageError;
import io.stabbur.storage.backend.Digests;
import io.stabbur.storage.s3.SignedRequest.Payload;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// The body of a signed request: decoded, and held to its hash, checksum and MD5 at its end.
record S3Body(InputStream bytes, OptionalLong length, Optional<BodyChecksum> checksum)
    implements AutoCloseable {
  static S3Body of(HttpRequest<?> request, SignedRequest signed) {
    return of(request, signed, BodyChecksum.of(request.getHeaders()));
  }

  /// A body beside which checksums in headers are those of an object it speaks of.
  static S3Body ofDescription(HttpRequest<?> request, SignedRequest signed) {
    return of(request, signed, BodyChecksum.ofTrailer(request.getHeaders()));
  }

  private static S3Body of(
      HttpRequest<?> request, SignedRequest signed, Optional<BodyChecksum> checksum) {
    var raw = RequestBody.stream(request);
    return switch (signed.payload()) {
      case Payload.Unsigned _ ->
          new S3Body(
              new Held(raw, null, checksum.orElse(null), md5(request)), length(request), checksum);
      case Payload.Hashed(var hash) ->
          new S3Body(
              new Held(raw, hash, checksum.orElse(null), md5(request)), length(request), checksum);
      case Payload.Chunked form ->
          new S3Body(
              new Held(
                  new ChunkedBody(raw, signed, form, checksum.orElse(null)),
                  null,
                  null,
                  md5(request)),
              decodedLength(request),
              checksum);
    };
  }

  private static OptionalLong length(HttpRequest<?> request) {
    return RequestBody.length(request);
  }

  private static OptionalLong decodedLength(HttpRequest<?> request) {
    var header = request.getHeaders().get("x-amz-decoded-content-length");
    if (header == null || !header.matches("[0-9]{1,18}")) {
      throw new ApiException(new StorageError.MissingContentLength());
    }
    return OptionalLong.of(Long.parseLong(header));
  }

  private static @Nullable String md5(HttpRequest<?> request) {
    return request.getHeaders().get("content-md5");
  }

  /// Reads from all of a body that must not be large what is wished, and does it when nothing is
  /// left of the body.
  <W, T> T whole(Project project, int most, Function<byte[], W> read, Function<W, T> work) {
    RequestBody.requireAtMost(length, most);
    try (var memory = BodyMemory.of(project)) {
      return work.apply(memory.read(bytes, most, read));
    } catch (IOException e) {
      throw new ApiException(new StorageError.BodyCutShort());
    }
  }

  /// The answer with the checksum that the body was found to have.
  HttpResponse<?> told(MutableHttpResponse<?> response) {
    checksum.ifPresent(each -> each.tell(response));
    return response;
  }

  @Override
  public void close() {
    RequestBody.discard(bytes);
  }

  /// Checks at its end what was promised of a stream.
  private static final class Held extends BlockInput {
    private final InputStream in;
    private final @Nullable String sha256;
    private final @Nullable BodyChecksum checksum;
    private final @Nullable String md5;
    private final MessageDigest hash = Digests.of("SHA-256");
    private final MessageDigest digest = Digests.md5();
    private boolean checked;

    Held(
        InputStream in,
        @Nullable String sha256,
        @Nullable BodyChecksum checksum,
        @Nullable String md5) {
      this.in = in;
      this.sha256 = sha256;
      this.checksum = checksum;
      this.md5 = md5;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      int count = in.read(into, at, length);
      if (count < 0) {
        check();
        return count;
      }
      if (sha256 != null) {
        hash.update(into, at, count);
      }
      if (checksum != null) {
        checksum.update(into, at, count);
      }
      if (md5 != null) {
        digest.update(into, at, count);
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }

    private void check() {
      if (checked) {
        return;
      }
      checked = true;
      if (sha256 != null && !Crypto.same(HexFormat.of().formatHex(hash.digest()), sha256)) {
        throw new ApiException(
            new StorageError.Protocol(
                400,
                "XAmzContentSHA256Mismatch",
                "The body is not the one x-amz-content-sha256 was computed for"));
      }
      if (checksum != null) {
        checksum.require();
      }
      if (md5 != null && !Base64.getEncoder().encodeToString(digest.digest()).equals(md5)) {
        throw new ApiException(
            new StorageError.Protocol(
                400, "BadDigest", "The Content-MD5 you specified did not match the body"));
      }
    }
  }
}
