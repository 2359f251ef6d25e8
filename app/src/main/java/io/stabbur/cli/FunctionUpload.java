package io.stabbur.cli;

import io.stabbur.functions.deploy.FolderUpload;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A function of a folder as the body of a deployment.
final class FunctionUpload {
  private final String contentType;
  private final byte[] body;

  private FunctionUpload(String contentType, byte[] body) {
    this.contentType = contentType;
    this.body = body;
  }

  String contentType() {
    return contentType;
  }

  byte[] body() {
    return body;
  }

  /// Reads the function's folder, and what functions share beside it.
  ///
  /// @param verifyJwt wins over `config.toml`
  static FunctionUpload of(Path folder, String name, @Nullable Boolean verifyJwt) {
    var upload =
        read(folder, name, verifyJwt)
            .orElseThrow(
                () ->
                    new StartFailure(
                        "There is no function %s in %s; it needs an index.ts, or an entrypoint in config.toml."
                            .formatted(name, folder)));
    var boundary = "stabbur" + Crypto.randomText(18);
    var body = new ByteArrayOutputStream();
    part(body, boundary, "name=\"metadata\"", upload.metadata().getBytes(StandardCharsets.UTF_8));
    upload
        .files()
        .forEach(
            (path, bytes) ->
                part(body, boundary, "name=\"file\"; filename=\"" + path + "\"", bytes));
    body.writeBytes(("--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII));
    return new FunctionUpload("multipart/form-data; boundary=" + boundary, body.toByteArray());
  }

  private static Optional<FolderUpload> read(
      Path folder, String name, @Nullable Boolean verifyJwt) {
    try {
      return FolderUpload.read(folder, name, verifyJwt);
    } catch (ApiException e) {
      if (e.error() instanceof FunctionError.Rejected(var reason)) {
        throw new StartFailure(reason + ".", e);
      }
      throw e;
    }
  }

  private static void part(
      ByteArrayOutputStream body, String boundary, String disposition, byte[] bytes) {
    body.writeBytes(
        "--%s\r\nContent-Disposition: form-data; %s\r\n\r\n"
            .formatted(boundary, disposition)
            .getBytes(StandardCharsets.UTF_8));
    body.writeBytes(bytes);
    body.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
  }
}
