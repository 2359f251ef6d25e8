package io.stabbur.cli;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// The environment names that self-hosters of Supabase have set until now, as other names of our
/// settings: what was in their `.env` counts here. A configuration file wins over them. Names that
/// mean nothing here are told, so that nobody believes in a setting that has no effect.
final class GotrueNames {
  static final String PREFIX = "GOTRUE_";

  /// How a value is spelt there.
  enum Form {
    TEXT,
    FLAG,
    /// A flag that says the opposite of ours.
    OPPOSITE,
    /// A number of seconds.
    SECONDS,
    /// A period such as `1h30m`.
    PERIOD,
    /// Values between commas.
    LIST,
    /// Sets of characters between colons, a colon itself written as `\:`.
    SETS
  }

  private static final Map<String, BigDecimal> SECONDS =
      Map.of(
          "ns", new BigDecimal("1e-9"),
          "us", new BigDecimal("1e-6"),
          "µs", new BigDecimal("1e-6"),
          "ms", new BigDecimal("1e-3"),
          "s", BigDecimal.ONE,
          "m", new BigDecimal(60),
          "h", new BigDecimal(3600));

  private static final Pattern GO_PART =
      Pattern.compile("([0-9]+(?:\\.[0-9]+)?)(ns|us|µs|ms|s|m|h)");

  /// One name and ours, below `stabbur`.
  record Name(String theirs, String ours, Form form) {}

