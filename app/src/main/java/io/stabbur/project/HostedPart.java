package io.stabbur.project;

import io.stabbur.platform.error.StartFailure;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A part of a project that a hosted Supabase project can go on to serve, to which its requests are
/// sent on.
public enum HostedPart {
  AUTH,
  STORAGE,
  REALTIME,
  FUNCTIONS;

  private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");
  private static final Duration LONGEST = Duration.ofDays(365);

  private final String setting = name().toLowerCase(Locale.ROOT);
  private final String path = "/" + setting + "/v1";

  /// The part that a path belongs to.
  ///
  /// @param path of a request, such as `/auth/v1/user`
  public static Optional<HostedPart> at(String path) {
    return Arrays.stream(values())
        .filter(part -> path.startsWith(part.path))
        .filter(
            part -> path.length() == part.path.length() || path.charAt(part.path.length()) == '/')
        .findFirst();
  }

  String setting() {
    return setting;
  }

  /// Refuses a time that the clock of a connection cannot count.
  static void requireTime(String setting, Duration time) {
    if (time.isNegative() || time.compareTo(LONGEST) > 0) {
      throw new StartFailure("%s must be 365 days at most.".formatted(setting));
    }
  }

  /// Refuses parts that do not exist, and an address that is none or would show keys on the way.
  static void require(List<String> parts, @Nullable URI address) {
    var known = Arrays.stream(values()).map(HostedPart::setting).collect(Collectors.toList());
    for (var part : parts) {
      if (!known.contains(part)) {
        throw new StartFailure(
            "hosted-parts has %s; the parts are %s.".formatted(part, String.join(", ", known)));
      }
    }
    if (address == null) {
      if (!parts.isEmpty()) {
        throw new StartFailure(
            "hosted-parts needs hosted-url, the address of the hosted project, such as"
                + " https://REF.supabase.co.");
      }
      return;
    }
    requireUsable(address);
  }

  private static void requireUsable(URI address) {
    boolean isTls = "https".equalsIgnoreCase(address.getScheme());
    boolean isNear = "http".equalsIgnoreCase(address.getScheme());
    if (address.getHost() == null
        || !(isTls || isNear)
        || address.getRawUserInfo() != null
        || address.getRawQuery() != null
        || !(String.valueOf(address.getRawPath()).isEmpty()
            || String.valueOf(address.getRawPath()).equals("/"))) {
      throw new StartFailure(
          "hosted-url must be the address of the hosted project alone, such as"
              + " https://REF.supabase.co.");
    }
    if (!isTls && !address.getHost().matches("[^.:]+") && !LOOPBACK.contains(address.getHost())) {
      throw new StartFailure(
          "hosted-url must begin with https://, as keys and passwords are sent there.");
    }
  }
}
