package io.stabbur.auth.request;

import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.stabbur.identity.Caller;
import io.stabbur.identity.ClientAddress;
import io.stabbur.project.PerProject;
import io.stabbur.project.Project;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.List;

/// Reads an [AuthRequest] from a request.
@Singleton
public final class AuthRequests {
  private final AuthSettings settings;
  private final ApiAddress api;
  private final ClientAddress addresses;
  private final Clock clock;
  private final PerProject<RedirectRules> redirects;

  AuthRequests(AuthSettings settings, ApiAddress api, ClientAddress addresses, Clock clock) {
    this.settings = settings;
    this.api = api;
    this.addresses = addresses;
    this.clock = clock;
    this.redirects = new PerProject<>(this::rules);
  }

  public AuthRequest of(Caller caller, HttpRequest<?> request) {
    var headers = request.getHeaders();
    var rules = redirects.of(caller.project());
    return new AuthRequest(
        caller,
        api.of(caller.project()),
        addresses.of(request),
        header(headers, HttpHeaders.USER_AGENT),
        audience(caller, headers),
        header(headers, HttpHeaders.AUTHORIZATION),
        rules.choose(
            header(headers, "redirect_to"),
            request.getParameters().getFirst("redirect_to").orElse(""),
            header(headers, HttpHeaders.REFERER)),
        language(header(headers, HttpHeaders.ACCEPT_LANGUAGE)),
        rules,
        clock.instant());
  }

  /// For work of the appliance itself, which nobody asked for over HTTP.
  public AuthRequest own(Project project, Caller caller) {
    var rules = redirects.of(project);
    return new AuthRequest(
        caller,
        api.of(project),
        "",
        "",
        settings.audience(),
        "",
        rules.siteUrl(),
        "",
        rules,
        clock.instant());
  }

  private RedirectRules rules(Project project) {
    var site = settings.siteUrl() == null ? project.publicUrl() : settings.siteUrl();
    var listed = settings.redirectUrls();
    return new RedirectRules(site, listed == null ? List.of() : listed);
  }

  private String audience(Caller caller, HttpHeaders headers) {
    var wanted = header(headers, "X-JWT-AUD");
    if (!wanted.isEmpty()) {
      return wanted;
    }
    return caller.authenticated() && !settings.adminRoles().contains(caller.role())
        ? caller.claims().text("aud").filter(a -> !a.isEmpty()).orElse(settings.audience())
        : settings.audience();
  }

  private static String language(String accepted) {
    return accepted.split("[,;]", 2)[0].strip();
  }

  private static String header(HttpHeaders headers, String name) {
    var value = headers.get(name);
    return value == null ? "" : value;
  }
}
