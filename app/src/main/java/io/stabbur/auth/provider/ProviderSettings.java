package io.stabbur.auth.provider;

import io.micronaut.context.annotation.EachProperty;
import io.micronaut.context.annotation.Parameter;
import java.net.URI;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Sign-in through somebody else, under `stabbur.auth.providers.<name>`.
///
/// @param name `apple`, `google`, `github`, `facebook`, `azure`, `keycloak`, or any name of one's
///   own with a `url`, which is then spoken to as an OpenID Connect provider
/// @param clientId our name with the provider; several may be accepted in id tokens, the first is
///   used
/// @param secret our secret with the provider
/// @param redirectUri where the provider sends people back; this server's callback when absent
/// @param url the provider's issuer, where it is not fixed
/// @param scopes further rights to ask for
/// @param skipNonceCheck takes id tokens whose nonce the client does not know
/// @param emailOptional lets people in of whom the provider tells no e-mail address
@EachProperty("stabbur.auth.providers")
public record ProviderSettings(
    @Parameter String name,
    @Nullable Boolean enabled,
    @Nullable List<String> clientId,
    @Nullable String secret,
    @Nullable URI redirectUri,
    @Nullable URI url,
    @Nullable List<String> scopes,
    @Nullable Boolean skipNonceCheck,
    @Nullable Boolean emailOptional) {

  boolean isOn() {
    return enabled == null || enabled;
  }

  List<String> clientIds() {
    return clientId == null ? List.of() : clientId;
  }

  boolean checksNonce() {
    return skipNonceCheck == null || !skipNonceCheck;
  }

  boolean needsEmail() {
    return emailOptional == null || !emailOptional;
  }
}
