package io.stabbur.auth.saml;

import io.micronaut.http.HttpResponse;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.request.ApiAddress;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.request.Row;
import io.stabbur.auth.session.Grant;
import io.stabbur.auth.session.IssuedSession;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.Pkce;
import io.stabbur.auth.session.Redirects;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.sql.Uuids;
import io.stabbur.project.PerProject;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.w3c.dom.Document;

/// The way to an identity provider and back: a signed request by redirect, a response by form, and
/// on to the app with a session, or with a code where the app keeps a verifier.
@Singleton
final class SamlFlow {
  private final SamlSettings settings;
  private final SamlAccounts accounts;
  private final Issuer issuer;
  private final PerProject<ServiceProvider> us;

  SamlFlow(SamlSettings settings, ApiAddress api, SamlAccounts accounts, Issuer issuer) {
    this.settings = settings;
    this.accounts = accounts;
    this.issuer = issuer;
    this.us = new PerProject<>(project -> ServiceProvider.of(project, api.of(project), settings));
  }

  void requireEnabled() {
    if (!settings.enabled()) {
      throw AuthError.notFound(AuthCode.SAML_PROVIDER_DISABLED, "SAML 2.0 is disabled");
    }
  }

  String metadata(AuthRequest authRequest) {
    requireEnabled();
    return us.of(authRequest.project()).metadata();
  }

  /// Where the browser goes to sign in.
  String start(AuthRequest authRequest, JsonBody body) {
    requireEnabled();
    var pkce = Pkce.of(body.text("code_challenge"), body.text("code_challenge_method"));
    var target = authRequest.withRedirect(body.text("redirect_to")).redirectTo();
    var relay = UUID.randomUUID();
    var requestId = "id-" + UUID.randomUUID();
    return authRequest.write(
        tx -> {
          var provider = SsoProviders.usable(chosen(tx, body));
          var states = new RelayStates(tx);
          var flow = pkce.map(proof -> states.flow(proof, provider, target)).orElse(null);
          states.begin(relay, provider, requestId, target, flow);
          return us.of(authRequest.project())
              .request(provider, requestId, relay.toString(), authRequest.now());
        });
  }

  private static Row chosen(Transaction tx, JsonBody body) {
    var providers = new SsoProviders(tx);
    var id = body.text("provider_id");
    var domain = body.text("domain");
    if (id.isEmpty() == domain.isEmpty()) {
      throw AuthError.invalid("A provider_id or domain needs to be provided");
    }
    return (id.isEmpty() ? providers.byDomain(domain) : providers.find(id))
        .orElseThrow(
            () ->
                AuthError.notFound(
                    AuthCode.SSO_PROVIDER_NOT_FOUND,
                    "No SSO provider assigned for this " + (id.isEmpty() ? "domain" : "id")));
  }

  /// How a response ends: with a session, or with a code for the app that began the sign-in.
  private record Ended(Optional<IssuedSession> session, String code) {}

  /// What is done with a browser that brings a response.
  HttpResponse<?> consume(AuthRequest authRequest, Map<String, String> form) {
    requireEnabled();
    Begun begun;
    try {
      begun = begun(authRequest, form.getOrDefault("RelayState", ""));
    } catch (ApiException e) {
      return Redirects.error(authRequest.redirects().siteUrl(), e, true);
    }
    try {
      var document = document(form.getOrDefault("SAMLResponse", ""));
      var ended = authRequest.write(tx -> consume(tx, authRequest, begun, document));
      return ended.session.isPresent()
          ? Redirects.session(begun.target, ended.session.get(), Map.of())
          : Redirects.code(begun.target, ended.code);
    } catch (ApiException e) {
      return Redirects.error(begun.target, e, true);
    }
  }

  /// The sign-in a response belongs to.
  ///
  /// @param requestId null where the provider began, and names a place to go to instead
  private record Begun(
      @Nullable UUID provider, @Nullable String requestId, String target, @Nullable UUID flow) {}

  /// In a transaction of its own: whatever comes of the response, its state is used up.
  private Begun begun(AuthRequest authRequest, String relayState) {
    var id = Uuids.parse(relayState);
    if (id.isEmpty()) {
      return new Begun(null, null, authRequest.redirects().choose(relayState), null);
    }
    var state =
        authRequest.write(
            tx -> new RelayStates(tx).take(authRequest, id.get(), settings.relayLife()));
    return new Begun(
        state.uuid("sso_provider_id"),
        state.text("request_id"),
        authRequest.redirects().choose(state.text("redirect_to")),
        state.maybeUuid("flow_state_id"));
  }

  private Ended consume(Transaction tx, AuthRequest authRequest, Begun begun, Document document) {
    var provider = SsoProviders.usable(provider(tx, begun, document));
    var check =
        new ResponseCheck(
            us.of(authRequest.project()), provider, begun.requestId, authRequest.now());
    var assertion = check.check(document);
    new RelayStates(tx).use(provider, assertion, authRequest.now());
    var user = accounts.signIn(tx, authRequest, provider, assertion);
    if (begun.flow != null) {
      return new Ended(Optional.empty(), new RelayStates(tx).finish(begun.flow, user.id()));
    }
    var grant = new Grant(user, "sso/saml", null, assertion.sessionEnd());
    return new Ended(Optional.of(issuer.in(tx, authRequest).begin(grant)), "");
  }

  /// The one that was asked; else the one the response names, which then has to have signed it.
  private static Row provider(Transaction tx, Begun begun, Document document) {
    var providers = new SsoProviders(tx);
    if (begun.provider != null) {
      return providers.get(begun.provider.toString());
    }
    return Xml.child(document.getDocumentElement(), Xml.ASSERTION, "Issuer")
        .flatMap(issuer -> providers.byEntityId(Xml.text(issuer)))
        .orElseThrow(
            () ->
                AuthError.notFound(
                    AuthCode.SAML_IDP_NOT_FOUND,
                    "A SAML connection has not been established with this Identity Provider"));
  }

  private static Document document(String base64) {
    try {
      return Xml.parse(Base64.getMimeDecoder().decode(base64))
          .orElseThrow(() -> ResponseCheck.refused("it is not acceptable XML"));
    } catch (IllegalArgumentException _) {
      throw ResponseCheck.refused("it is not base64");
    }
  }
}
