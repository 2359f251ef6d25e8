package io.stabbur.auth;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.stabbur.auth.mail.SmsSettings;
import io.stabbur.auth.passkey.PasskeySettings;
import io.stabbur.auth.provider.ProviderNames;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.Fields;
import io.stabbur.auth.saml.SamlSettings;
import io.stabbur.auth.session.Replies;
import io.stabbur.auth.signup.Autoconfirm;

/// What clients may know of the settings, and that this server is here.
@Controller("/auth/v1")
final class SettingsController {
  private final AuthSettings settings;
  private final SmsSettings sms;
  private final Autoconfirm autoconfirm;
  private final ProviderNames providers;
  private final SamlSettings saml;
  private final PasskeySettings passkeys;

  SettingsController(
      AuthSettings settings,
      SmsSettings sms,
      Autoconfirm autoconfirm,
      ProviderNames providers,
      SamlSettings saml,
      PasskeySettings passkeys) {
    this.settings = settings;
    this.sms = sms;
    this.autoconfirm = autoconfirm;
    this.providers = providers;
    this.saml = saml;
    this.passkeys = passkeys;
  }

  @Get("/health")
  HttpResponse<?> health() {
    var version = SettingsController.class.getPackage().getImplementationVersion();
    return Replies.json(
        new Fields()
            .put("version", version == null ? "v0" : "v" + version)
            .put("name", "GoTrue")
            .put("description", "GoTrue is a user registration and authentication API")
            .node());
  }

  @Get("/settings")
  HttpResponse<?> settings() {
    var external = new Fields();
    for (var name : ProviderNames.ALL) {
      external.put(name, providers.enabled(name));
    }
    external
        .put("email", settings.email())
        .put("phone", settings.phone())
        .put("anonymous_users", settings.anonymous());
    return Replies.json(
        new Fields()
            .put("external", external.node())
            .put("disable_signup", !settings.signup())
            .put("mailer_autoconfirm", autoconfirm.email())
            .put("phone_autoconfirm", settings.phoneAutoconfirm())
            .put("sms_provider", sms.provider() == null ? "" : sms.provider())
            .put("saml_enabled", saml.enabled())
            .put("saml_private_key_next_configured", false)
            .put("passkeys_enabled", passkeys.enabled())
            .node());
  }
}
