package io.stabbur.storage.backend;

import io.stabbur.platform.error.ApiException;
import io.stabbur.project.Checkup;
import io.stabbur.project.Project;
import io.stabbur.project.StoreSettings;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.UUID;

/// Writes, reads and removes a small file in the project's object store.
@Singleton
final class StoreCheckup implements Checkup {
  private static final byte[] BYTES =
      "Stabbur tries its object store.".getBytes(StandardCharsets.UTF_8);

  private final Backends backends;

  StoreCheckup(Backends backends) {
    this.backends = backends;
  }

  @Override
  public String name() {
    return "store";
  }

  @Override
  public Result check(Project project) {
    var key = new VersionKey("health", "doctor", "try", UUID.randomUUID().toString());
    long began = System.nanoTime();
    try {
      var backend = backends.of(project);
      var _ =
          backend.write(
              key, new ByteArrayInputStream(BYTES), OptionalLong.of(BYTES.length), "text/plain");
      try (var in = backend.read(key, Span.whole(BYTES.length))) {
        if (!Arrays.equals(in.readAllBytes(), BYTES)) {
          return Result.problem(place(project) + " gives back other bytes than were written");
        }
      } finally {
        backend.delete(List.of(key));
      }
      return backend.exists(key)
          ? Result.problem(place(project) + " keeps what was removed; check its rights to delete")
          : Result.well(
              "%s wrote, read and removed a file in %d ms"
                  .formatted(
                      place(project), Duration.ofNanos(System.nanoTime() - began).toMillis()));
    } catch (ApiException | Backend.Missing | IOException e) {
      return Result.problem(
          "%s does not take files (%s); check address, credentials and rights"
              .formatted(place(project), reason(e)));
    }
  }

  private static String reason(Exception e) {
    return e instanceof ApiException answer
        ? answer.error().getClass().getSimpleName()
        : e.getClass().getSimpleName();
  }

  private static String place(Project project) {
    return switch (project.store()) {
      case StoreSettings.Folder folder -> "the folder " + folder.root();
      case StoreSettings.S3 store -> "the bucket " + store.bucket();
    };
  }
}
