package io.stabbur.organization.management;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.Failure;
import io.stabbur.platform.file.DurableFile;
import io.stabbur.platform.json.Json;
import io.stabbur.project.Project;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The newest seal of each audit chain, kept outside the database, `audit-seals.json` in the
/// project's folder: who may change the database does not reach it, and seals that disappear from
/// there are missed.
final class SealFile {
  private static final Logger LOG = LoggerFactory.getLogger(SealFile.class);

  /// A chain's newest seal.
  record Kept(long number, String seal) {}

  private SealFile() {}

  /// The kept seals; none before the first.
  ///
  /// @throws ApiException `Unavailable` when the file cannot be read or is damaged
  static Map<UUID, Kept> read(Project project) {
    var file = file(project);
    try {
      return Files.exists(file) ? parse(Files.readAllBytes(file)) : new LinkedHashMap<>();
    } catch (IOException | IllegalArgumentException | ApiException e) {
      throw unusable(file, e);
    }
  }

  private static Map<UUID, Kept> parse(byte[] json) {
    var kept = new LinkedHashMap<UUID, Kept>();
    var document = Json.parse(json);
    if (!document.isObject()) {
      throw new IllegalArgumentException("no JSON object");
    }
    for (var entry : document.entries()) {
      kept.put(UUID.fromString(entry.getKey()), kept(entry.getValue()));
    }
    return kept;
  }

  /// Keeps these, and those of other chains as they are.
  static void keep(Project project, Map<UUID, Kept> newest) {
    var all = read(project);
    all.putAll(newest);
    var nodes = new LinkedHashMap<String, JsonNode>();
    all.forEach((chain, kept) -> nodes.put(chain.toString(), json(kept)));
    var file = file(project);
    try {
      DurableFile.write(file, Json.write(JsonNode.createObjectNode(nodes)));
    } catch (IOException e) {
      throw unusable(file, e);
    }
  }

  private static Kept kept(JsonNode node) {
    var number = node.get("number");
    var seal = node.get("seal");
    boolean isSeal = number != null && number.isNumber() && seal != null && seal.isString();
    return number == null || seal == null || !isSeal
        ? new Kept(Long.MAX_VALUE, "")
        : new Kept(number.getLongValue(), seal.getStringValue());
  }

  private static JsonNode json(Kept kept) {
    return JsonNode.createObjectNode(
        Map.of(
            "number", JsonNode.createNumberNode(kept.number()),
            "seal", JsonNode.createStringNode(kept.seal())));
  }

  private static Path file(Project project) {
    return project.folder().resolve("audit-seals.json");
  }

  private static ApiException unusable(Path file, Exception e) {
    LOG.error("{} cannot be read or written: {}", file, e.getMessage());
    return new ApiException(new Failure.Unavailable("The file of audit seals cannot be used"));
  }
}
