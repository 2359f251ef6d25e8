package io.stabbur.attack;

import java.util.List;

/// All surfaces; a try takes one by its weight. New ones are added here.
record Surfaces(AnyRoute routes, List<Surface> all) {
  static Surfaces of(AnyRoute routes) {
    return new Surfaces(
        routes,
        List.of(
            new RestReads(),
            new RestWrites(),
            new Upserts(),
            new RestCalls(),
            new Files(),
            new FileChanges(),
            new FileLinks(),
            new S3Protocol(),
            new HandedLinks(),
            new Resumables(),
            new Jobs(),
            new Organizations(),
            new Accounts(),
            new Channels(),
            new Functions(),
            new AccountAdministration(),
            routes));
  }

  Surface one(Dice dice) {
    if (AnyRoute.isTurn(dice)) {
      return routes;
    }
    int roll = dice.below(all.stream().mapToInt(Surface::weight).sum());
    for (var surface : all) {
      roll -= surface.weight();
      if (roll < 0) {
        return surface;
      }
    }
    return all.getLast();
  }
}
