package io.stabbur.testing;

import io.stabbur.platform.config.Secret;
import io.stabbur.project.StoreSettings;
import java.net.URI;
import java.nio.file.Path;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.blobstore.BlobStore;
import org.gaul.s3proxy.nio2blob.FilesystemNio2BlobStore;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

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
    return new S3Store(new FilesystemNio2BlobStore(folder.toString()));
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
