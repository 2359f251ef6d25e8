package io.stabbur.benchmark;

import io.stabbur.operations.backup.Backups;
import io.stabbur.operations.backup.RestoreRun;
import io.stabbur.operations.backup.RestoreTarget;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.operations.backup.repository.RepositoryKey;
import io.stabbur.project.StoreSettings;
import io.stabbur.project.embedded.PostgresPrograms;
import io.stabbur.storage.upkeep.StoredFiles;
import io.stabbur.testing.Http;
import io.stabbur.testing.TestPostgres;
import io.stabbur.testing.TestServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/// A backup and its restore into a new folder beside a plain copy of what was restored to the same
/// disk: half rows, half files, nothing of which can be compressed. `-Dgigabytes=1` makes it
/// shorter.
final class RestoreBenchmark {
  private static final int GIGABYTES = Integer.getInteger("gigabytes", 5);
  private static final int FILE = 64 << 20;
  private static final int FILES = GIGABYTES * 8;
  private static final int ROWS = GIGABYTES * (1 << 16);

  private RestoreBenchmark() {}

  static void run() throws IOException, InterruptedException {
    var place = TestServer.newFolder();
    var data = TestServer.newFolder().toString();
    // without backups, which the clock would begin while rows are still written
    try (var server =
        TestServer.start(
            Map.of("stabbur.data", data, "stabbur.storage.file-size-limit", 1_000_000_000))) {
      fill(server);
    }
    try (var server =
        TestServer.start(
            Map.of(
                "stabbur.data",
                data,
                "stabbur.backup.to",
                place.toString(),
                "stabbur.backup.prove-every",
                "0s",
                "stabbur.backup.log-every",
                "1h"))) {
      double made = timed(() -> server.bean(Backups.class).make(server.project()));
      System.out.printf("backup of %d GB                 %6.1f s%n", GIGABYTES, made);
      var restored = TestServer.newFolder();
      double back = timed(() -> restore(server, place, restored));
      var copied = TestServer.newFolder();
      double copy = timed(() -> shell("cp -r %s/. %s && sync -f %s", restored, copied, copied));
      System.out.printf("restore into a new folder       %6.1f s%n", back);
      System.out.printf("plain copy of what it made      %6.1f s%n", copy);
      System.out.printf("restore / plain copy            %6.2f%n", back / copy);
    }
  }

  private static void fill(TestServer server) throws IOException, InterruptedException {
    TestPostgres.execute(
        server.project().admin().login(),
        """
        create table public.filled (id int, piece bytea);
        alter table public.filled alter piece set storage external;
        insert into public.filled
        select id, extensions.gen_random_bytes(1024) || extensions.gen_random_bytes(1024)
          || extensions.gen_random_bytes(1024) || extensions.gen_random_bytes(1024)
          || extensions.gen_random_bytes(1024) || extensions.gen_random_bytes(1024)
          || extensions.gen_random_bytes(1024) || extensions.gen_random_bytes(1024)
        from generate_series(1, %d) id
        """
            .formatted(ROWS));
    var key = server.project().keys().serviceRoleKey().reveal();
    var _ =
        Http.post(
            server.url() + "/storage/v1/bucket",
            "{\"id\": \"filled\", \"name\": \"filled\"}",
            "apikey",
            key,
            "Authorization",
            "Bearer " + key,
            "Content-Type",
            "application/json");
    var bytes = new byte[FILE];
    try (var client = HttpClient.newHttpClient()) {
      for (int file = 0; file < FILES; file++) {
        ThreadLocalRandom.current().nextBytes(bytes);
        var answer =
            client.send(
                HttpRequest.newBuilder(
                        URI.create(server.url() + "/storage/v1/object/filled/" + file))
                    .header("apikey", key)
                    .header("Authorization", "Bearer " + key)
                    .header("Content-Type", "application/octet-stream")
                    .POST(HttpRequest.BodyPublishers.ofByteArray(bytes))
                    .build(),
                HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() != 200) {
          throw new IOException("upload: " + answer.statusCode() + " " + answer.body());
        }
      }
    }
  }

  private static void restore(TestServer server, Path place, Path folder)
      throws IOException, InterruptedException {
    var repository =
        Repository.in(
            new StoreSettings.Folder(place),
            "default/",
            RepositoryKey.ofMasterKey(server.project().keys().masterKey().reveal()));
    var run =
        new RestoreRun(
            repository,
            new StoredFiles(),
            PostgresPrograms.bundled("stabbur"),
            Optional.of(server.project().folder().resolve("engine")));
    var restored = run.into(folder, new RestoreTarget.Latest(), RestoreRun.Bytes.WRITTEN);
    if (restored.files() != FILES) {
      throw new IOException(restored.files() + " of " + FILES + " files came back");
    }
    shell("sync -f %s", folder);
  }

  private static void shell(String command, Path... paths)
      throws IOException, InterruptedException {
    var process =
        new ProcessBuilder("sh", "-c", command.formatted((Object[]) paths)).inheritIO().start();
    if (process.waitFor() != 0) {
      throw new IOException(command + " failed");
    }
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private static double timed(Work work) throws IOException, InterruptedException {
    long start = System.nanoTime();
    work.run();
    return (System.nanoTime() - start) / 1e9;
  }
}
