package io.stabbur.attack;

import io.stabbur.platform.json.Json;
import java.util.LinkedHashMap;

/// Jobs over everything below a prefix: begun over foreign folders, watched and cancelled by
/// others.
final class Jobs implements Surface {
  private static final String PATH = "/storage/v1/jobs";

  @Override
  public String name() {
    return "jobs";
  }

  @Override
  public int weight() {
    return 2;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    var caller = scene.caller(dice);
    if (dice.chance(35)) {
      var id = scene.id(Things.JOB, caller, dice);
      var request = Request.of(dice.of("GET", "DELETE"), PATH + '/' + id);
      return Attempt.attack("look", caller, scene.sent(caller, request, dice));
    }
    var places = new Places(scene, caller, dice);
    var body = new LinkedHashMap<String, Object>();
    body.put("kind", dice.of("delete", "move"));
    body.put("bucketId", places.bucket());
    body.put("prefix", dice.chance(60) ? places.folder() + '/' : places.prefix());
    body.put("destinationBucket", dice.chance(50) ? places.ownNew().bucket() : places.bucket());
    body.put("destinationPrefix", dice.chance(60) ? places.ownNew().key() + '/' : places.prefix());
    var request = Request.of("POST", PATH).json(Operator.json(body));
    return Attempt.attack("begin", caller, scene.sent(caller, request, dice))
        .then(
            answer -> {
              var id = Operator.text(Json.parse(answer.text()), "id");
              var other = dice.chance(50) ? caller : scene.caller(dice);
              var next = Request.of(dice.of("GET", "GET", "DELETE"), PATH + '/' + id);
              return Attempt.attack("follow", other, scene.sent(other, next, dice));
            });
  }
}
