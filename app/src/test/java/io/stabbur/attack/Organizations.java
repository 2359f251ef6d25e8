package io.stabbur.attack;

import java.util.LinkedHashMap;

/// The management API: organisations, members, invitations, people, upkeep, with the ids of other
/// organisations and of people who are in none of one's own.
final class Organizations implements Surface {
  private static final String PATH = "/admin/v1/organizations";

  @Override
  public String name() {
    return "admin";
  }

  @Override
  public int weight() {
    return 5;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    if (dice.chance(20)) {
      var caller = scene.member("admin", dice);
      var own = scene.organizationId(dice.one(caller.homes().stream().sorted().toList()));
      return Attempt.control(
          "own members", caller, caller.show(Request.of("GET", PATH + '/' + own + "/members")));
    }
    var caller = dice.chance(40) ? scene.member("admin", dice) : scene.caller(dice);
    var organization = PATH + '/' + scene.organization(caller, dice);
    return switch (dice.below(8)) {
      case 0 -> attack("list", scene, caller, Request.of("GET", dice.of(PATH, organization)), dice);
      case 1 ->
          attack("members", scene, caller, Request.of("GET", organization + "/members"), dice);
      case 2 -> attack("create", scene, caller, Request.of("POST", PATH).json(created(dice)), dice);
      case 3 ->
          attack(
              "change", scene, caller, Request.of("PATCH", organization).json(changed(dice)), dice);
      case 4 ->
          attack(
              "add member",
              scene,
              caller,
              Request.of("POST", organization + "/members").json(member(scene, dice)),
              dice);
      case 5 ->
          attack(
              "change member",
              scene,
              caller,
              changedMember(scene, caller, organization, dice),
              dice);
      case 6 ->
          attack(
              "remove member",
              scene,
              caller,
              Request.of(
                  "DELETE", organization + "/members/" + scene.id(Things.USER, caller, dice)),
              dice);
      default -> upkeep(scene, caller, dice);
    };
  }

  private static Attempt attack(
      String operation, Scene scene, Caller caller, Request request, Dice dice) {
    return Attempt.attack(operation, caller, scene.sent(caller, request, dice));
  }

  /// Addresses of people that whoever adds them may know.
  private static String address(Dice dice) {
    return dice.chance(60)
        ? dice.one(Population.KNOWN_BY_ADDRESS.stream().sorted().toList()) + "@people.example"
        : dice.word() + "@new.example";
  }

  private static String created(Dice dice) {
    var body = new LinkedHashMap<String, Object>();
    body.put("name", dice.word());
    body.put("slug", dice.word());
    body.put("admin_email", address(dice));
    if (dice.chance(50)) {
      body.put("password", "a password of somebody");
    }
    return Operator.json(body);
  }

  private static String changed(Dice dice) {
    return dice.of(
        "{\"name\": \"" + dice.word() + "\"}",
        "{\"slug\": \"west\"}",
        "{\"status\": \"suspended\"}",
        "{\"settings\": {}}",
        "{\"id\": \"" + dice.uuid() + "\"}");
  }

  private static String member(Scene scene, Dice dice) {
    var body = new LinkedHashMap<String, Object>();
    body.put("email", address(dice));
    body.put("role", dice.of("peer_mentor", "coordinator", "org_admin"));
    if (dice.chance(20)) {
      body.put("password", "a password of somebody");
    }
    if (dice.chance(20)) {
      body.put(
          "local_association_id",
          dice.one(scene.world().things().of("local_associations")).value("id"));
    }
    return Operator.json(body);
  }

  private static Request changedMember(Scene scene, Caller caller, String organization, Dice dice) {
    var body = new LinkedHashMap<String, Object>();
    body.put(dice.of("role", "status"), "active");
    body.put("role", dice.of("peer_mentor", "coordinator", "org_admin"));
    if (dice.chance(50)) {
      body.put("status", dice.of("active", "active", "suspended"));
    }
    return Request.of("PATCH", organization + "/members/" + scene.id(Things.USER, caller, dice))
        .json(Operator.json(body));
  }

  private static Attempt upkeep(Scene scene, Caller caller, Dice dice) {
    var person = scene.id(dice.of(Things.USER, "contacts"), caller, dice);
    var request =
        dice.of(
            Request.of(
                "GET",
                "/admin/v1/people?email="
                    + dice.one(scene.world().things().of(Things.USER)).value("email")),
            Request.of("GET", "/admin/v1/people/" + person),
            Request.of("DELETE", "/admin/v1/people/" + person),
            Request.of("GET", "/admin/v1/audit/problems"),
            Request.of("GET", "/admin/v1/findings"),
            Request.of("POST", "/admin/v1/audit/retention"),
            Request.of("POST", "/admin/v1/personal-data/rotate"));
    return attack("upkeep", scene, caller, request, dice);
  }
}