  private static final List<Name> NAMES =
      List.of(
          new Name("SITE_URL", "auth.site-url", Form.TEXT),
          new Name("URI_ALLOW_LIST", "auth.redirect-urls", Form.LIST),
          new Name("JWT_SECRET", "projects.default.jwt-secret", Form.TEXT),
          new Name("JWT_KEYS", "projects.default.signing-keys", Form.TEXT),
          new Name("JWT_EXP", "auth.token.life", Form.SECONDS),
          new Name("JWT_AUD", "auth.audience", Form.TEXT),
          new Name("JWT_ISSUER", "auth.token.issuer", Form.TEXT),
          new Name("JWT_ADMIN_ROLES", "auth.admin-roles", Form.LIST),
          new Name("JWT_DEFAULT_GROUP_NAME", "auth.default-role", Form.TEXT),
          new Name("DISABLE_SIGNUP", "auth.signup", Form.OPPOSITE),
          new Name("EXTERNAL_EMAIL_ENABLED", "auth.email", Form.FLAG),
          new Name("EXTERNAL_PHONE_ENABLED", "auth.phone", Form.FLAG),
          new Name("EXTERNAL_ANONYMOUS_USERS_ENABLED", "auth.anonymous", Form.FLAG),
          new Name("MAILER_AUTOCONFIRM", "auth.email-autoconfirm", Form.FLAG),
          new Name("SMS_AUTOCONFIRM", "auth.phone-autoconfirm", Form.FLAG),
          new Name("MAILER_SECURE_EMAIL_CHANGE_ENABLED", "auth.secure-email-change", Form.FLAG),
          new Name(
              "MAILER_ALLOW_UNVERIFIED_EMAIL_SIGN_INS", "auth.unverified-email-sign-in", Form.FLAG),
          new Name("MAILER_OTP_EXP", "auth.mail.code-life", Form.SECONDS),
          new Name("MAILER_OTP_LENGTH", "auth.mail.code-length", Form.TEXT),
          new Name("SMTP_HOST", "auth.mail.host", Form.TEXT),
          new Name("SMTP_PORT", "auth.mail.port", Form.TEXT),
          new Name("SMTP_USER", "auth.mail.user", Form.TEXT),
          new Name("SMTP_PASS", "auth.mail.password", Form.TEXT),
          new Name("SMTP_ADMIN_EMAIL", "auth.mail.sender", Form.TEXT),
          new Name("SMTP_SENDER_NAME", "auth.mail.sender-name", Form.TEXT),
          new Name("SMTP_MAX_FREQUENCY", "auth.mail.interval", Form.PERIOD),
          new Name("RATE_LIMIT_EMAIL_SENT", "auth.mail.per-hour", Form.TEXT),
          new Name("SMS_PROVIDER", "auth.sms.provider", Form.TEXT),
          new Name("SMS_OTP_EXP", "auth.sms.code-life", Form.SECONDS),
          new Name("SMS_OTP_LENGTH", "auth.sms.code-length", Form.TEXT),
          new Name("SMS_MAX_FREQUENCY", "auth.sms.interval", Form.PERIOD),
          new Name("SMS_TEMPLATE", "auth.sms.template", Form.TEXT),
          new Name("SMS_TEST_OTP", "auth.sms.test-codes", Form.LIST),
          new Name("SMS_TWILIO_ACCOUNT_SID", "auth.sms.account", Form.TEXT),
          new Name("SMS_TWILIO_AUTH_TOKEN", "auth.sms.token", Form.TEXT),
          new Name("SMS_TWILIO_MESSAGE_SERVICE_SID", "auth.sms.sender", Form.TEXT),
          new Name("RATE_LIMIT_SMS_SENT", "auth.sms.per-hour", Form.TEXT),
          new Name("RATE_LIMIT_VERIFY", "auth.limits.verify", Form.TEXT),
          new Name("RATE_LIMIT_TOKEN_REFRESH", "auth.limits.token", Form.TEXT),
          new Name("RATE_LIMIT_OTP", "auth.limits.otp", Form.TEXT),
          new Name("RATE_LIMIT_ANONYMOUS_USERS", "auth.limits.anonymous", Form.TEXT),
          new Name("RATE_LIMIT_SSO", "auth.limits.sso", Form.TEXT),
          new Name("PASSWORD_MIN_LENGTH", "auth.password.min-length", Form.TEXT),
          new Name("PASSWORD_REQUIRED_CHARACTERS", "auth.password.required-characters", Form.SETS),
          new Name(
              "SECURITY_UPDATE_PASSWORD_REQUIRE_REAUTHENTICATION",
              "auth.password.reauthentication",
              Form.FLAG),
          new Name(
              "SECURITY_UPDATE_PASSWORD_REQUIRE_CURRENT_PASSWORD",
              "auth.password.current-required",
              Form.FLAG),
          new Name(
              "SECURITY_REFRESH_TOKEN_ROTATION_ENABLED", "auth.token.refresh-rotation", Form.FLAG),
          new Name(
              "SECURITY_REFRESH_TOKEN_REUSE_INTERVAL",
              "auth.token.refresh-reuse-interval",
              Form.SECONDS),
          new Name("SECURITY_MANUAL_LINKING_ENABLED", "auth.manual-linking", Form.FLAG),
          new Name("SESSIONS_TIMEBOX", "auth.token.session-timebox", Form.PERIOD),
          new Name("SESSIONS_INACTIVITY_TIMEOUT", "auth.token.session-inactivity", Form.PERIOD),
          new Name("SESSIONS_SINGLE_PER_USER", "auth.token.single-session", Form.FLAG),
          new Name("MFA_TOTP_ENROLL_ENABLED", "auth.factors.totp", Form.FLAG),
          new Name("MFA_PHONE_ENROLL_ENABLED", "auth.factors.phone", Form.FLAG),
          new Name("MFA_WEB_AUTHN_ENROLL_ENABLED", "auth.factors.webauthn", Form.FLAG),
          new Name("MFA_MAX_ENROLLED_FACTORS", "auth.factors.most", Form.TEXT),
          new Name("OAUTH_SERVER_ENABLED", "auth.oauth-server.enabled", Form.FLAG),
          new Name(
              "OAUTH_SERVER_ALLOW_DYNAMIC_REGISTRATION",
              "auth.oauth-server.dynamic-registration",
              Form.FLAG),
          new Name(
              "OAUTH_SERVER_AUTHORIZATION_PATH", "auth.oauth-server.authorization-path", Form.TEXT),
          new Name(
              "OAUTH_SERVER_AUTHORIZATION_TTL",
              "auth.oauth-server.authorization-life",
              Form.PERIOD),
          new Name("OAUTH_SERVER_DEFAULT_SCOPE", "auth.oauth-server.default-scope", Form.TEXT),
          new Name(
              "RATE_LIMIT_O_AUTH_DYNAMIC_CLIENT_REGISTER",
              "auth.limits.oauth-registration",
              Form.TEXT),
          new Name("PASSKEY_ENABLED", "auth.passkeys.enabled", Form.FLAG),
          new Name("PASSKEY_MAX_PASSKEYS_PER_USER", "auth.passkeys.most", Form.TEXT),
          new Name("WEBAUTHN_RP_ID", "auth.webauthn.rp-id", Form.TEXT),
          new Name("WEBAUTHN_RP_DISPLAY_NAME", "auth.webauthn.rp-name", Form.TEXT),
          new Name("WEBAUTHN_RP_ORIGINS", "auth.webauthn.rp-origins", Form.LIST),
          new Name(
              "WEBAUTHN_CHALLENGE_EXPIRY_DURATION", "auth.webauthn.challenge-life", Form.PERIOD),
          new Name("RATE_LIMIT_PASSKEY", "auth.limits.passkey", Form.TEXT),
          new Name("SAML_ENABLED", "auth.saml.enabled", Form.FLAG),
          new Name("SAML_PRIVATE_KEY", "auth.saml.private-key", Form.TEXT));

