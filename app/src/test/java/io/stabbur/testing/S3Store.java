package io.stabbur.testing;

import io.stabbur.platform.config.Secret;
import io.stabbur.project.StoreSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.blobstore.ForwardingBlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;
import software.amazon.awssdk.services.s3.model.DeleteObjectRequest;
import software.amazon.awssdk.services.s3.model.DeleteObjectResponse;

/// An S3-compatible store in this process that checks signatures, with one bucket, in memory unless
/// a folder is given.
public final class S3Store implements AutoCloseable {
  private static final String BUCKET = "objects";
  private final URI endpoint = URI.create("http://127.0.0.1:" + TestServer.freePort());
  private final BlobStore blobs;
  private final S3Proxy proxy;

  public S3Store() {
    this(new TransientNio2BlobStore());
  }

  private S3Store(BlobStore blobs) {
    this.blobs = blobs;
    this.proxy =
        S3Proxy.builder()
            .blobStore(blobs)
            .endpoint(endpoint)
            .awsAuthentication(AuthenticationType.AWS_V4, "test-id", "test-secret")
            .build();
  }

  /// One that keeps its objects as files.
  public static S3Store onDisk(Path folder) {
    return new S3Store(new OnDisk(folder));
  }

  /// Leaves folders where they are when their last object is deleted. The original deletes them,
  /// also while another object is written there, which then fails.
  private static final class OnDisk extends ForwardingBlobStore {
    private final Path folder;

    OnDisk(Path folder) {
      super(new FilesystemNio2BlobStore(folder.toString()));
      this.folder = folder;
    }

    @Override
    public DeleteObjectResponse removeBlob(DeleteObjectRequest request) {
      try {
        Files.deleteIfExists(folder.resolve(request.bucket()).resolve(request.key()));
        return DeleteObjectResponse.builder().build();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  public void start() {
    try {
      proxy.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    blobs.createContainer(BUCKET);
  }

  public int port() {
    return endpoint.getPort();
  }

  public StoreSettings.S3 settings() {
    return settings(port());
  }

  /// The same by way of another port.
  public StoreSettings.S3 settings(int port) {
    return new StoreSettings.S3(
        URI.create("http://127.0.0.1:" + port),
        BUCKET,
        "us-east-1",
        Secret.of("test-id"),
        Secret.of("test-secret"),
        true);
  }

  @Override
  public void close() {
    try {
      proxy.stop();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    blobs.close();
  }
}
