package io.stabbur.moving;

import io.stabbur.platform.error.StartFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;

/// Files in a folder: as `BUCKET/NAME`, the way they are downloaded, or as `BUCKET/NAME/VERSION`,
/// as the official storage server keeps them in a folder of the machine.
public final class FolderFiles implements FileSource {
  private final Path root;

  public FolderFiles(Path root) {
    if (!Files.isDirectory(root)) {
      throw new StartFailure(
          "There is no folder %s; --files takes a folder of BUCKET/NAME or an S3 endpoint."
              .formatted(root));
    }
    this.root = root.toAbsolutePath().normalize();
  }

  @Override
  public Optional<Content> open(StoredFile file) throws IOException {
    try {
      var path = root.resolve(file.bucket()).resolve(file.name()).normalize();
      if (!path.startsWith(root)) {
        return Optional.empty();
      }
      if (Files.isRegularFile(path)) {
        return Optional.of(content(path));
      }
      var version = path.resolve(file.version()).normalize();
      return version.startsWith(path) && Files.isRegularFile(version)
          ? Optional.of(content(version))
          : Optional.empty();
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  private static Content content(Path path) throws IOException {
    return new Content(Files.newInputStream(path), Files.size(path));
  }
}