  /// Settings of a process that we are not: its socket, its database, its log.
  private static final Set<String> WITHOUT_MEANING =
      Set.of(
          "API_HOST",
          "API_PORT",
          "DB_DRIVER",
          "DB_DATABASE_URL",
          "DB_MIGRATIONS_PATH",
          "DATABASE_URL",
          "LOG_LEVEL",
          "MFA_TOTP_VERIFY_ENABLED",
          "MFA_PHONE_VERIFY_ENABLED",
          "MFA_WEB_AUTHN_VERIFY_ENABLED",
          "MAILER_URLPATHS_INVITE",
          "MAILER_URLPATHS_CONFIRMATION",
          "MAILER_URLPATHS_RECOVERY",
          "MAILER_URLPATHS_EMAIL_CHANGE");

  private static final Pattern PROVIDER =
      Pattern.compile(
          "EXTERNAL_([A-Z0-9_]+?)_(ENABLED|CLIENT_ID|SECRET|REDIRECT_URI|URL|SKIP_NONCE_CHECK|EMAIL_OPTIONAL)");
  private static final Pattern HOOK = Pattern.compile("HOOK_([A-Z_]+)_(ENABLED|URI|SECRETS)");
  private static final Pattern TEMPLATE = Pattern.compile("MAILER_TEMPLATES_([A-Z_]+)");
  private static final Pattern SUBJECT = Pattern.compile("MAILER_SUBJECTS_([A-Z_]+)");
  private static final Pattern NOTICE = Pattern.compile("MAILER_NOTIFICATIONS_([A-Z_]+)_ENABLED");

  private GotrueNames() {}

  /// What an environment says: our settings, and the names that mean nothing here.
  record Read(Map<String, Object> settings, List<String> unknown) {
    /// What is left where there is no project `default`: a name that sets something of it would
    /// make it, and so means nothing.
    Read withoutDefaultProject() {
      var left = new LinkedHashMap<>(settings);
      var told = new TreeSet<>(unknown);
      for (var name : NAMES) {
        if (name.ours.startsWith("projects.default.")
            && left.remove("stabbur." + name.ours) != null) {
          told.add(PREFIX + name.theirs);
        }
      }
      return new Read(left, List.copyOf(told));
    }
  }

  static List<Name> names() {
    return NAMES;
  }

  static Set<String> withoutMeaning() {
    return new TreeSet<>(WITHOUT_MEANING);
  }

  static Read read(Map<String, String> environment) {
    var given =
        environment.entrySet().stream()
            .filter(entry -> entry.getKey().startsWith(PREFIX) && !entry.getValue().isBlank())
            .collect(
                Collectors.toMap(
                    entry -> entry.getKey().substring(PREFIX.length()), Map.Entry::getValue));
    var settings = new LinkedHashMap<String, Object>();
    var unknown = new ArrayList<String>();
    var address = given.remove("API_EXTERNAL_URL");
    address = address == null ? environment.get("API_EXTERNAL_URL") : address;
    if (address != null && !address.isBlank()) {
      settings.put("stabbur.public-url", address.replaceFirst("/auth/v1/?$", ""));
    }
    protection(given, settings);
    for (var name : new TreeSet<>(given.keySet())) {
      var value = String.valueOf(given.get(name));
      if (!plain(name, value, settings)
          && !patterned(name, value, settings)
          && !WITHOUT_MEANING.contains(name)) {
        unknown.add(PREFIX + name);
      }
    }
    return new Read(settings, unknown);
  }

