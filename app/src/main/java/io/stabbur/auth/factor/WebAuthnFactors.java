package io.stabbur.auth.factor;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.Factor;
import io.stabbur.auth.account.FactorType;
import io.stabbur.auth.account.User;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Row;
import io.stabbur.auth.webauthn.PublicKey;
import io.stabbur.auth.webauthn.WebAuthn;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/// Security keys and the like as second factors: the first challenge of a factor makes its
/// credential, every later one is answered with it. The credential is kept as the original keeps
/// it.
@Singleton
final class WebAuthnFactors {
  private final WebAuthn webAuthn;

  WebAuthnFactors(WebAuthn webAuthn) {
    this.webAuthn = webAuthn;
  }

  /// What a challenge of the factor says to the browser.
  JsonNode asked(AuthRequest authRequest, User user, Factor factor, String challenge) {
    var options =
        factor.verified()
            ? webAuthn.request(authRequest, challenge, List.of(key(factor)))
            : webAuthn.creation(
                authRequest, user, challenge, keys(user), WebAuthn.Discoverable.DISCOURAGED);
    return new Fields()
        .put("type", type(factor))
        .put("credential_options", new Fields().put("publicKey", options).node())
        .node();
  }

  private static String type(Factor factor) {
    return factor.verified() ? "request" : "create";
  }

  private static List<PublicKey> keys(User user) {
    return user.factors().stream()
        .filter(factor -> factor.type() == FactorType.WEBAUTHN && factor.verified())
        .map(WebAuthnFactors::key)
        .toList();
  }

  /// Refuses an answer without the parts that every answer has.
  static void requireAnswer(Factor factor, JsonBody given) {
    if (given.json().size() == 0) {
      throw AuthError.invalid("WebAuthn config required");
    }
    var type = given.text("type");
    if (!type.equals("create") && !type.equals("request")) {
      throw AuthError.invalid("WebAuthn type must be create or request");
    }
    if (!given.has("credential_response")) {
      throw AuthError.invalid("credential_response required");
    }
    // a factor that is verified is never given another credential
    if (!type.equals(type(factor))) {
      throw AuthError.invalid("WebAuthn type must be " + type(factor) + " for this factor");
    }
  }

  /// The factor's credential after a good answer.
  Optional<PublicKey> proof(
      AuthRequest authRequest, Factor factor, String challenge, JsonBody given) {
    var answer = given.object("credential_response");
    return factor.verified()
        ? webAuthn.proved(authRequest, challenge, answer, key(factor))
        : webAuthn.created(authRequest, challenge, answer);
  }

  /// The column `web_authn_credential`.
  static JsonNode stored(PublicKey key) {
    var aaguid =
        ByteBuffer.allocate(16)
            .putLong(key.aaguid().getMostSignificantBits())
            .putLong(key.aaguid().getLeastSignificantBits());
    return new Fields()
        .put("id", Base64.getEncoder().encodeToString(key.idBytes()))
        .put("publicKey", Base64.getEncoder().encodeToString(key.coseBytes()))
        .put("attestationType", "none")
        .put("transport", key.transports())
        .put(
            "flags",
            new Fields()
                .put("userPresent", true)
                .put("userVerified", false)
                .put("backupEligible", key.backupEligible())
                .put("backupState", key.backedUp())
                .node())
        .put(
            "authenticator",
            new Fields()
                .put("AAGUID", Base64.getEncoder().encodeToString(aaguid.array()))
                .put("signCount", key.signCount())
                .put("cloneWarning", false)
                .put("attachment", "")
                .node())
        .node();
  }

  private static PublicKey key(Factor factor) {
    var stored = new Row(factor.credential());
    var authenticator = stored.row("authenticator");
    var flags = stored.row("flags");
    return new PublicKey(
        url(stored.text("id")),
        url(stored.text("publicKey")),
        aaguid(authenticator.text("AAGUID")),
        authenticator.number("signCount"),
        transports(stored),
        flags.flag("backupEligible"),
        flags.flag("backupState"));
  }

  private static List<String> transports(Row stored) {
    var transports = new ArrayList<String>();
    var listed = stored.json().get("transport");
    if (listed != null && listed.isArray()) {
      listed.values().forEach(each -> transports.add(each.coerceStringValue()));
    }
    return transports;
  }

  private static String url(String base64) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Base64.getDecoder().decode(base64));
  }

  private static UUID aaguid(String base64) {
    var bytes = Base64.getDecoder().decode(base64);
    if (bytes.length != 16) {
      return new UUID(0, 0);
    }
    var buffer = ByteBuffer.wrap(bytes);
    return new UUID(buffer.getLong(), buffer.getLong());
  }
}
