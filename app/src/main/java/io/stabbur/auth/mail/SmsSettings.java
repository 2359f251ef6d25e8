package io.stabbur.auth.mail;

import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How text messages leave the house, under `stabbur.auth.sms`.
///
/// @param provider `twilio`, or `http` for any service that takes a JSON call; none when absent
/// @param url where the provider is called; Twilio's own address when absent
/// @param account Twilio's account id
/// @param token the account's secret, or the Bearer token of an `http` provider
/// @param sender the number or messaging service a message comes from
/// @param template the text, with `{{ .Code }}`
/// @param codeLife how long a code is good
/// @param codeLength digits of a code
/// @param interval shortest time between two messages to the same number
/// @param perHour most messages of the whole server in an hour
/// @param testCodes `number:code` pairs for which nothing is sent
@ConfigurationProperties("stabbur.auth.sms")
public record SmsSettings(
    @Nullable String provider,
    @Nullable URI url,
    @Nullable String account,
    @Nullable String token,
    @Bindable(defaultValue = "") String sender,
    @Bindable(defaultValue = "Your code is {{ .Code }}") String template,
    @Bindable(defaultValue = "60s") Duration codeLife,
    @Bindable(defaultValue = "6") int codeLength,
    @Bindable(defaultValue = "60s") Duration interval,
    @Bindable(defaultValue = "30") int perHour,
    @Nullable List<String> testCodes) {
  /// Whether messages can be sent at all: with a provider that is known, and all it needs.
  public boolean sends() {
    return switch (provider == null ? "" : provider) {
      case "twilio" -> isGiven(account) && isGiven(token);
      case "http" -> url != null;
      default -> false;
    };
  }

  private static boolean isGiven(@Nullable String text) {
    return text != null && !text.isBlank();
  }

  /// The fixed code of a number.
  Optional<String> testCode(String phone) {
    return testCodes == null
        ? Optional.empty()
        : testCodes.stream()
            .filter(entry -> entry.startsWith(phone + ":"))
            .map(entry -> entry.substring(phone.length() + 1))
            .findFirst();
  }
}
