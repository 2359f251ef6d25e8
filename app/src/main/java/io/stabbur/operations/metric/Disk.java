package io.stabbur.operations.metric;

import io.stabbur.project.Project;
import io.stabbur.project.StoreSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;

/// The file systems that a project writes to: `stabbur_disk_bytes`, `stabbur_disk_free_bytes` and
/// `stabbur_disk_used_bytes` (what this user cannot write any more), by what lies there: the
/// project's own folder (`data`) and the folder of its files (`objects`).
final class Disk {
  private Disk() {}

  static List<Sample> samples(Project project) {
    var samples = new ArrayList<Sample>();
    add(samples, "data", project.folder());
    if (project.store() instanceof StoreSettings.Folder folder) {
      add(samples, "objects", folder.root());
    }
    return samples;
  }

  private static void add(List<Sample> samples, String what, Path folder) {
    try {
      var store = Files.getFileStore(folder);
      var labels = new LinkedHashMap<String, String>();
      labels.put("volume", what);
      samples.add(new Sample("stabbur_disk_bytes", labels, store.getTotalSpace()));
      samples.add(new Sample("stabbur_disk_free_bytes", labels, store.getUsableSpace()));
      samples.add(
          new Sample(
              "stabbur_disk_used_bytes", labels, store.getTotalSpace() - store.getUsableSpace()));
    } catch (IOException _) {
      // a folder that is made with its first file, or a volume that is away: nothing to tell
    }
  }
}
