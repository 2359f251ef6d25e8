package io.stabbur.storage.backend;

import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.project.StoreSettings;
import io.stabbur.storage.StorageError;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.ClientOverrideConfiguration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;
import software.amazon.awssdk.services.s3.model.ObjectIdentifier;
import software.amazon.awssdk.services.s3.model.S3Exception;

/// An S3-compatible store. Bodies of known size go up in one streamed request; bodies of unknown or
/// very large size go up in parts, each spooled to a temporary file, so memory stays constant.
public final class S3Backend implements Backend {
  private static final Logger LOG = LoggerFactory.getLogger(S3Backend.class);
  private static final long SINGLE_MOST = 5L << 30;
  private static final long PART = 16L << 20;

  /// Bodies up to this size are kept until they have arrived, so that they can be sent again.
  private static final long SMALL = 256 << 10;

  private static final int LONGEST_KEY = 1024;
  private static final int DELETE_MOST = 1000;
  private final S3Client client;

  /// The same store, which is sent what comes from clients: the SDK itself tries it once.
  private final S3Client streaming;

  private final String bucket;
  private final Duration timeout;

  public S3Backend(StoreSettings.S3 settings, Duration timeout) {
    this.bucket = settings.bucket();
    this.timeout = timeout;
    this.client = client(settings, timeout, Attempts.SEVERAL);
    this.streaming = client(settings, timeout, Attempts.ONE);
  }

  /// How often a request is tried.
  private enum Attempts {
    SEVERAL,
    ONE
  }

  /// The JDK keeps connections of uploads that were cut and hands them out again, where the next
  /// streamed body, which cannot be sent twice, would be lost: none is kept.
  private static void adapt(ClientOverrideConfiguration.Builder calls, Attempts attempts) {
    calls.putHeader("Connection", "close");
    if (attempts == Attempts.ONE) {
      calls.retryStrategy(DefaultRetryStrategy.doNotRetry());
    }
  }

