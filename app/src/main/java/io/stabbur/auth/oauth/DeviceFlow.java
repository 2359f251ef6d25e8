package io.stabbur.auth.oauth;

import io.micronaut.json.tree.JsonNode;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.session.Minter;
import jakarta.inject.Singleton;
import java.util.Map;

/// `POST /oauth/device_authorization` (RFC 8628): a program without a browser is given a code to
/// show, which somebody enters on the app's page.
@Singleton
final class DeviceFlow {
  private static final int SECONDS_BETWEEN = 5;
  private final OAuthServerSettings settings;
  private final Minter minter;

  DeviceFlow(OAuthServerSettings settings, Minter minter) {
    this.settings = settings;
    this.minter = minter;
  }

  void requireEnabled() {
    if (!settings.deviceGrant()) {
      throw AuthError.notFound(AuthCode.FEATURE_DISABLED, "The device grant is disabled");
    }
  }

  JsonNode begin(AuthRequest authRequest, OAuthClient client, OAuthForm form) {
    if (!client.mayUse(GrantType.DEVICE_CODE)) {
      throw OAuthFault.refuse(
          "unauthorized_client",
          "Client is not allowed to use grant type: " + GrantType.DEVICE_CODE.wire());
    }
    var asked = form.text("scope");
    var scopes = Scopes.of(asked.isEmpty() ? settings.defaultScope() : asked);
    AuthorizeRequest.scopeFault(scopes)
        .or(() -> IdTokens.fault(minter, authRequest.project(), scopes))
        .ifPresent(
            fault -> {
              throw fault.refusal();
            });
    var expires = authRequest.now().plus(settings.deviceLife());
    var begun =
        authRequest.write(
            tx -> {
              var request = AuthorizeRequest.ofDevice(scopes);
              var id =
                  new Authorizations(tx).begin(client.id(), request, authRequest.now(), expires);
              return new Devices(tx).begin(id, authRequest.now(), expires, SECONDS_BETWEEN);
            });
    return answer(authRequest, begun);
  }

  private JsonNode answer(AuthRequest authRequest, Devices.Begun begun) {
    var shown = Devices.shown(begun.userCode());
    return new Fields()
        .put("device_code", begun.deviceCode())
        .put("user_code", shown)
        .put("verification_uri", ConsentPage.of(settings, authRequest, Map.of()))
        .put(
            "verification_uri_complete",
            ConsentPage.of(settings, authRequest, Map.of("user_code", shown)))
        .put("expires_in", settings.deviceLife().toSeconds())
        .put("interval", SECONDS_BETWEEN)
        .node();
  }
}
