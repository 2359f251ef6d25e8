package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;

/// A certificate for 127.0.0.1 that a Postgres of the tests shows, signed by an authority of its
/// own; made by `openssl`.
///
/// @param authority the certificate of the authority
/// @param key belongs to the user that Postgres runs as
public record ServerCertificate(Path authority, Path certificate, Path key) {
  /// Makes a new authority and a certificate of it.
  public static ServerCertificate make() {
    var folder = TestServer.newFolder();
    var made =
        new ServerCertificate(
            folder.resolve("authority.crt"),
            folder.resolve("server.crt"),
            folder.resolve("server.key"));
    var authorityKey = folder.resolve("authority.key").toString();
    request("/CN=authority", made.authority(), authorityKey, "basicConstraints=critical,CA:TRUE");
    request(
        "/CN=database",
        made.certificate(),
        made.key().toString(),
        "subjectAltName=IP:127.0.0.1",
        "-CA",
        made.authority().toString(),
        "-CAkey",
        authorityKey);
    try {
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
    }
  }

  private static void request(
      String subject, Path certificate, String key, String extension, String... signer) {
    var command =
        new ArrayList<>(
            List.of(
                "openssl",
                "req",
                "-new",
                "-x509",
                "-days",
                "2",
                "-nodes",
                "-subj",
                subject,
                "-addext",
                extension,
                "-out",
                certificate.toString(),
                "-keyout",
                key));
    command.addAll(List.of(signer));
    try {
      var process = new ProcessBuilder(command).redirectErrorStream(true).start();
      var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new AssertionError("openssl: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
