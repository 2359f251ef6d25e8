package io.stabbur.auth.provider;

import io.micronaut.http.HttpParameters;
import io.micronaut.http.HttpResponse;
import io.stabbur.auth.account.User;
import io.stabbur.auth.account.Users;
import io.stabbur.auth.error.AuthCode;
import io.stabbur.auth.error.AuthError;
import io.stabbur.auth.mail.Delivery;
import io.stabbur.auth.request.AuthRequest;
import io.stabbur.auth.request.AuthSettings;
import io.stabbur.auth.request.JsonBody;
import io.stabbur.auth.session.Bearers;
import io.stabbur.auth.session.FlowStates;
import io.stabbur.auth.session.Grant;
import io.stabbur.auth.session.IssuedSession;
import io.stabbur.auth.session.Issuer;
import io.stabbur.auth.session.Pkce;
import io.stabbur.auth.session.Redirects;
import io.stabbur.platform.crypto.Crypto;
import io.stabbur.platform.db.Transaction;
import io.stabbur.platform.error.ApiException;
import io.stabbur.platform.json.Json;
import io.stabbur.platform.sql.Uuids;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/// The way through a browser: to the provider, back to the callback, and on to the app.
@Singleton
final class BrowserFlow {
  /// Names of parameters that a client may hand through to the provider.
  private static final Pattern PASSED_ON = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

  private final AuthSettings settings;
  private final Providers providers;
  private final ExternalAccounts accounts;
  private final Unlinking unlinking;
  private final Bearers bearers;
  private final Issuer issuer;
  private final Delivery delivery;

  BrowserFlow(
      AuthSettings settings,
      Providers providers,
      ExternalAccounts accounts,
      Unlinking unlinking,
      Bearers bearers,
      Issuer issuer,
      Delivery delivery) {
    this.settings = settings;
    this.providers = providers;
    this.accounts = accounts;
    this.unlinking = unlinking;
    this.bearers = bearers;
    this.issuer = issuer;
    this.delivery = delivery;
  }

  /// Where the browser goes to sign in.
  String start(AuthRequest authRequest, HttpParameters parameters) {
    return start(authRequest, parameters, null);
  }

  /// Where the browser goes to add an identity to the account of the one who asks.
  String startLinking(AuthRequest authRequest, HttpParameters parameters) {
    requireLinking();
    var user = authRequest.read(tx -> bearers.require(tx, authRequest)).user();
    return start(authRequest, parameters, user.id());
  }

  private String start(
      AuthRequest authRequest,
      HttpParameters parameters,
      @org.jspecify.annotations.Nullable UUID target) {
    var name = parameters.getFirst("provider").orElse("").replace('-', '_');
    var provider = providers.get(name);
    var pkce =
        Pkce.of(
            parameters.getFirst("code_challenge").orElse(""),
            parameters.getFirst("code_challenge_method").orElse(""));
    var state = UUID.randomUUID();
    var verifier = Crypto.randomText(48);
    var url = url(authRequest, provider, providers.settings(name), state, verifier, parameters);
    authRequest.write(
        tx -> {
          new Flows(tx).begin(state, name, verifier, pkce, authRequest.redirectTo(), target);
          return true;
        });
    return url;
  }

  private String url(
      AuthRequest authRequest,
      IdentityProvider provider,
      ProviderSettings named,
      UUID state,
      String verifier,
      HttpParameters given) {
    var parameters = new LinkedHashMap<String, String>();
    parameters.put("response_type", "code");
    parameters.put("client_id", named.clientIds().getFirst());
    parameters.put("redirect_uri", callback(authRequest, named));
    parameters.put("state", state.toString());
    parameters.put("nonce", nonce(verifier));
    parameters.put("code_challenge", nonce(verifier));
    parameters.put("code_challenge_method", "S256");
    parameters.putAll(provider.authorizationParameters(given.getFirst("scopes").orElse("")));
    for (var entry : given) {
      if (PASSED_ON.matcher(entry.getKey()).matches()
          && !Providers.reserved().contains(entry.getKey().toLowerCase(Locale.ROOT))) {
        parameters.putIfAbsent(entry.getKey(), String.join(" ", entry.getValue()));
      }
    }
    var base = provider.authorizationUrl();
    return base + (base.contains("?") ? "&" : "?") + ProviderHttp.form(parameters);
  }

