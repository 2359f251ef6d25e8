package io.stabbur.auth.session;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.request.Fields;
import io.stabbur.platform.json.Json;
import io.stabbur.project.JwtSecret;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import io.stabbur.project.SigningAlgorithm;
import io.stabbur.project.SigningKeyStore;
import io.stabbur.project.SigningKeyStore.State;
import jakarta.inject.Singleton;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.EdECPrivateKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicReference;

/// Which key signs a project's tokens now: its current signing key, else its shared secret.
@Singleton
public final class SigningKeys {
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
    var algorithm = stored.algorithm().wire();
    try {
      return switch (stored.jwk()) {
        case ECKey jwk -> new SigningKey.Private(stored.id(), algorithm, jwk.toECPrivateKey());
        case RSAKey jwk -> new SigningKey.Private(stored.id(), algorithm, jwk.toRSAPrivateKey());
        case OctetKeyPair jwk -> new SigningKey.Private(stored.id(), algorithm, ed25519(jwk));
        case OctetSequenceKey jwk -> new SigningKey.Shared(stored.id(), jwk.toByteArray());
        default -> throw new IllegalStateException("cannot sign with " + stored.id());
      };
    } catch (JOSEException | GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static PrivateKey ed25519(OctetKeyPair jwk) throws GeneralSecurityException {
    return KeyFactory.getInstance("Ed25519")
        .generatePrivate(new EdECPrivateKeySpec(NamedParameterSpec.ED25519, jwk.getDecodedD()));
  }

  private static SigningKey shared(Project project) {
    return new SigningKey.Shared("", JwtSecret.hmacKey(project.keys().jwtSecret()));
  }

  /// The public halves, as a JWK set; a secret has none.
  public JsonNode published(Project project) {
    var keys = new ArrayList<JsonNode>();
    for (var stored : SigningKeyStore.of(project).now().keys()) {
      if (stored.algorithm() == SigningAlgorithm.HS256) {
        continue;
      }
      keys.add(
          Fields.of(Json.parse(stored.jwk().toPublicJWK().toJSONString()))
              .put("alg", stored.algorithm().wire())
              .put("key_ops", java.util.List.of("verify"))
              .remove("use")
              .put("use", "sig")
              .node());
    }
    return new Fields().put("keys", JsonNode.createArrayNode(keys)).node();
  }
}
