package io.stabbur.operations.health;

import io.stabbur.project.Checkup;
import io.stabbur.project.Project;
import io.stabbur.project.StoreSettings;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// How full the volumes are that a project writes to.
@Singleton
final class DiskCheckup implements Checkup {
  private static final double FULL = 0.8;
  private static final double GIGABYTE = 1e9;

  @Override
  public String name() {
    return "disk";
  }

  @Override
  public Result check(Project project) {
    var volumes = new LinkedHashMap<String, FileStore>();
    add(volumes, "data", project.folder());
    if (project.store() instanceof StoreSettings.Folder folder) {
      add(volumes, "files", folder.root());
    }
    var text = new StringBuilder();
    boolean isWell = true;
    try {
      for (Map.Entry<String, FileStore> volume : volumes.entrySet()) {
        double free = volume.getValue().getUsableSpace();
        double used = 1 - free / Math.max(1, volume.getValue().getTotalSpace());
        isWell &= used < FULL;
        text.append(text.isEmpty() ? "" : ", ")
            .append(
                String.format(
                    Locale.ROOT,
                    "%s %.0f %% used, %.1f GB free",
                    volume.getKey(),
                    used * 100,
                    free / GIGABYTE));
      }
    } catch (IOException e) {
      return Result.problem("a volume does not tell its size: " + e.getClass().getSimpleName());
    }
    return isWell ? Result.well(text.toString()) : Result.problem(text + "; make room");
  }

  private static void add(Map<String, FileStore> volumes, String name, Path folder) {
    try {
      volumes.put(name, Files.getFileStore(folder));
    } catch (IOException _) {
      // made with its first file
    }
  }
}
