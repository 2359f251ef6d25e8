package io.stabbur.attack;

import java.util.LinkedHashMap;
import java.util.Map;

/// The accounts API: one's own account, factors and identities of others, codes and links, grants.
final class Accounts implements Surface {
  static final String AUTH = "/auth/v1";

  @Override
  public String name() {
    return "auth";
  }

  @Override
  public int weight() {
    return 4;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    if (dice.chance(20)) {
      var caller = scene.member(dice.of("mentor", "admin", "coordinator"), dice);
      return Attempt.control("own user", caller, caller.show(Request.of("GET", AUTH + "/user")));
    }
    var caller = scene.caller(dice);
    return switch (dice.below(11)) {
      case 0 ->
          attack(
              "user",
              scene,
              caller,
              Request.of(
                  "GET",
                  AUTH
                      + dice.of("/user", "/settings", "/reauthenticate", "/.well-known/jwks.json")),
              dice);
      case 1 ->
          attack(
              "change user",
              scene,
              caller,
              Request.of("PUT", AUTH + "/user").json(change(scene, caller, dice)),
              dice);
      case 2, 3 -> attack("factor", scene, caller, factor(scene, caller, dice), dice);
      case 4 -> attack("identity", scene, caller, identity(scene, caller, dice), dice);
      case 5 -> attack("grant", scene, caller, grant(scene, dice), dice);
      case 6, 7 -> attack("verify", scene, caller, verify(scene, caller, dice), dice);
      case 8 -> attack("ask", scene, caller, ask(scene, dice), dice);
      case 9 -> attack("sign up", scene, caller, signUp(scene, dice), dice);
      default -> attack("leave", scene, caller, leave(dice), dice);
    };
  }

  static Attempt attack(String operation, Scene scene, Caller caller, Request request, Dice dice) {
    var shown = scene.sent(caller, request, dice);
    return Attempt.attack(
        operation, caller, dice.chance(5) ? shown.with("X-JWT-AUD", dice.word()) : shown);
  }

  static String address(Scene scene, Dice dice) {
    return dice.one(scene.world().things().of(Things.USER)).value("email");
  }

  private static String change(Scene scene, Caller caller, Dice dice) {
    var body = new LinkedHashMap<String, Object>();
    switch (dice.below(5)) {
      case 0 ->
          body.put("email", dice.chance(50) ? address(scene, dice) : dice.word() + "@new.example");
      case 1 -> body.put("data", Map.of("display_name", dice.word(), "organization", World.WEST));
      case 2 -> body.put("app_metadata", Map.of("role", "service_role"));
      case 3 -> body.put("role", "service_role");
      default -> body.put("id", scene.id(Things.USER, caller, dice));
    }
    return Operator.json(body);
  }

  private static Request factor(Scene scene, Caller caller, Dice dice) {
    var id = AUTH + "/factors/" + scene.id(Things.FACTOR, caller, dice);
    return switch (dice.below(5)) {
      case 0 ->
          Request.of("POST", AUTH + "/factors")
              .json("{\"factor_type\":\"totp\",\"friendly_name\":\"" + dice.word() + "\"}");
      case 1 -> Request.of("POST", id + "/challenge").json("{}");
      case 2 ->
          Request.of("POST", id + "/verify")
              .json("{\"challenge_id\":\"" + dice.uuid() + "\",\"code\":\"000000\"}");
      case 3 -> Request.of("DELETE", id);
      default ->
          Request.of(
              "GET", AUTH + "/admin/users/" + scene.id(Things.USER, caller, dice) + "/factors");
    };
  }

  private static Request identity(Scene scene, Caller caller, Dice dice) {
    return dice.chance(60)
        ? Request.of("DELETE", AUTH + "/user/identities/" + scene.id(Things.IDENTITY, caller, dice))
        : Request.of(
            "GET",
            AUTH
                + dice.of("/user/identities/authorize", "/authorize")
                + "?provider="
                + dice.of("google", "apple", "keycloak")
                + "&redirect_to=https://evil.example");
  }

  private static Request grant(Scene scene, Dice dice) {
    return switch (dice.below(5)) {
      case 0 -> token("password", Map.of("email", address(scene, dice), "password", "guessed"));
      case 1 -> token("refresh_token", Map.of("refresh_token", dice.word()));
      case 2 -> token("pkce", Map.of("auth_code", dice.uuid(), "code_verifier", dice.word()));
      case 3 -> token("application_token", Map.of("token", "sb_app_" + dice.word()));
      default -> token("id_token", Map.of("provider", "google", "id_token", "a.b.c"));
    };
  }

  private static Request token(String grant, Map<String, String> body) {
    return Request.of("POST", AUTH + "/token?grant_type=" + grant).json(Operator.json(body));
  }

  private static Request verify(Scene scene, Caller caller, Dice dice) {
    var type = dice.of("signup", "recovery", "magiclink", "email", "invite", "email_change");
    var code = dice.chance(50) ? dice.word() : scene.thing(Things.CODE, caller, dice).value("code");
    return dice.chance(40)
        ? Request.of(
            "GET",
            AUTH + "/verify?type=" + type + "&token=" + code + "&redirect_to=https://evil.example")
        : Request.of("POST", AUTH + "/verify")
            .json(
                Operator.json(
                    Map.of(
                        "type",
                        type,
                        "email",
                        address(scene, dice),
                        "token",
                        dice.of("000000", code))));
  }

  /// What anybody may ask for any address: a mail to its owner.
  private static Request ask(Scene scene, Dice dice) {
    var body =
        Map.of(
            "email",
            address(scene, dice),
            "type",
            dice.of("signup", "email_change"),
            "create_user",
            dice.chance(50));
    return Request.of("POST", AUTH + dice.of("/otp", "/magiclink", "/recover", "/resend"))
        .json(Operator.json(body));
  }

  private static Request signUp(Scene scene, Dice dice) {
    var body = new LinkedHashMap<String, Object>();
    if (dice.chance(80)) {
      body.put("email", dice.chance(50) ? address(scene, dice) : dice.word() + "@new.example");
      body.put("password", "a password of somebody");
    }
    body.put("data", Map.of("role", "org_admin", "organization", World.WEST));
    return Request.of("POST", AUTH + "/signup").json(Operator.json(body));
  }

  /// Rarely: who has left is tried no more in the same batch.
  private static Request leave(Dice dice) {
    return dice.chance(10)
        ? Request.of("POST", AUTH + "/logout?scope=" + dice.of("others", "local"))
        : Request.of("GET", AUTH + "/health");
  }
}