  private static S3Client client(StoreSettings.S3 settings, Duration timeout, Attempts attempts) {
    var builder =
        S3Client.builder()
            .region(Region.of(settings.region()))
            .credentialsProvider(
                StaticCredentialsProvider.create(
                    AwsBasicCredentials.create(
                        settings.accessKeyId().reveal(), settings.secretAccessKey().reveal())))
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(Duration.ofSeconds(5))
                    .socketTimeout(timeout))
            .overrideConfiguration(calls -> adapt(calls, attempts))
            // older stores do not know the checksums newer SDKs add by themselves
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(
                S3Configuration.builder().pathStyleAccessEnabled(settings.pathStyle()).build());
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint());
    }
    return builder.build();
  }

  @Override
  public Written write(
      VersionKey key, InputStream bytes, OptionalLong length, String contentType, Tagging tagging) {
    checkKey(key);
    if (length.isPresent() && length.getAsLong() > SMALL && length.getAsLong() <= SINGLE_MOST) {
      return single(key, bytes, length.getAsLong(), contentType);
    }
    return inParts(key, bytes, contentType);
  }

  private Written single(VersionKey key, InputStream bytes, long length, String contentType) {
    return send(
        bytes,
        length,
        contentType,
        body ->
            streaming.putObject(
                r ->
                    r.bucket(bucket).key(key.path()).contentType(contentType).contentLength(length),
                body));
  }

  /// Sends a body as it comes, and again where the store was unavailable and the body is kept.
  private Written send(
      InputStream bytes, long length, String contentType, Function<RequestBody, Object> send) {
    try (var kept = new KeptBody(bytes, length)) {
      return Retries.whileUnavailable(
          kept::isRepeatable,
          () -> {
            var digest = new DigestStream(kept.open());
            watched(digest, length, contentType, send);
            return digest.written();
          });
    }
  }

  private void watched(
      InputStream bytes, long length, String contentType, Function<RequestBody, Object> send) {
    var watched = new StallWatch(bytes, timeout);
    try {
      calling(
          () -> send.apply(RequestBody.fromContentProvider(() -> watched, length, contentType)));
    } finally {
      watched.end();
    }
  }

  private Written inParts(VersionKey key, InputStream bytes, String contentType) {
    try (var pieces = new Pieces(bytes, PART)) {
      var first = pieces.next();
      return pieces.ended()
          ? sendWhole(key, first, contentType)
          : sendParts(key, pieces, first, contentType);
    }
  }

  private Written sendWhole(VersionKey key, Piece piece, String contentType) {
    calling(
        () ->
            client.putObject(
                r -> r.bucket(bucket).key(key.path()).contentType(contentType), piece.body()));
    return piece.written();
  }

  private Written sendParts(VersionKey key, Pieces pieces, Piece first, String contentType) {
    var upload = begin(key, contentType);
    try {
      var parts = new ArrayList<Part>();
      for (var piece = first; piece.size() > 0; piece = pieces.next()) {
        parts.add(sendPart(key, upload, parts.size() + 1, piece));
        if (pieces.ended()) {
          break;
        }
      }
      return join(key, upload, parts);
    } catch (RuntimeException e) {
      abandon(key, upload);
      throw e;
    }
  }

  private Part sendPart(VersionKey key, String upload, int number, Piece piece) {
    calling(
        () ->
            client.uploadPart(
                r -> r.bucket(bucket).key(key.path()).uploadId(upload).partNumber(number),
                piece.body()));
    return new Part(number, piece.size(), piece.written().etag());
  }

  @Override
  public InputStream read(VersionKey key, Span span) {
    checkKey(key);
    if (span.length() == 0) {
      if (!exists(key)) {
        throw new Missing();
      }
      return InputStream.nullInputStream();
    }
    var request = GetObjectRequest.builder().bucket(bucket).key(key.path());
    request.range("bytes=" + span.from() + '-' + span.last());
    var stream = calling(() -> client.getObject(request.build()));
    return new Aborting(stream, span.length());
  }

  @Override
  public void copy(VersionKey from, VersionKey to, long size) {
    checkKey(to);
    var source = calling(() -> client.headObject(r -> r.bucket(bucket).key(from.path())));
    if (source.contentLength() <= SINGLE_MOST) {
      calling(
          () ->
              client.copyObject(
                  r ->
                      r.sourceBucket(bucket)
                          .sourceKey(from.path())
                          .destinationBucket(bucket)
                          .destinationKey(to.path())));
      return;
    }
    copyInParts(from, to, source.contentLength(), String.valueOf(source.contentType()));
  }

  private void copyInParts(VersionKey from, VersionKey to, long size, String contentType) {
    var upload = begin(to, contentType);
    try {
      var parts = new ArrayList<Part>();
      for (long at = 0; at < size; at += SINGLE_MOST) {
        var range = "bytes=" + at + '-' + (Math.min(size, at + SINGLE_MOST) - 1);
        int number = parts.size() + 1;
        var copied =
            calling(
                () ->
                    client.uploadPartCopy(
                        r ->
                            r.sourceBucket(bucket)
                                .sourceKey(from.path())
                                .destinationBucket(bucket)
                                .destinationKey(to.path())
                                .uploadId(upload)
                                .partNumber(number)
                                .copySourceRange(range)));
        parts.add(new Part(number, SINGLE_MOST, copied.copyPartResult().eTag()));
      }
      join(to, upload, parts);
    } catch (RuntimeException e) {
      abandon(to, upload);
      throw e;
    }
  }

  @Override
  public void delete(Collection<VersionKey> keys) {
    var all = keys.stream().map(k -> ObjectIdentifier.builder().key(k.path()).build()).toList();
    for (int at = 0; at < all.size(); at += DELETE_MOST) {
      var batch = all.subList(at, Math.min(all.size(), at + DELETE_MOST));
      var answer =
          calling(() -> client.deleteObjects(r -> r.bucket(bucket).delete(d -> d.objects(batch))));
      if (answer.hasErrors() && !answer.errors().isEmpty()) {
        throw unavailable();
      }
    }
  }

  @Override
  public boolean exists(VersionKey key) {
    try {
      calling(() -> client.headObject(r -> r.bucket(bucket).key(key.path())));
      return true;
    } catch (Missing e) {
      return false;
    }
  }

  @Override
  public void each(String tenant, Consumer<VersionKey> visitor) {
    calling(
        () -> {
          for (var object :
              client
                  .listObjectsV2Paginator(r -> r.bucket(bucket).prefix(tenant + '/'))
                  .contents()) {
            var key = VersionKey.parsePath(object.key());
            if (key != null) {
              visitor.accept(key);
            }
          }
          return true;
        });
  }

  @Override
  public String begin(VersionKey key, String contentType) {
    checkKey(key);
    return calling(
            () ->
                client.createMultipartUpload(
                    r -> r.bucket(bucket).key(key.path()).contentType(contentType)))
        .uploadId();
  }

  @Override
  public Part part(
      VersionKey key,
      String upload,
      int number,
      InputStream bytes,
      OptionalLong length,
      Tagging tagging) {
    if (length.isEmpty() || length.getAsLong() <= SMALL) {
      return spooledPart(key, upload, number, bytes);
    }
    var written =
        send(
            bytes,
            length.getAsLong(),
            "application/octet-stream",
            body ->
                streaming.uploadPart(
                    r ->
                        r.bucket(bucket)
                            .key(key.path())
                            .uploadId(upload)
                            .partNumber(number)
                            .contentLength(length.getAsLong()),
                    body));
    return new Part(number, written.size(), written.etag());
  }

  private Part spooledPart(VersionKey key, String upload, int number, InputStream bytes) {
    try (var pieces = new Pieces(bytes, Long.MAX_VALUE)) {
      return sendPart(key, upload, number, pieces.next());
    }
  }

  @Override
  public Written join(VersionKey key, String upload, List<Part> parts) {
    var completed =
        parts.stream()
            .map(p -> CompletedPart.builder().partNumber(p.number()).eTag(p.etag()).build())
            .toList();
    calling(
        () ->
            client.completeMultipartUpload(
                r ->
                    r.bucket(bucket)
                        .key(key.path())
                        .uploadId(upload)
                        .multipartUpload(m -> m.parts(completed))));
    return new Written(parts.stream().mapToLong(Part::size).sum(), Digests.joined(parts));
  }

  @Override
  public void abandon(VersionKey key, String upload) {
    try {
      calling(
          () ->
              client.abortMultipartUpload(r -> r.bucket(bucket).key(key.path()).uploadId(upload)));
    } catch (Missing e) {
      // gone already, as wanted
    }
  }

  @Override
  public void tidy(String tenant, Instant before, Predicate<String> underWay) {
    calling(
        () -> {
          for (var upload :
              client
                  .listMultipartUploadsPaginator(r -> r.bucket(bucket).prefix(tenant + '/'))
                  .uploads()) {
            if (upload.initiated().isBefore(before) && !underWay.test(upload.uploadId())) {
              client.abortMultipartUpload(
                  r -> r.bucket(bucket).key(upload.key()).uploadId(upload.uploadId()));
            }
          }
          return true;
        });
  }

  @Override
  public long smallestPart() {
    return 5L << 20;
  }

  @Override
  public void close() {
    streaming.close();
    client.close();
  }

  private static void checkKey(VersionKey key) {
    if (key.path().getBytes(java.nio.charset.StandardCharsets.UTF_8).length > LONGEST_KEY) {
      throw Backend.unstorable(key);
    }
  }

  /// One call to the store; what the client's stream threw inside it comes out as it was thrown.
  private static <T> T calling(Supplier<T> call) {
    try {
      return call.get();
    } catch (NoSuchBucketException e) {
      LOG.warn("the object store has no such bucket");
      throw unavailable();
    } catch (S3Exception e) {
      if (e.statusCode() == 404) {
        throw new Missing();
      }
      if (e.statusCode() == 400) {
        throw new ApiException(
            new StorageError.InvalidRequest("The object store refuses: " + code(e)));
      }
      LOG.warn("the object store answers {} {}", e.statusCode(), code(e));
      throw unavailable();
    } catch (UncheckedIOException e) {
      // a connection that was cut off because nothing moved on it
      LOG.warn("the object store cannot be used: {}", String.valueOf(e.getMessage()));
      throw unavailable();
    } catch (SdkException e) {
      for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
        if (cause instanceof ApiException said) {
          throw said;
        }
      }
      LOG.warn("the object store cannot be used: {}", String.valueOf(e.getMessage()));
      throw unavailable();
    }
  }

  private static String code(S3Exception e) {
    var details = e.awsErrorDetails();
    return details == null ? "bad request" : details.errorCode();
  }

  private static ApiException unavailable() {
    return new ApiException(new Failure.Unavailable("The object store cannot be reached"));
  }

  /// Counts and digests what passes.
  private static final class DigestStream extends FilterInputStream {
    private final EntityTag tag = new EntityTag(Tagging.MD5);

    DigestStream(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      if (value >= 0) {
        tag.update(new byte[] {(byte) value}, 0, 1);
      }
      return value;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      int count = in.read(into, at, length);
      if (count > 0) {
        tag.update(into, at, count);
      }
      return count;
    }

    @Override
    public boolean markSupported() {
      return false;
    }

    Written written() {
      return tag.written();
    }
  }

  /// Drops the connection when it is closed early, instead of reading a large rest.
  private static final class Aborting extends FilterInputStream {
    private final ResponseInputStream<GetObjectResponse> response;
    private long left;

    Aborting(ResponseInputStream<GetObjectResponse> response, long length) {
      super(new BufferedInputStream(response, 64 * 1024));
      this.response = response;
      this.left = length;
    }

    @Override
    public int read() throws IOException {
      int value = in.read();
      if (value >= 0) {
        left--;
      }
      return value;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      int count = in.read(into, at, length);
      if (count > 0) {
        left -= count;
      }
      return count;
    }

    @Override
    public void close() throws IOException {
      if (left > 0) {
        response.abort();
      } else {
        in.close();
      }
    }
  }

  /// Cuts a stream into pieces on disk.
  private static final class Pieces implements AutoCloseable {
    private final InputStream bytes;
    private final long most;
    private final Spool spool = new Spool();
    private boolean ended;

    Pieces(InputStream bytes, long most) {
      this.bytes = bytes;
      this.most = most;
    }

    Piece next() {
      var tag = new EntityTag(Tagging.MD5);
      var buffer = new byte[64 * 1024];
      spool.clear();
      try {
        while (tag.size() < most) {
          int count = bytes.read(buffer, 0, (int) Math.min(buffer.length, most - tag.size()));
          if (count < 0) {
            ended = true;
            break;
          }
          tag.update(buffer, 0, count);
          spool.add(buffer, count);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return new Piece(spool, tag.written());
    }

    boolean ended() {
      return ended;
    }

    @Override
    public void close() {
      spool.close();
    }
  }

  /// A piece on disk, which can be sent more than once.
  private record Piece(Spool spool, Written written) {
    long size() {
      return written.size();
    }

    RequestBody body() {
      return size() == 0
          ? RequestBody.empty()
          : RequestBody.fromContentProvider(spool::open, size(), "application/octet-stream");
    }
  }
}
