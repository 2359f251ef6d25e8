package io.stabbur.auth;

import static io.stabbur.auth.Foothold.assertOk;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;

/// Codes and links that are out for a confirmed account, of every kind that can be at once: by
/// recovery, for changes of address and number, and for a new password.
///
/// @param tries how each is used
record Outstanding(Map<String, Supplier<AuthClient.Answer>> tries) {
  static Outstanding of(AuthServer at, AuthClient signedIn, String email) {
    var fresh = AuthClient.newEmail();
    var phone = AuthServer.newPhone();
    var tries = new LinkedHashMap<String, Supplier<AuthClient.Answer>>();
    assertOk(signedIn.put("/user", "{\"email\":\"%s\"}".formatted(fresh)));
    var current = at.mailbox.last(email);
    var changed = at.mailbox.last(fresh);
    assertOk(signedIn.put("/user", "{\"phone\":\"%s\"}".formatted(phone)));
    at.client.post("/recover", "{\"email\":\"%s\"}".formatted(email));
    var recovery = at.mailbox.last(email);
    tries.put("recovery, the link", () -> byLink(at, recovery.link()));
    tries.put("recovery, the code", () -> byCode(at, "recovery", email, recovery.code()));
    tries.put("the old address", () -> byLink(at, current.link()));
    tries.put("the new address", () -> byLink(at, changed.link()));
    var code = at.messenger.lastCode(phone);
    var text =
        "{\"type\":\"phone_change\",\"phone\":\"%s\",\"token\":\"%s\"}".formatted(phone, code);
    tries.put("a new number", () -> at.client.post("/verify", text));
    return new Outstanding(tries);
  }

  /// None of them works any more.
  void assertEnded() {
    assertRefused("otp_expired");
  }

  void assertRefused(String code) {
    tries.forEach((name, use) -> assertThat(use.get().text("code")).as(name).isEqualTo(code));
  }

  /// The first of them works still; it ends the others.
  void assertGood() {
    assertOk(tries.values().iterator().next().get());
  }

  static AuthClient.Answer byLink(AuthServer at, String link) {
    var hash = link.replaceAll(".*[?&]token=([^&]*).*", "$1");
    var type = link.replaceAll(".*[?&]type=([^&]*).*", "$1");
    return at.client.post(
        "/verify", "{\"type\":\"%s\",\"token_hash\":\"%s\"}".formatted(type, hash));
  }

  private static AuthClient.Answer byCode(AuthServer at, String type, String email, String code) {
    return at.client.post(
        "/verify",
        "{\"type\":\"%s\",\"email\":\"%s\",\"token\":\"%s\"}".formatted(type, email, code));
  }
}
