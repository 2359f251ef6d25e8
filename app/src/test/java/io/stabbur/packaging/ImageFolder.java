package io.stabbur.packaging;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/// Runs the steps of a Dockerfile without an engine: each stage has a folder for a root, and paths
/// of the image stand for paths below it. What needs rights over the machine (making users, giving
/// files of the image away) is noted in `changes.txt` beside the stages instead of done.
final class ImageFolder {
  private static final Pattern IMAGE_PATH =
      Pattern.compile("(?<![\\w.:/-])/(?=(src|opt|var|etc|usr/local)(/|\\b))");
  private static final List<String> NOTED = List.of("groupadd", "useradd", "apt-get");
  private final Path context;
  private final Path home;
  private final Map<String, Path> stages = new HashMap<>();
  private final Map<String, String> environment = new HashMap<>();
  private Path root;
  private String directory = "/";

  private ImageFolder(Path context, Path home) {
    this.context = context;
    this.home = home;
    this.root = home;
  }

  /// Builds the stages below `home` that the last one needs, which is what would be shipped.
  ///
  /// @param brought files of images of others, by stage and path
  static ImageFolder build(Dockerfile file, Path context, Path home, Map<String, Path> brought)
      throws IOException, InterruptedException {
    var image = new ImageFolder(context, home);
    image.prepare();
    for (var entry : brought.entrySet()) {
      var target = home.resolve("stages").resolve(entry.getKey());
      Files.createDirectories(Objects.requireNonNull(target.getParent()));
      Files.copy(entry.getValue(), target, StandardCopyOption.COPY_ATTRIBUTES);
    }
    for (var instruction : file.needed()) {
      image.step(instruction);
    }
    return image;
  }

  /// The variables of the image, with its paths turned into paths of this machine.
  Map<String, String> environment() {
    var mapped = new HashMap<String, String>();
    environment.forEach((name, value) -> mapped.put(name, mapped(value)));
    return mapped;
  }

  Path root() {
    return root;
  }

  /// The working directory that a container starts in.
  Path directory() {
    return below(directory);
  }

  /// What the image says, with its paths turned into paths of this machine.
  String mapped(String text) {
    return IMAGE_PATH.matcher(text).replaceAll(root + "/");
  }

  /// The changes to users and owners that the steps asked for.
  String changes() throws IOException {
    return Files.readString(home.resolve("changes.txt"));
  }

  private void prepare() throws IOException {
    Files.createFile(home.resolve("changes.txt"));
    var noted = Files.createDirectory(home.resolve("noted"));
    var note = "echo \"${0##*/}\" \"$@\" >> %s/changes.txt\n".formatted(home);
    for (var command : NOTED) {
      script(noted.resolve(command), note);
    }
    // Postgres' own user gets what it runs in beside the image
    script(
        noted.resolve("chown"),
        "case \"$*\" in *%s/*) %s;; *) PATH=${PATH#*:} exec chown \"$@\" ;; esac\n"
            .formatted(home, note));
  }

  private static void script(Path file, String commands) throws IOException {
    Files.writeString(file, "#!/bin/sh\n" + commands);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private void step(Dockerfile.Instruction instruction) throws IOException, InterruptedException {
    var rest = instruction.rest();
    switch (instruction.word()) {
      case "FROM" -> from(rest.split("\\s+", -1));
      case "WORKDIR" -> {
        directory = rest;
        Files.createDirectories(below(directory));
      }
      case "COPY" -> copy(rest.split("\\s+", -1));
      case "RUN" -> run(rest);
      case "ENV" -> {
        for (var pair : rest.split("\\s+", -1)) {
          environment.put(pair.split("=", 2)[0], pair.split("=", 2)[1]);
        }
      }
      case "VOLUME", "EXPOSE", "USER", "HEALTHCHECK", "STOPSIGNAL", "ENTRYPOINT", "CMD" -> {}
      default -> throw new AssertionError("unknown instruction " + instruction.word());
    }
  }

  private void from(String... words) throws IOException {
    var name = words.length == 3 ? words[2] : "final";
    var earlier = stages.get(words[0]);
    if (earlier != null) {
      // nothing changes the stage itself any more
      root = earlier;
      stages.put(name, root);
      return;
    }
    root = Files.createDirectories(home.resolve("stages").resolve(name));
    stages.put(name, root);
    directory = "/";
    environment.clear();
  }

  private void copy(String... words) throws IOException {
    boolean fromStage = words[0].startsWith("--from=");
    var base =
        fromStage
            ? Objects.requireNonNull(stages.get(words[0].substring("--from=".length())))
            : context;
    var target = words[words.length - 1];
    for (int i = fromStage ? 1 : 0; i < words.length - 1; i++) {
      copy(base.resolve(words[i].replaceFirst("^/", "")), target);
    }
  }

  private void copy(Path source, String target) throws IOException {
    var place = target.startsWith("/") ? below(target) : below(directory).resolve(target);
    if (Files.isRegularFile(source)) {
      var file = target.endsWith("/") ? place.resolve(source.getFileName()) : place;
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      Files.copy(source, file.normalize(), StandardCopyOption.COPY_ATTRIBUTES);
      return;
    }
    try (var files = Files.walk(source)) {
      for (var file : (Iterable<Path>) files::iterator) {
        var copy = place.resolve(source.relativize(file).toString());
        Files.createDirectories(Files.isDirectory(file) ? copy : copy.resolve(".."));
        if (Files.isRegularFile(file)) {
          Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
    }
  }

  private void run(String command) throws IOException, InterruptedException {
    var output = home.resolve("run.log");
    var builder =
        new ProcessBuilder("sh", "-ec", mapped(command))
            .directory(below(directory).toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    var java = System.getProperty("java.home");
    var variables = builder.environment();
    variables.merge(
        "PATH", home.resolve("noted") + ":" + java + "/bin", (path, first) -> first + ":" + path);
    variables.put("JAVA_HOME", java);
    variables.putAll(environment());
    var process = builder.start();
    if (!process.waitFor(10, TimeUnit.MINUTES) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new AssertionError(command + "\n" + Files.readString(output));
    }
  }

  private Path below(String path) {
    return root.resolve(path.replaceFirst("^/+", "")).normalize();
  }

  /// Every file and folder of the image but those below one folder, with what would tell a change.
  List<String> contentOutside(Path excluded) throws IOException {
    var content = new ArrayList<String>();
    try (var files = Files.walk(root)) {
      for (var file : (Iterable<Path>) files::iterator) {
        if (!file.startsWith(excluded)) {
          // a link may lead to what the first start makes
          var found =
              Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
          content.add(
              "%s %d %s".formatted(root.relativize(file), found.size(), found.lastModifiedTime()));
        }
      }
    }
    return content.stream().sorted().toList();
  }
}
