package io.stabbur.auth.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.Fields;
import io.stabbur.platform.json.Json;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.SigningKeyStore;
import io.stabbur.project.SigningKeyStore.State;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// Which key signs a project's tokens now: its current signing key, else its shared secret.
@Singleton
final class SigningKeys {
  private final PerProject<AtomicReference<Dated>> made =
      new PerProject<>(project -> new AtomicReference<>(new Dated("none", shared(project))));

  private record Dated(String version, SigningKey key) {}

  SigningKey current(Project project) {
    var stored = SigningKeyStore.of(project).now();
    var holder = made.of(project);
    var known = holder.get();
    if (known.version.equals(stored.version())) {
      return known.key;
    }
    var key = make(project, stored);
    holder.set(new Dated(stored.version(), key));
    return key;
  }

  private static SigningKey make(Project project, SigningKeyStore.Snapshot stored) {
    return stored.keys().stream()
        .filter(key -> key.state() == State.CURRENT)
        .findFirst()
        .map(SigningKeys::ours)
        .orElseGet(() -> shared(project));
  }

  private static SigningKey ours(SigningKeyStore.StoredKey stored) {
    try {
      var jwk = (ECKey) stored.jwk();
      return new SigningKey.Private(stored.id(), "ES256", jwk.toECPrivateKey());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static SigningKey shared(Project project) {
    return new SigningKey.Shared("", project.keys().jwtSecret().bytes());
  }

  /// The public halves, as a JWK set; a shared secret has none.
  JsonNode published(Project project) {
    var keys = new ArrayList<JsonNode>();
    for (var stored : SigningKeyStore.of(project).now().keys()) {
      keys.add(
          Fields.of(Json.parse(stored.jwk().toPublicJWK().toJSONString()))
              .put("alg", "ES256")
              .put("key_ops", java.util.List.of("verify"))
              .remove("use")
              .put("use", "sig")
              .node());
    }
    return new Fields().put("keys", JsonNode.createArrayNode(keys)).node();
  }
}
