package io.stabbur.functions.deploy;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.functions.error.FunctionError;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// What is sent to deploy a function of a folder: its own files and those that functions share, but
/// for what [UploadRules] leave out.
///
/// @param files bytes by path, relative to the folder above the functions
/// @param metadata as Supabase's command writes it
public record FolderUpload(Map<String, byte[]> files, String metadata) {
  /// Reads a function; empty where the folder has none of that name.
  ///
  /// @param verifyJwt wins over `config.toml`; where neither says anything, what holds is kept
  public static Optional<FolderUpload> read(Path folder, String name, @Nullable Boolean verifyJwt) {
    var functions = new FolderFunctions(folder, folder);
    return FunctionName.parse(name)
        .flatMap(functions::find)
        .map(found -> of(found, functions.verifyJwt(found.name(), verifyJwt)));
  }

  private static FolderUpload of(Deployment found, Optional<Boolean> verifyJwt) {
    var base = Objects.requireNonNull(found.root().getParent());
    var files = new TreeMap<String, byte[]>();
    found.readable().forEach(place -> add(base, place, files));
    var metadata = new LinkedHashMap<String, JsonNode>();
    metadata.put("name", JsonNode.createStringNode(found.name().text()));
    put(metadata, "entrypoint_path", base, found.entrypoint(), files);
    var imports = found.denoConfig() == null ? found.importMap() : found.denoConfig();
    if (imports != null) {
      put(metadata, "import_map_path", base, imports, files);
    }
    verifyJwt.ifPresent(value -> metadata.put("verify_jwt", JsonNode.createBooleanNode(value)));
    return new FolderUpload(files, Json.write(JsonNode.createObjectNode(metadata)));
  }

  private static void put(
      Map<String, JsonNode> metadata,
      String name,
      Path base,
      Path file,
      Map<String, byte[]> files) {
    add(base, file, files);
    metadata.put(name, JsonNode.createStringNode(base.relativize(file).toString()));
  }

  private static void add(Path base, Path place, Map<String, byte[]> files) {
    try (var all = Files.walk(place)) {
      for (var file : all.filter(Files::isRegularFile).toList()) {
        var name = base.relativize(file);
        if (!UploadRules.isLeftOut(name)) {
          requireOwn(base, file);
          var bytes = Files.readAllBytes(file);
          UploadRules.requireNoPrivateKey(name.toString(), bytes);
          files.put(name.toString(), bytes);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// A link would upload whatever file of this machine it leads to.
  private static void requireOwn(Path base, Path file) throws IOException {
    if (!file.toRealPath().startsWith(base.toRealPath())) {
      throw new ApiException(
          new FunctionError.Rejected(
              base.relativize(file) + " is a link that leads out of " + base));
    }
  }
}
