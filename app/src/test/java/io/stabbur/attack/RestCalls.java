package io.stabbur.attack;

import io.stabbur.attack.Catalog.Argument;
import io.stabbur.attack.Catalog.Routine;
import java.util.LinkedHashMap;
import java.util.Map;

/// Calls of every function in the API's schema, and of some that are in none, with foreign
/// identifiers as arguments.
final class RestCalls implements Surface {
  @Override
  public String name() {
    return "rest call";
  }

  @Override
  public int weight() {
    return 9;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    if (dice.chance(15)) {
      var caller = scene.member(dice);
      return Attempt.control(
          "call colleagues", caller, caller.show(Request.of("GET", "/rest/v1/rpc/colleagues")));
    }
    var caller = scene.caller(dice);
    var routine =
        dice.chance(90)
            ? dice.one(scene.world().catalog().routines())
            : new Routine(
                dice.of(
                    "await_consent",
                    "renew_claims",
                    "write_audit",
                    "pg_read_file",
                    "version",
                    "personal_key"),
                java.util.List.of());
    var arguments = new LinkedHashMap<String, Object>();
    for (var argument : routine.arguments()) {
      arguments.put(argument.name(), value(argument, scene, caller, dice));
    }
    var path = "/rest/v1/rpc/" + routine.name();
    var request =
        dice.chance(60)
            ? Request.of("POST", path + (dice.chance(20) ? "?select=*" : ""))
                .json(Operator.json(arguments))
            : Request.of(dice.of("GET", "GET", "HEAD"), path + query(arguments));
    if (dice.chance(10)) {
      request =
          request.with(
              dice.of("Accept-Profile", "Content-Profile"),
              dice.of("private", "auth", "storage", "stabbur_storage"));
    }
    return Attempt.attack("call " + routine.name(), caller, scene.sent(caller, request, dice));
  }

  private static Object value(Argument argument, Scene scene, Caller caller, Dice dice) {
    return switch (argument.type()) {
      case "jsonb", "json" -> event(scene, caller, dice);
      case "text" -> {
        var code = scene.thing(Things.CODE, caller, dice);
        // whoever was asked to join may of course accept
        yield code.value("person").equals(caller.person()) ? dice.word() : code.value("code");
      }
      case "uuid" ->
          dice.chance(50) ? scene.id(Things.PROGRAM, caller, dice) : scene.anyId(caller, dice);
      default -> new RowValues(scene, caller, dice).ofType(argument.type());
    };
  }

  /// What the hooks of accounts are called with.
  private static Map<String, Object> event(Scene scene, Caller caller, Dice dice) {
    return Map.of(
        "user_id",
        scene.id(Things.USER, caller, dice),
        "authentication_method",
        dice.of("password", "token_refresh"),
        "claims",
        Map.of("sub", scene.id(Things.USER, caller, dice)),
        "token",
        Map.of("organization_id", scene.organization(caller, dice), "role", "org_admin"));
  }

  private static String query(Map<String, Object> arguments) {
    var text = new StringBuilder();
    arguments.forEach(
        (name, value) ->
            text.append(text.isEmpty() ? '?' : '&')
                .append(name)
                .append('=')
                .append(
                    S3Signer.encode(
                        value instanceof Map<?, ?> ? Operator.json(value) : "" + value)));
    return text.toString();
  }
}
