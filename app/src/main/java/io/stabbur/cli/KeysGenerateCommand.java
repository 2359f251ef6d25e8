package io.stabbur.cli;

import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.project.KeyFolder;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/// `stabbur keys generate`: the key files of a new instance, for replicas that share them. What is
/// there already is never changed.
@Command(
    name = "generate",
    description =
        "Make the key files of a new instance, for `up --keys`. Files that exist stay as they are.")
final class KeysGenerateCommand implements Callable<Integer> {
  private static final int PASSWORD_BYTES = 24;

  @ArgGroup(multiplicity = "1")
  Target target = new Target();

  @Option(
      names = "--project",
      description = "A project besides `default` that gets keys; may be given several times.")
  List<String> projects = List.of();

  /// Where the files go.
  static final class Target {
    @Option(names = "--to", description = "A folder.")
    @Nullable Path folder;

    @Option(
        names = "--kubernetes-secret",
        description = "A Secret of this pod's namespace, made by the rights of its account.")
    @Nullable String secret;
  }

  @Override
  public Integer call() throws InterruptedException {
    var names = new ArrayList<>(List.of("default"));
    names.addAll(projects);
    for (var name : names) {
      if (!name.matches("[a-z0-9][a-z0-9-]*")) {
        throw new StartFailure(
            "The name of a project has small letters, digits and hyphens; %s has others."
                .formatted(name));
      }
    }
    if (target.folder != null) {
      write(target.folder, KeyFolder.generate(names));
      return 0;
    }
    var content = new TreeMap<>(KeyFolder.generate(names));
    content.put("valkey-password", Crypto.randomText(PASSWORD_BYTES));
    var name = String.valueOf(target.secret);
    boolean made = KubernetesSecrets.ofThisPod().create(name, content);
    System.out.println(
        made
            ? "Made the Secret " + name + "."
            : "The Secret " + name + " exists; nothing changed.");
    return 0;
  }

  private static void write(Path folder, Map<String, String> content) {
    try {
      Files.createDirectories(folder);
      for (var entry : content.entrySet()) {
        var file = folder.resolve(entry.getKey());
        try {
          Files.createFile(
              file,
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
          Files.writeString(file, entry.getValue(), StandardOpenOption.WRITE);
          System.out.println("Made " + file);
        } catch (FileAlreadyExistsException _) {
          System.out.println(file + " exists; nothing changed.");
        }
      }
    } catch (IOException e) {
      throw new StartFailure(
          "The folder %s cannot be written; check its owner and permissions.".formatted(folder), e);
    }
  }
}
