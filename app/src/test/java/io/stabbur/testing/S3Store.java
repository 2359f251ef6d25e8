package io.stabbur.testing;

import io.stabbur.platform.config.Secret;
import io.stabbur.project.StoreSettings;
import java.net.URI;
import org.gaul.s3proxy.S3Proxy;
import org.gaul.s3proxy.auth.AuthenticationType;
import org.gaul.s3proxy.nio2blob.TransientNio2BlobStore;

/// An S3-compatible store in this process that checks signatures, with one bucket in memory.
public final class S3Store implements AutoCloseable {
  private static final String BUCKET = "objects";
  private final URI endpoint = URI.create("http://127.0.0.1:" + TestServer.freePort());
  private final TransientNio2BlobStore blobs = new TransientNio2BlobStore();
  private final S3Proxy proxy =
      S3Proxy.builder()
          .blobStore(blobs)
          .endpoint(endpoint)
          .awsAuthentication(AuthenticationType.AWS_V4, "test-id", "test-secret")
          .build();

  public void start() {
    try {
      proxy.start();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
    blobs.createContainer(BUCKET);
  }

  public StoreSettings.S3 settings() {
    return new StoreSettings.S3(
        endpoint, BUCKET, "us-east-1", Secret.of("test-id"), Secret.of("test-secret"), true);
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
