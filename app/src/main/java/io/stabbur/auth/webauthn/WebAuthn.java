package io.stabbur.auth.webauthn;

import com.webauthn4j.WebAuthnManager;
import com.webauthn4j.converter.AttestedCredentialDataConverter;
import com.webauthn4j.converter.util.ObjectConverter;
import com.webauthn4j.credential.CredentialRecordImpl;
import com.webauthn4j.data.AuthenticationParameters;
import com.webauthn4j.data.AuthenticatorTransport;
import com.webauthn4j.data.PublicKeyCredentialParameters;
import com.webauthn4j.data.PublicKeyCredentialType;
import com.webauthn4j.data.RegistrationData;
import com.webauthn4j.data.RegistrationParameters;
import com.webauthn4j.data.attestation.authenticator.AAGUID;
import com.webauthn4j.data.attestation.authenticator.AttestedCredentialData;
import com.webauthn4j.data.attestation.statement.COSEAlgorithmIdentifier;
import com.webauthn4j.data.attestation.statement.NoneAttestationStatement;
import com.webauthn4j.data.client.Origin;
import com.webauthn4j.data.client.challenge.DefaultChallenge;
import com.webauthn4j.data.extension.authenticator.AuthenticationExtensionsAuthenticatorOutputs;
import com.webauthn4j.data.extension.client.AuthenticationExtensionsClientOutputs;
import com.webauthn4j.server.ServerProperty;
import com.webauthn4j.util.exception.WebAuthnException;
import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.account.User;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.json.Json;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// Writes the options for a browser, and checks its answers: origin, site, challenge, signature and
/// counter. Which maker built an authenticator is not asked, so attestations are not wanted.
@Singleton
public final class WebAuthn {
  private static final int CHALLENGE_BYTES = 32;
  private static final int COSE_OFFSET = 18;
  private static final List<COSEAlgorithmIdentifier> ALGORITHMS =
      List.of(
          COSEAlgorithmIdentifier.ES256,
          COSEAlgorithmIdentifier.EdDSA,
          COSEAlgorithmIdentifier.RS256);

  private final WebAuthnSettings settings;
  private final ObjectConverter objects = new ObjectConverter();
  private final WebAuthnManager manager = WebAuthnManager.createNonStrictWebAuthnManager(objects);
  private final AttestedCredentialDataConverter credentials =
      new AttestedCredentialDataConverter(objects);

  WebAuthn(WebAuthnSettings settings) {
    this.settings = settings;
  }

  /// Whether a credential must be found without the account being named first.
  public enum Discoverable {
    REQUIRED,
    DISCOURAGED
  }

  public Duration challengeLife() {
    return settings.challengeLife();
  }

  public static String freshChallenge() {
    return Crypto.randomText(CHALLENGE_BYTES);
  }

  /// What `navigator.credentials.create` is called with.
  public JsonNode creation(
      AuthRequest authRequest,
      User user,
      String challenge,
      List<PublicKey> known,
      Discoverable discoverable) {
    var party = RelyingParty.of(settings, authRequest);
    boolean required = discoverable == Discoverable.REQUIRED;
    var selection =
        new Fields()
            .put("requireResidentKey", required)
            .put("residentKey", required ? "required" : "discouraged")
            .put("userVerification", "preferred");
    var name = user.email().isEmpty() ? user.phone() : user.email();
    return new Fields()
        .put("rp", new Fields().put("name", party.name()).put("id", party.id()).node())
        .put(
            "user",
            new Fields()
                .put("name", name)
                .put("displayName", displayName(user, name))
                .put("id", handle(user.id()))
                .node())
        .put("challenge", challenge)
        .put("pubKeyCredParams", algorithms())
        .put("timeout", settings.challengeLife().toMillis())
        .put("excludeCredentials", descriptors(known))
        .put("authenticatorSelection", selection.node())
        .put("attestation", "none")
        .node();
  }

  /// What `navigator.credentials.get` is called with.
  ///
  /// @param known the credentials that may be used; none where the authenticator finds its own
  public JsonNode request(AuthRequest authRequest, String challenge, List<PublicKey> known) {
    var fields =
        new Fields()
            .put("challenge", challenge)
            .put("timeout", settings.challengeLife().toMillis())
            .put("rpId", RelyingParty.of(settings, authRequest).id());
    if (!known.isEmpty()) {
      fields.put("allowCredentials", descriptors(known));
    }
    return fields.put("userVerification", "preferred").node();
  }

  private static String displayName(User user, String otherwise) {
    var name = user.userMetadata().get("name");
    return name != null && name.isString() && !name.getStringValue().isEmpty()
        ? name.getStringValue()
        : otherwise;
  }

