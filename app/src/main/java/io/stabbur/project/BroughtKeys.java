package io.stabbur.project;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.KeyOperation;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.error.StartFailure;
import io.stabbur.platform.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;

/// Signing keys that another installation made, as it writes them: a JWK, a list of them (GoTrue's
/// `JWT_KEYS` and the CLI's `signing_keys_path`), or a JWK set. The one whose `key_ops` say `sign`
/// signs; where none says so, the first with a private half. The others only check.
public record BroughtKeys(List<Brought> keys) {
  /// A key with an id of its own.
  public record Brought(JWK jwk, boolean signs) {}

  /// The value of a setting: the keys, or the path of a file that holds them.
  static BroughtKeys ofSetting(String setting) {
    var text = setting.strip();
    if (text.startsWith("{") || text.startsWith("[")) {
      return parse(text);
    }
    try {
      return parse(Files.readString(Path.of(text)).strip());
    } catch (IOException | InvalidPathException _) {
      // what does not look like the path of a file may be a key
      throw new StartFailure(
          "signing-keys is neither JSON nor the path of a file that can be read%s."
              .formatted(text.endsWith(".json") ? ": " + text : ""));
    }
  }

  /// The keys of a text in any of those forms.
  ///
  /// @throws StartFailure with a sentence that names what is wrong, and no part of a key
  public static BroughtKeys parse(String text) {
    var read = new ArrayList<JWK>();
    var ids = new HashSet<String>();
    for (var entry : entries(text)) {
      var key = usable(entry);
      if (!ids.add(key.getKeyID())) {
        throw new StartFailure("Two signing keys have the id %s.".formatted(key.getKeyID()));
      }
      read.add(key);
    }
    return new BroughtKeys(marked(read));
  }

  private static List<JsonNode> entries(String text) {
    try {
      var node = Json.parse(text);
      var inSet = node.isObject() ? node.get("keys") : node;
      if (inSet == null) {
        return List.of(node);
      }
      var entries = new ArrayList<JsonNode>();
      inSet.values().forEach(entries::add);
      return entries;
    } catch (ApiException | IllegalStateException e) {
      throw new StartFailure(
          "The signing keys are neither a JWK, a list of JWKs nor a JWK set.", e);
    }
  }

  private static JWK usable(JsonNode entry) {
    if (!entry.isObject()) {
      throw new StartFailure("One of the signing keys is no JWK.");
    }
    try {
      var key = JWK.parse(Json.write(entry));
      requireUsable(key);
      return key.getKeyID() == null ? named(entry, key) : key;
    } catch (ParseException | JOSEException e) {
      throw new StartFailure("One of the signing keys is no JWK.", e);
    }
  }

  private static void requireUsable(JWK key) {
    boolean usable =
        switch (key) {
          case ECKey ec -> Curve.P_256.equals(ec.getCurve());
          case OctetKeyPair pair -> Curve.Ed25519.equals(pair.getCurve());
          case OctetSequenceKey _, RSAKey _ -> true;
          default -> false;
        };
    if (!usable) {
      throw new StartFailure(
          "The signing key %s is for none of ES256, RS256, EdDSA and HS256."
              .formatted(key.getKeyID()));
    }
    if (JwtSecret.isWeak(key)) {
      throw new StartFailure(
          "The signing key %s is too short; HS256 needs 32 bytes and RS256 2048 bits."
              .formatted(key.getKeyID()));
    }
  }

  /// A key without an id gets its thumbprint (RFC 7638).
  private static JWK named(JsonNode entry, JWK key) throws ParseException, JOSEException {
    var fields = new LinkedHashMap<String, JsonNode>();
    entry.entries().forEach(field -> fields.put(field.getKey(), field.getValue()));
    fields.put("kid", JsonNode.createStringNode(key.computeThumbprint().toString()));
    return JWK.parse(Json.write(JsonNode.createObjectNode(fields)));
  }

  private static List<Brought> marked(List<JWK> keys) {
    var said = keys.stream().filter(BroughtKeys::saysSign).toList();
    if (said.size() > 1) {
      throw new StartFailure("More than one of the signing keys has the key_ops sign.");
    }
    var signing =
        said.isEmpty()
            ? keys.stream()
                .filter(key -> key.isPrivate() && key.getKeyOperations() == null)
                .findFirst()
                .orElseThrow(() -> new StartFailure("None of the signing keys can sign."))
            : said.getFirst();
    return keys.stream()
        .map(key -> new Brought(key, key.getKeyID().equals(signing.getKeyID())))
        .toList();
  }

  private static boolean saysSign(JWK key) {
    var operations = key.getKeyOperations();
    return key.isPrivate() && operations != null && operations.contains(KeyOperation.SIGN);
  }
}
