package io.stabbur.attack;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Channels of Realtime: topics of other organisations and people, changes of their rows,
/// broadcasts and presences there. What the socket is sent for a while is the answer.
final class Channels implements Surface {
  private static final List<String> TABLES =
      List.of("assignments", "availability", "expense_claims", "activities", "contacts", "*");

  @Override
  public String name() {
    return "realtime";
  }

  @Override
  public int weight() {
    return 1;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    if (dice.chance(20)) {
      var caller = scene.member(dice.of("admin", "coordinator", "mentor"), dice);
      var own = scene.organizationId(dice.one(caller.homes().stream().sorted().toList()));
      return Attempt.control(
          "own topic", caller, joined(caller, "org:" + own, new Config(true, List.of()), dice));
    }
    var caller = scene.caller(dice);
    var changes = dice.chance(60) ? changes(scene, caller, dice) : List.<Map<String, Object>>of();
    var config = new Config(dice.chance(80), changes);
    return Attempt.attack(
        changes.isEmpty() ? "topic" : "changes",
        caller,
        joined(caller, topic(scene, caller, dice), config, dice));
  }

  private record Config(boolean isPrivate, List<Map<String, Object>> changes) {}

  private static String topic(Scene scene, Caller caller, Dice dice) {
    var organization = scene.organization(caller, dice);
    return switch (dice.below(6)) {
      case 0 -> "user:" + scene.id(Things.USER, caller, dice);
      case 1 -> "org:" + organization + ":" + dice.word();
      case 2 -> "org:" + organization.toUpperCase(Locale.ROOT);
      case 3 -> dice.of("*", "org:*", "org:" + organization + " ", "realtime:org:" + organization);
      default -> "org:" + organization;
    };
  }

  private static List<Map<String, Object>> changes(Scene scene, Caller caller, Dice dice) {
    var all = new ArrayList<Map<String, Object>>();
    for (int left = 1 + dice.below(3); left > 0; left--) {
      var one = new LinkedHashMap<String, Object>();
      one.put("event", dice.of("*", "INSERT", "UPDATE", "DELETE"));
      one.put("schema", dice.of("public", "public", "public", "*", "auth", "private"));
      one.put("table", dice.one(TABLES));
      if (dice.chance(40)) {
        one.put("filter", "organization_id=eq." + scene.organization(caller, dice));
      }
      all.add(one);
    }
    return all;
  }

  /// The upgrade, and the frames that follow it, one a line.
  private static Request joined(Caller caller, String topic, Config config, Dice dice) {
    var key =
        caller.headers().stream()
            .filter(each -> each.name().equals("apikey"))
            .map(Request.Header::value)
            .findFirst()
            .orElse("");
    var own = caller.token();
    var token = own == null ? key : own;
    var settings =
        Map.of(
            "private", config.isPrivate(),
            "broadcast", Map.of("self", true, "ack", true),
            "presence", Map.of("key", caller.name(), "enabled", true),
            "postgres_changes", config.changes());
    var frames = new ArrayList<String>();
    frames.add(frame(1, topic, "phx_join", Map.of("config", settings, "access_token", token)));
    if (dice.chance(60)) {
      var payload = Map.of("by", caller.name());
      frames.add(
          frame(
              2,
              topic,
              "broadcast",
              Map.of("type", "broadcast", "event", "x", "payload", payload)));
    }
    if (dice.chance(30)) {
      frames.add(
          frame(
              3,
              topic,
              "presence",
              Map.of("type", "presence", "event", "track", "payload", Map.of("a", "b"))));
    }
    return Request.of("GET", "/realtime/v1/websocket?vsn=2.0.0&apikey=" + S3Signer.encode(key))
        .with("Upgrade", "websocket")
        .with("Connection", "Upgrade")
        .with("Sec-WebSocket-Version", "13")
        .with("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")
        .bytes(String.join("\n", frames).getBytes(StandardCharsets.UTF_8));
  }

  private static String frame(int ref, String topic, String event, Map<String, ?> payload) {
    return Operator.json(List.of("1", Integer.toString(ref), "realtime:" + topic, event, payload));
  }
}
