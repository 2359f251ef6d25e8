package io.stabbur.operations.backup;

import io.stabbur.operations.backup.repository.DamagedException;
import io.stabbur.operations.backup.repository.Repository;
import io.stabbur.platform.file.DurableFile;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The key files of a project, sealed in its repository. The newest are kept: a newer key file
/// opens what an older one opened, and an older one not what was sealed since.
record KeyFiles(Map<String, String> contents) {
  private static final String NAME = "keys";
  private static final List<String> FILES = List.of("keys.json", "signing-keys.json");

  /// Those in a project's folder.
  static KeyFiles in(Path folder) throws IOException {
    var contents = new LinkedHashMap<String, String>();
    for (var name : FILES) {
      var file = folder.resolve(name);
      if (Files.exists(file)) {
        contents.put(name, Files.readString(file));
      }
    }
    return new KeyFiles(contents);
  }

  void write(Repository repository) {
    repository.write(NAME, new Fields().put("files", Fields.texts(contents)).bytes());
  }

  static KeyFiles read(Repository repository) {
    var found =
        repository
            .read(NAME)
            .orElseThrow(() -> new DamagedException("The backup repository lacks the key files"));
    return new KeyFiles(Fields.texts(Json.parse(found), "files"));
  }

  void writeTo(Path folder) throws IOException {
    for (var file : contents.entrySet()) {
      DurableFile.write(folder.resolve(file.getKey()), file.getValue());
    }
  }

  /// An entry of `keys.json`, such as the superuser's password.
  String entry(String name) {
    return Fields.text(Json.parse(contents.getOrDefault("keys.json", "{}")), name);
  }
}