  /// Both the provider-side challenge and the nonce: only who has the verifier could have made it.
  private static String nonce(String verifier) {
    return Crypto.base64Url(Crypto.sha256(verifier.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String callback(AuthRequest authRequest, ProviderSettings named) {
    return named.redirectUri() == null
        ? authRequest.api() + "/callback"
        : named.redirectUri().toString();
  }

  /// What is done with a browser that comes back.
  HttpResponse<?> callback(AuthRequest authRequest, Map<String, String> parameters) {
    Flows.Returned returned;
    try {
      var state = parameters.getOrDefault("state", "");
      if (state.isEmpty()) {
        throw AuthError.badRequest(AuthCode.BAD_OAUTH_CALLBACK, "OAuth state parameter missing");
      }
      returned = authRequest.write(tx -> new Flows(tx).take(authRequest, state));
    } catch (ApiException e) {
      return Redirects.error(authRequest.redirects().siteUrl(), e, true);
    }
    var target = authRequest.redirects().choose(returned.flow().text("referrer"));
    try {
      return finish(authRequest, returned, parameters, target);
    } catch (ApiException e) {
      return Redirects.error(target, e, true);
    }
  }

  /// How a callback ends: with a session, a code, or a refusal that leaves something behind.
  private record Ended(
      Optional<IssuedSession> session, Optional<String> code, Optional<ApiException> refusal) {}

  private HttpResponse<?> finish(
      AuthRequest authRequest,
      Flows.Returned returned,
      Map<String, String> parameters,
      String target) {
    var error = parameters.getOrDefault("error", "");
    if (!error.isEmpty()) {
      throw OidcProvider.oauth(error, parameters.getOrDefault("error_description", error));
    }
    var code = parameters.getOrDefault("code", "");
    if (code.isEmpty()) {
      throw AuthError.badRequest(
          AuthCode.BAD_OAUTH_CALLBACK, "OAuth callback with missing authorization code missing");
    }
    var flow = returned.flow();
    var name = flow.text("provider_type");
    var named = providers.settings(name);
    var provider = providers.get(name);
    var tokens = provider.exchange(code, callback(authRequest, named), returned.verifier());
    var profile =
        provider
            .profile(tokens, nonce(returned.verifier()))
            .named(appleName(name, parameters.getOrDefault("user", "")));
    var ended =
        delivery.write(
            authRequest,
            (tx, outbox) -> {
              var linking = flow.row().maybeUuid("linking_target_id");
              var found =
                  linking == null
                      ? accounts.signIn(tx, outbox, authRequest, named, profile)
                      : accounts.link(tx, outbox, authRequest, target(tx, linking), named, profile);
              if (found.refusal().isPresent()) {
                return new Ended(Optional.empty(), Optional.empty(), found.refusal());
              }
              var user = found.user();
              if (flow.implicit()) {
                new FlowStates(tx).delete(flow.id());
                return new Ended(
                    Optional.of(issuer.in(tx, authRequest).begin(Grant.of(user, "oauth"))),
                    Optional.empty(),
                    Optional.empty());
              }
              return new Ended(
                  Optional.empty(),
                  Optional.of(new Flows(tx).finish(flow, user.id(), tokens)),
                  Optional.empty());
            });
    if (ended.refusal.isPresent()) {
      throw ended.refusal.get();
    }
    if (ended.code.isPresent()) {
      return Redirects.code(target, ended.code.get());
    }
    return Redirects.session(target, ended.session.orElseThrow(), provided(tokens));
  }

  /// wire: Apple tells the name once, in the form of the first sign-in and not in the token.
  private static String appleName(String provider, String user) {
    if (!provider.equals("apple") || user.isEmpty()) {
      return "";
    }
    try {
      var name = new JsonBody(Json.parse(user)).inner("name");
      return (name.text("firstName") + " " + name.text("lastName")).strip();
    } catch (ApiException _) {
      return "";
    }
  }

  private static User target(Transaction tx, UUID linking) {
    return new Users(tx)
        .byId(linking)
        .orElseThrow(
            () ->
                AuthError.unprocessable(AuthCode.USER_NOT_FOUND, "Linking target user not found"));
  }

  private static Map<String, String> provided(ProviderTokens tokens) {
    var values = new LinkedHashMap<String, String>();
    values.put("provider_token", tokens.accessToken());
    if (!tokens.refreshToken().isEmpty()) {
      values.put("provider_refresh_token", tokens.refreshToken());
    }
    return values;
  }

  void unlink(AuthRequest authRequest, String identityId) {
    requireLinking();
    var identity = identityId(identityId);
    delivery.write(
        authRequest,
        (tx, outbox) -> {
          var user = bearers.require(tx, authRequest).user();
          unlinking.unlink(tx, outbox, authRequest, user, identity);
          return true;
        });
  }

  private static UUID identityId(String text) {
    return Uuids.parse(text)
        .orElseThrow(
            () -> AuthError.notFound(AuthCode.VALIDATION_FAILED, "identity_id must be an UUID"));
  }

  private void requireLinking() {
    if (!settings.manualLinking()) {
      throw AuthError.notFound(AuthCode.MANUAL_LINKING_DISABLED, "Manual linking is disabled");
    }
  }
}
