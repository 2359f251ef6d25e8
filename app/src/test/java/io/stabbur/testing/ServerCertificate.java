package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/// A certificate of its own for 127.0.0.1 that a Postgres of the tests shows, made by `openssl`.
///
/// @param key belongs to the user that Postgres runs as
public record ServerCertificate(Path certificate, Path key) {
  public static ServerCertificate make() {
    var folder = TestServer.newFolder();
    var made = new ServerCertificate(folder.resolve("server.crt"), folder.resolve("server.key"));
    try {
      var process =
          new ProcessBuilder(
                  "openssl",
                  "req",
                  "-new",
                  "-x509",
                  "-days",
                  "2",
                  "-nodes",
                  "-subj",
                  "/CN=127.0.0.1",
                  "-addext",
                  "subjectAltName=IP:127.0.0.1",
                  "-out",
                  made.certificate().toString(),
                  "-keyout",
                  made.key().toString())
              .redirectErrorStream(true)
              .start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError("openssl: " + said);
      }
      Files.setPosixFilePermissions(made.key(), PosixFilePermissions.fromString("rw-------"));
      if (PostgresAccount.isRoot()) {
        PostgresAccount.ensure();
        Files.setOwner(
            made.key(),
            folder
                .getFileSystem()
                .getUserPrincipalLookupService()
                .lookupPrincipalByName("stabbur"));
      }
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
