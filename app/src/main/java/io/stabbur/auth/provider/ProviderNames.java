package io.stabbur.auth.provider;

import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which providers the settings name and switch on.
@Singleton
public final class ProviderNames {
  /// The names clients look for in the settings.
  public static final List<String> ALL =
      List.of(
          "apple",
          "azure",
          "bitbucket",
          "discord",
          "facebook",
          "figma",
          "fly",
          "github",
          "gitlab",
          "google",
          "kakao",
          "keycloak",
          "linkedin",
          "linkedin_oidc",
          "notion",
          "slack",
          "slack_oidc",
          "snapchat",
          "spotify",
          "twitch",
          "twitter",
          "workos",
          "zoom");

  private final Map<String, ProviderSettings> byName = new HashMap<>();

  ProviderNames(List<ProviderSettings> settings) {
    settings.forEach(provider -> byName.put(provider.name().replace('-', '_'), provider));
  }

  public boolean enabled(String name) {
    return find(name).isPresent();
  }

  List<ProviderSettings> all() {
    return byName.values().stream().filter(ProviderSettings::isOn).toList();
  }

  Optional<ProviderSettings> find(String name) {
    return Optional.ofNullable(byName.get(name)).filter(ProviderSettings::isOn);
  }
}