  /// Two of theirs that only count with a switch.
  private static void protection(Map<String, String> given, Map<String, Object> settings) {
    var captcha = given.remove("SECURITY_CAPTCHA_ENABLED");
    var provider = given.remove("SECURITY_CAPTCHA_PROVIDER");
    var secret = given.remove("SECURITY_CAPTCHA_SECRET");
    if (isOn(captcha)) {
      settings.put("stabbur.auth.captcha.provider", provider == null ? "hcaptcha" : provider);
      settings.put("stabbur.auth.captcha.secret", secret == null ? "" : secret);
    }
    if (isOn(given.remove("PASSWORD_HIBP_ENABLED"))) {
      settings.put("stabbur.auth.password.pwned-url", "https://api.pwnedpasswords.com");
    }
  }

  private static boolean plain(String name, String value, Map<String, Object> settings) {
    for (var each : NAMES) {
      if (each.theirs.equals(name)) {
        settings.put("stabbur." + each.ours, value(each, value));
        return true;
      }
    }
    return false;
  }

  private static boolean patterned(String name, String value, Map<String, Object> settings) {
    var provider = PROVIDER.matcher(name);
    if (provider.matches()) {
      settings.put(
          "stabbur.auth.providers." + ours(provider.group(1)) + "." + ours(provider.group(2)),
          provider.group(2).equals("CLIENT_ID") ? list(value) : value);
      return true;
    }
    var hook = HOOK.matcher(name);
    if (hook.matches()) {
      settings.put("stabbur.auth.hooks." + ours(hook.group(1)) + "." + ours(hook.group(2)), value);
      return true;
    }
    var notice = NOTICE.matcher(name);
    if (notice.matches()) {
      if (isOn(value)) {
        notices(settings).add(ours(notice.group(1)));
      }
      return true;
    }
    return ofTemplate(name, value, settings);
  }

  private static boolean ofTemplate(String name, String value, Map<String, Object> settings) {
    var template = TEMPLATE.matcher(name);
    var subject = SUBJECT.matcher(name);
    if (template.matches()) {
      settings.put("stabbur.auth.templates." + ours(template.group(1)) + ".url", value);
      return true;
    }
    if (subject.matches()) {
      settings.put("stabbur.auth.templates." + ours(subject.group(1)) + ".subject", value);
      return true;
    }
    return false;
  }

  @SuppressWarnings("unchecked")
  private static List<String> notices(Map<String, Object> settings) {
    return (List<String>)
        settings.computeIfAbsent("stabbur.auth.mail.notices", _ -> new ArrayList<String>());
  }

  private static Object value(Name name, String value) {
    return switch (name.form) {
      case TEXT, FLAG -> value;
      case OPPOSITE -> !isOn(value);
      case SECONDS -> value + "s";
      case PERIOD -> period(value);
      case LIST -> list(value);
      case SETS ->
          List.of(value.split("(?<!\\\\):", -1)).stream()
              .map(set -> set.replace("\\:", ":"))
              .toList();
    };
  }

  /// A Go duration such as `1h30m`, `1m0.5s`, `500ms` or `0`; what is none stays as it is, for the
  /// setting to refuse.
  private static String period(String value) {
    if (!value.matches("0|(" + GO_PART.pattern() + ")++")) {
      return value;
    }
    var seconds =
        GO_PART
            .matcher(value)
            .results()
            .map(part -> new BigDecimal(part.group(1)).multiply(SECONDS.get(part.group(2))))
            .reduce(BigDecimal.ZERO, BigDecimal::add);
    return Duration.ofNanos(seconds.movePointRight(9).longValue()).toString();
  }

  private static List<String> list(String value) {
    return List.of(value.split(",", -1)).stream()
        .map(String::strip)
        .filter(each -> !each.isEmpty())
        .toList();
  }

  private static boolean isOn(@org.jspecify.annotations.Nullable String value) {
    return value != null
        && Set.of("true", "1", "t", "yes").contains(value.toLowerCase(Locale.ROOT));
  }

  private static String ours(String name) {
    return name.toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
