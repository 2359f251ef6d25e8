package io.stabbur.auth.request;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import io.stabbur.platform.error.StartFailure;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Who may sign up and where they are sent back to, under `stabbur.auth`.
///
/// @param path where the API is mounted besides `/auth/v1`; `/` for the root
/// @param siteUrl where people land after a link when the app names no other place; the public URL
///   when absent
/// @param redirectUrls further places an app may ask for, with `*` and `**`
/// @param audience the `aud` of people's tokens
/// @param adminRoles roles that may use the admin calls
/// @param defaultRole the database role of a new user
/// @param signup whether strangers may sign up
/// @param email whether an e-mail address identifies people
/// @param phone whether a phone number identifies people
/// @param lookAlikeEmails whether an account may get an address that looks like another: of mixed
///   scripts, or of letters that look like ASCII
/// @param anonymous whether people may begin without either
/// @param emailAutoconfirm takes e-mail addresses as confirmed; when absent: only in development
///   and without SMTP
/// @param phoneAutoconfirm takes phone numbers as confirmed
/// @param secureEmailChange asks the old address as well as the new one
/// @param manualLinking whether people may add and remove providers themselves
/// @param unverifiedEmailSignIn lets people in whose provider did not verify their address
/// @param auditTable writes what happens to `auth.audit_log_entries`
@ConfigurationProperties("stabbur.auth")
public record AuthSettings(
    @Bindable(defaultValue = "/auth/v1") String path,
    @Nullable URI siteUrl,
    @Nullable List<String> redirectUrls,
    @Bindable(defaultValue = "authenticated") String audience,
    @Bindable(defaultValue = "service_role,supabase_admin") List<String> adminRoles,
    @Bindable(defaultValue = "authenticated") String defaultRole,
    @Bindable(defaultValue = "true") boolean signup,
    @Bindable(defaultValue = "true") boolean email,
    @Bindable(defaultValue = "false") boolean phone,
    @Bindable(defaultValue = "false") boolean lookAlikeEmails,
    @Bindable(defaultValue = "false") boolean anonymous,
    @Nullable Boolean emailAutoconfirm,
    @Bindable(defaultValue = "false") boolean phoneAutoconfirm,
    @Bindable(defaultValue = "true") boolean secureEmailChange,
    @Bindable(defaultValue = "false") boolean manualLinking,
    @Bindable(defaultValue = "false") boolean unverifiedEmailSignIn,
    @Bindable(defaultValue = "true") boolean auditTable) {
  private static final Pattern PATH = Pattern.compile("(/(?!\\.\\.?(/|$))[A-Za-z0-9._~-]++)++|/");

  /// First segments under which other APIs are found.
  private static final Set<String> TAKEN =
      Set.of(
          ".well-known",
          "admin",
          "alerts",
          "console",
          "functions",
          "graphql",
          "health",
          "metrics",
          "realtime",
          "rest",
          "storage",
          "v1");

  public AuthSettings {
    if (!PATH.matcher(path).matches()) {
      throw new StartFailure(
          "auth.path is \"%s\"; it begins with a slash and ends with none".formatted(path));
    }
    if (TAKEN.contains(path.split("/", 3)[1])
        || path.startsWith("/auth/v1/")
        || path.equals("/auth")) {
      throw new StartFailure(
          "auth.path is \"%s\", where another API is; choose a path of its own".formatted(path));
    }
  }
}
