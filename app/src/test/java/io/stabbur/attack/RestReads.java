package io.stabbur.attack;

/// Reads of the data API: every relation, with filters, trees, embeds within embeds, JSON paths,
/// counts, ranges and other media.
final class RestReads implements Surface {
  @Override
  public String name() {
    return "rest read";
  }

  @Override
  public int weight() {
    return 34;
  }

  @Override
  public Attempt next(Scene scene, Dice dice) {
    if (dice.chance(15)) {
      return control(scene, dice);
    }
    var caller = scene.caller(dice);
    var values = new RowValues(scene, caller, dice);
    var relation = dice.one(scene.world().catalog().relations());
    var query = new RestQuery(scene.world().catalog(), values, dice).text(relation);
    var request =
        Request.of(dice.chance(8) ? "HEAD" : "GET", "/rest/v1/" + relation.name() + query);
    return Attempt.attack(
        request.method() + ' ' + relation.name(),
        caller,
        scene.sent(caller, with(request, dice), dice));
  }

  /// What every client does all day: its own rows.
  private static Attempt control(Scene scene, Dice dice) {
    var caller = scene.member(dice);
    var relation = dice.one(scene.world().catalog().relations());
    return Attempt.control(
        "GET own " + relation.name(),
        caller,
        caller.show(Request.of("GET", "/rest/v1/" + relation.name() + "?limit=20")));
  }

  private static Request with(Request request, Dice dice) {
    var whole = request;
    if (dice.chance(30)) {
      whole = whole.with("Prefer", "count=" + dice.of("exact", "planned", "estimated"));
    }
    if (dice.chance(10)) {
      whole = whole.with("Range", dice.of("0-0", "0-4", "1-", "5-2", "1000-2000"));
    }
    if (dice.chance(5)) {
      whole =
          whole.with(
              "Accept-Profile",
              dice.of("private", "auth", "storage", "stabbur", "public", "pg_catalog"));
    }
    return dice.chance(25)
        ? whole.with(
            "Accept",
            dice.of(
                "text/csv",
                "application/vnd.pgrst.object+json",
                "application/vnd.pgrst.array+json;nulls=stripped",
                "application/vnd.pgrst.plan+json",
                "application/vnd.pgrst.plan+text; for=\"application/json\";"
                    + " options=analyze|verbose",
                "application/geo+json",
                "application/octet-stream",
                "text/xml"))
        : whole;
  }
}
