package io.stabbur.attack;

import static io.stabbur.attack.Accounts.AUTH;
import static io.stabbur.attack.Accounts.address;

import java.util.Map;

/// What only administrators of the accounts API may do: users, links, invitations, keys, tokens.
final class AccountAdministration implements Surface {
  @Override
  public String name() {
    return "auth admin";
  }

  @Override
  public int weight() {
    return 2;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    return Accounts.attack("admin", scene, caller, request(scene, caller, dice), dice);
  }

  private static Request request(Scene scene, Caller caller, Dice dice) {
    var user = AUTH + "/admin/users/" + scene.id(Things.USER, caller, dice);
    var email = address(scene, dice);
    return switch (dice.below(12)) {
      case 0 ->
          Request.of(
              "GET", AUTH + "/admin/users" + dice.of("", "?filter=a", "?page=1&per_page=50"));
      case 1 -> Request.of("GET", user);
      case 2 -> Request.of("PUT", user).json("{\"password\":\"a password of somebody\"}");
      case 3 -> Request.of("DELETE", user);
      case 4 ->
          Request.of("POST", AUTH + "/admin/users")
              .json("{\"email\":\"" + dice.word() + "@new.example\",\"role\":\"service_role\"}");
      case 5 ->
          Request.of("POST", AUTH + "/admin/generate_link")
              .json(
                  Operator.json(
                      Map.of(
                          "type",
                          dice.of("magiclink", "recovery", "invite", "signup"),
                          "email",
                          email,
                          "password",
                          "a password of somebody")));
      case 6 -> Request.of("POST", AUTH + "/invite").json(Operator.json(Map.of("email", email)));
      case 7 -> Request.of("GET", AUTH + dice.of("/admin/audit", "/admin/audit?query=email:a"));
      case 8 ->
          Request.of(
              "GET",
              AUTH
                  + dice.of(
                      "/admin/api-keys",
                      "/admin/application-tokens",
                      "/admin/signing-keys",
                      "/admin/sso/providers"));
      case 9 ->
          Request.of("POST", AUTH + "/admin/api-keys").json("{\"name\":\"x\",\"type\":\"secret\"}");
      case 10 ->
          Request.of("POST", AUTH + "/admin/application-tokens")
              .json(
                  Operator.json(
                      Map.of(
                          "name",
                          "x",
                          "organization_id",
                          scene.organization(caller, dice),
                          "role",
                          "org_admin")));
      default ->
          Request.of(
                  "POST",
                  AUTH
                      + "/admin/application-tokens/"
                      + scene.id(Things.PROGRAM, caller, dice)
                      + "/revoke")
              .json("{}");
    };
  }
}
