package io.stabbur.moving;

import io.stabbur.platform.db.Login;
import io.stabbur.platform.sql.SqlFile;
import io.stabbur.project.HostedDatabase;
import io.stabbur.testing.AtExit;
import io.stabbur.testing.InstalledPostgres;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/// A project in hosted shape with one of everything that is hard to move, and the files of its
/// buckets in a folder; all tests share it and only read.
public final class HostedHouse {
  public static final String PASSWORD = "en lang nok passfrase 42";
  private static @Nullable HostedHouse shared;

  private final InstalledPostgres server;

  /// Nobody uses it: others are copies of it.
  private final Login original;

  private final Login login;
  private final Path files;

  private HostedHouse() {
    server = AtExit.close(InstalledPostgres.startAs("supabase_admin"));
    original = made();
    login = another();
    files = TestServer.newFolder();
    try {
      Files.createDirectories(files.resolve("avatars/a folder/it's (1)+2.txt"));
      Files.writeString(files.resolve("avatars/a folder/it's (1)+2.txt/0a1b"), "avatar");
      Files.createFile(files.resolve("avatars/empty"));
      Files.createDirectories(files.resolve("objects"));
      Files.write(files.resolve("objects/plain"), large());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static synchronized HostedHouse shared() {
    if (shared == null) {
      shared = new HostedHouse();
    }
    return shared;
  }

  /// The content of `objects/plain`.
  static byte[] large() {
    var bytes = new byte[300_000];
    new Random(1).nextBytes(bytes);
    return bytes;
  }

  /// Its `postgres`.
  public Login login() {
    return login;
  }

  /// Another project with the same content, for a test that changes it.
  public Login another() {
    return HostedDatabase.copyOf(server, original);
  }

  private Login made() {
    var made = HostedDatabase.on(server);
    TestPostgres.execute(made, SqlFile.of(HostedHouse.class, "rows"));
    TestPostgres.execute(superuser(made), SqlFile.of(HostedHouse.class, "content"));
    return made;
  }

  /// The superuser of a project on this server.
  public Login superuser(Login project) {
    return HostedDatabase.superuser(server, project);
  }

  /// Another project on the same server, without anything in it.
  public Login empty() {
    return HostedDatabase.on(server);
  }

  public Path files() {
    return files;
  }
}
