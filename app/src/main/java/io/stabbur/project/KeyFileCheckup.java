package io.stabbur.project;

import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/// Whether the keys are there, are not the sample ones, and are readable by their owner alone.
@Singleton
final class KeyFileCheckup implements Checkup {
  private static final Set<PosixFilePermission> OWNER =
      EnumSet.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);

  @Override
  public String name() {
    return "keys";
  }

  @Override
  public Result check(Project project) {
    var keys = project.keys();
    if (SampleKeys.isSecret(keys.jwtSecret().reveal())
        || SampleKeys.isApiKey(keys.serviceRoleKey().reveal())
        || SampleKeys.isApiKey(keys.secretKey().reveal())) {
      return Result.problem(
          "the keys are those that every local Supabase has: whoever knows them is the service"
              + " role; take them out of the settings");
    }
    return file(project.folder().resolve("keys.json"));
  }

  private static Result file(Path file) {
    try {
      return OWNER.containsAll(Files.getPosixFilePermissions(file))
          ? Result.well("own ones, in %s, readable by its owner alone".formatted(file))
          : Result.problem("%s can be read by others; chmod 600 it".formatted(file));
    } catch (IOException _) {
      return Result.problem("%s cannot be read; restore it from where it is kept".formatted(file));
    } catch (UnsupportedOperationException _) {
      return Result.well("own ones, in " + file);
    }
  }
}
