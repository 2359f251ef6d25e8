package io.stabbur.auth.token;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.Fields;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.util.List;

/// Which key signs a project's tokens now.
@Singleton
final class SigningKeys {
  SigningKey current(Project project) {
    return new SigningKey.Shared("", project.keys().jwtSecret().bytes());
  }

  /// The public halves, as a JWK set; a shared secret has none.
  JsonNode published(Project project) {
    return new Fields().put("keys", JsonNode.createArrayNode(List.of())).node();
  }
}