  /// How an authenticator names an account: its id as text, as the original has it.
  private static String handle(UUID user) {
    return PublicKey.text(user.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode algorithms() {
    return JsonNode.createArrayNode(
        ALGORITHMS.stream()
            .map(each -> new Fields().put("type", "public-key").put("alg", each.getValue()).node())
            .toList());
  }

  private static JsonNode descriptors(List<PublicKey> known) {
    return JsonNode.createArrayNode(
        known.stream()
            .map(
                key ->
                    new Fields()
                        .put("type", "public-key")
                        .put("id", key.id())
                        .put("transports", key.transports())
                        .node())
            .toList());
  }

  /// The new credential, if the answer to a creation is good.
  public Optional<PublicKey> created(AuthRequest authRequest, String challenge, JsonNode answer) {
    var parameters =
        ALGORITHMS.stream()
            .map(
                each -> new PublicKeyCredentialParameters(PublicKeyCredentialType.PUBLIC_KEY, each))
            .toList();
    if (!has(answer, "clientDataJSON", "attestationObject")) {
      return Optional.empty();
    }
    try {
      var data =
          manager.verifyRegistrationResponseJSON(
              Json.write(answer),
              new RegistrationParameters(server(authRequest, challenge), parameters, false, true));
      return Optional.of(key(data));
    } catch (WebAuthnException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /// Whether an answer has the parts that every answer of its kind has.
  private static boolean has(JsonNode answer, String... parts) {
    var response = answer.isObject() ? answer.get("response") : null;
    return response != null
        && response.isObject()
        && !credentialOf(answer).isEmpty()
        && Stream.of(parts).map(response::get).allMatch(part -> part != null && part.isString());
  }

  private PublicKey key(RegistrationData data) {
    var authenticator = Objects.requireNonNull(data.getAttestationObject()).getAuthenticatorData();
    var credential = Objects.requireNonNull(authenticator.getAttestedCredentialData());
    var id = credential.getCredentialId();
    var whole = credentials.convert(credential);
    var cose =
        ByteBuffer.wrap(whole, COSE_OFFSET + id.length, whole.length - COSE_OFFSET - id.length);
    var bytes = new byte[cose.remaining()];
    cose.get(bytes);
    var aaguid = credential.getAaguid().getValue();
    return new PublicKey(
        PublicKey.text(id),
        PublicKey.text(bytes),
        aaguid == null ? new UUID(0, 0) : aaguid,
        authenticator.getSignCount(),
        transports(data.getTransports()),
        authenticator.isFlagBE(),
        authenticator.isFlagBS());
  }

  private static List<String> transports(
      @org.jspecify.annotations.Nullable Set<AuthenticatorTransport> transports) {
    return transports == null
        ? List.of()
        : transports.stream().map(AuthenticatorTransport::getValue).sorted().toList();
  }

  /// The id of the credential an answer was made with, in base64url; "" when it names none.
  public static String credentialOf(JsonNode answer) {
    var id = answer.isObject() ? answer.get("rawId") : null;
    return id != null && id.isString() ? id.getStringValue().replaceAll("=+$", "") : "";
  }

  /// Whether an answer names the account as its own; one that names none does not.
  public static boolean names(JsonNode answer, UUID user) {
    var response = answer.get("response");
    var named = response == null || !response.isObject() ? null : response.get("userHandle");
    return named != null
        && named.isString()
        && named.getStringValue().replaceAll("=+$", "").equals(handle(user));
  }

  /// The credential with its new counter, if the answer was made with it.
  public Optional<PublicKey> proved(
      AuthRequest authRequest, String challenge, JsonNode answer, PublicKey known) {
    if (!has(answer, "clientDataJSON", "authenticatorData", "signature")) {
      return Optional.empty();
    }
    try {
      var data =
          manager.verifyAuthenticationResponseJSON(
              Json.write(answer),
              new AuthenticationParameters(
                  server(authRequest, challenge),
                  record(known),
                  List.of(known.idBytes()),
                  false,
                  true));
      var authenticator = Objects.requireNonNull(data.getAuthenticatorData());
      return Optional.of(
          new PublicKey(
              known.id(),
              known.cose(),
              known.aaguid(),
              authenticator.getSignCount(),
              known.transports(),
              authenticator.isFlagBE(),
              authenticator.isFlagBS()));
    } catch (WebAuthnException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private CredentialRecordImpl record(PublicKey known) {
    return new CredentialRecordImpl(
        new NoneAttestationStatement(),
        null,
        known.backupEligible(),
        known.backedUp(),
        known.signCount(),
        credential(known),
        new AuthenticationExtensionsAuthenticatorOutputs<>(),
        null,
        new AuthenticationExtensionsClientOutputs<>(),
        known.transports().stream()
            .map(AuthenticatorTransport::create)
            .collect(Collectors.toUnmodifiableSet()));
  }

  private AttestedCredentialData credential(PublicKey known) {
    var id = known.idBytes();
    var cose = known.coseBytes();
    var whole =
        ByteBuffer.allocate(COSE_OFFSET + id.length + cose.length)
            .put(new AAGUID(known.aaguid()).getBytes())
            .putShort((short) id.length)
            .put(id)
            .put(cose);
    return credentials.convert(whole.array());
  }

  private ServerProperty server(AuthRequest authRequest, String challenge) {
    var party = RelyingParty.of(settings, authRequest);
    return ServerProperty.builder()
        .origins(party.origins().stream().map(Origin::new).collect(Collectors.toUnmodifiableSet()))
        .rpId(party.id())
        .challenge(new DefaultChallenge(Base64.getUrlDecoder().decode(challenge)))
        .build();
  }
}
