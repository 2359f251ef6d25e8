package io.stabbur.attack;

import java.util.LinkedHashMap;

/// The shipped functions, called with others' identifiers and organisations. They work with the
/// caller's own rights and with those of the service role.
final class Functions implements Surface {
  @Override
  public String name() {
    return "functions";
  }

  @Override
  public int weight() {
    return 1;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    if (dice.chance(20)) {
      var caller = scene.member("coordinator", dice);
      var request = Request.of("GET", "/functions/v1/grant-report?year=2026");
      return Attempt.control("own report", caller, caller.show(request));
    }
    var caller = scene.caller(dice);
    var request =
        switch (dice.below(3)) {
          case 0 ->
              Request.of(
                  "GET",
                  "/functions/v1/grant-report?year=2026"
                      + dice.of("", "&format=csv", "&organization_id=")
                      + scene.organization(caller, dice));
          case 1 -> called("dispatch-assignment", scene, caller, dice);
          default -> called("accounting-webhook", scene, caller, dice);
        };
    return Attempt.attack(
        request.path().substring("/functions/v1/".length()),
        caller,
        scene.sent(caller, request, dice));
  }

  private static Request called(String function, Scene scene, Caller caller, Dice dice) {
    return Request.of("POST", "/functions/v1/" + function).json(body(scene, caller, dice));
  }

  private static String body(Scene scene, Caller caller, Dice dice) {
    var body = new LinkedHashMap<String, Object>();
    body.put("assignment_id", scene.id("assignments", caller, dice));
    body.put("id", scene.id("expense_claims", caller, dice));
    body.put("peer_mentor_id", scene.id(Things.USER, caller, dice));
    body.put("contact_id", scene.id("contacts", caller, dice));
    body.put("organization_id", scene.organization(caller, dice));
    return Operator.json(body);
  }
}
