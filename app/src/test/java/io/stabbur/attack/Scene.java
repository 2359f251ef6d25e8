package io.stabbur.attack;

import io.stabbur.attack.Things.Thing;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Who takes part in one batch of tries, and what they can name. Only members of the organisations
/// that the batch is for act in it, so that everything else must stay as it is.
final class Scene {
  private static final int MEMBERS = 70;
  private static final int OWN = 40;
  private static final int FOREIGN = 92;
  private final World world;
  private final Set<String> homes;
  private final List<Caller> members;
  private final List<Caller> others;

  Scene(World world, Set<String> homes) {
    this.world = world;
    this.homes = homes;
    this.members =
        world.callers().stream()
            .filter(each -> !each.homes().isEmpty() && homes.containsAll(each.homes()))
            .toList();
    this.others = world.callers().stream().filter(each -> each.homes().isEmpty()).toList();
  }

  World world() {
    return world;
  }

  Set<String> homes() {
    return homes;
  }

  /// Persons whose accounts act.
  List<String> actors() {
    var all = new ArrayList<>(members);
    all.addAll(others);
    return all.stream().map(Caller::person).filter(each -> !each.isEmpty()).distinct().toList();
  }

  Caller caller(Dice dice) {
    return dice.chance(MEMBERS) ? dice.one(members) : dice.one(others);
  }

  Caller member(Dice dice) {
    return dice.one(members);
  }

  /// A member of this role, whose name ends with it.
  Caller member(String role, Dice dice) {
    var fit = members.stream().filter(each -> each.name().endsWith('-' + role)).toList();
    return fit.isEmpty() ? dice.one(members) : dice.one(fit);
  }

  /// Something of the caller's organisations, of another one, or nothing that exists.
  Thing thing(String kind, Caller caller, Dice dice) {
    var all = world.things().of(kind);
    int roll = dice.below(100);
    if (all.isEmpty() || roll >= FOREIGN) {
      return new Thing("", Map.of());
    }
    return roll < OWN ? ownThing(kind, caller, dice) : dice.one(all);
  }

  /// Something of the caller's own organisations, if there is any.
  Thing ownThing(String kind, Caller caller, Dice dice) {
    var mine =
        world.things().of(kind).stream()
            .filter(each -> caller.homes().contains(each.organization()))
            .toList();
    return mine.isEmpty() ? new Thing("", Map.of()) : dice.one(mine);
  }

  /// An identifier of something, or one that does not exist.
  String id(String kind, Caller caller, Dice dice) {
    var id = thing(kind, caller, dice).value("id");
    return id.isEmpty() ? dice.uuid() : id;
  }

  /// An organisation's id: the caller's, another's, or one that does not exist.
  String organization(Caller caller, Dice dice) {
    int roll = dice.below(100);
    if (roll < OWN && !caller.homes().isEmpty()) {
      return organizationId(dice.one(caller.homes().stream().sorted().toList()));
    }
    return roll < FOREIGN
        ? organizationId(dice.of(World.NORTH, World.SOUTH, World.WEST, World.WEST))
        : dice.uuid();
  }

  String organizationId(String slug) {
    return java.util.Objects.requireNonNull(world.organizations().get(slug));
  }

  /// An identifier of anything.
  String anyId(Caller caller, Dice dice) {
    var kind = dice.one(world.catalog().relations().stream().map(Catalog.Relation::name).toList());
    return dice.chance(20) ? id(Things.USER, caller, dice) : id(kind, caller, dice);
  }

  /// The caller's request, sometimes with a header that names an active organisation.
  Request sent(Caller caller, Request request, Dice dice) {
    var shown = caller.show(request);
    return dice.chance(25) ? shown.with("X-Organization-Id", organization(caller, dice)) : shown;
  }
}
