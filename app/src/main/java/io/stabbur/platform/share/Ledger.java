package io.stabbur.platform.share;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Who holds permits, who waits, and who is next: the rules of [FairShare] without threads. Not
/// thread-safe.
///
/// Invariant: nobody waits who may take permits now, unless the one who is next finds too few.
final class Ledger {
  private static final long RECENT = Duration.ofSeconds(1).toNanos();

  private final Terms terms;
  private final Map<Share, Caller> callers = new HashMap<>();
  private final Map<Share.Group, Group> groups = new HashMap<>();

  /// Groups with waiting requests, the next one first.
  private final ArrayDeque<Group> turns = new ArrayDeque<>();

  /// Callers that hold nothing and wait for nothing, the one that does so longest first.
  private final LinkedHashSet<Caller> resting = new LinkedHashSet<>();

  private int activeCallers;
  private int activeGroups;
  private int free;
  private int waiting;

  Ledger(Terms terms) {
    this.terms = terms;
    this.free = terms.capacity();
  }

  private static final class Group {
    private final Share.Group name;

    /// Callers with waiting requests, the next one first.
    private final ArrayDeque<Caller> turns = new ArrayDeque<>();

    private int callers;
    private int held;

    Group(Share.Group name) {
      this.name = name;
    }
  }

  private static final class Caller {
    private final Share share;
    private final Group group;
    private final ArrayDeque<Request> requests = new ArrayDeque<>();
    private int held;
    private long rested;

    Caller(Share share, Group group) {
      this.share = share;
      this.group = group;
    }

    boolean isIdle() {
      return held == 0 && requests.isEmpty();
    }
  }

  /// A request that waits.
  static final class Request {
    private final Caller caller;
    private final int amount;
    private final int own;
    private final Runnable granted;

    private Request(Caller caller, int amount, int own, Runnable granted) {
      this.caller = caller;
      this.amount = amount;
      this.own = own;
      this.granted = granted;
    }
  }

  int waiting() {
    return waiting;
  }

  /// Takes permits if nobody has to wait.
  ///
  /// @param own permits that the request holds already
  boolean take(Share share, int amount, int own, long now) {
    var caller = enter(share, now);
    boolean may = mayTakeNow(caller, amount, own);
    if (may) {
      hold(caller, amount);
    }
    settle(caller, now);
    return may;
  }

  /// Whether [#take] would be granted.
  boolean hasRoom(Share share, int amount, long now) {
    var caller = enter(share, now);
    boolean may = mayTakeNow(caller, amount, 0);
    settle(caller, now);
    return may;
  }

  private boolean mayTakeNow(Caller caller, int amount, int own) {
    return waiting == 0 && mayTake(caller, amount, own) && amount <= free;
  }

  /// Lets a request wait its turn, which may be now; null when too many of its caller wait already.
  ///
  /// @param granted told when the request has its permits
  @Nullable Request enqueue(Share share, int amount, int own, long now, Runnable granted) {
    var caller = enter(share, now);
    if (caller.requests.size() >= terms.queue() && share.isQueueLimited()) {
      settle(caller, now);
      return null;
    }
    var request = new Request(caller, amount, own, granted);
    if (caller.requests.isEmpty()) {
      if (caller.group.turns.isEmpty()) {
        turns.addLast(caller.group);
      }
      caller.group.turns.addLast(caller);
    }
    caller.requests.addLast(request);
    waiting++;
    grantAll();
    return request;
  }

  /// Takes back a request that has not got its permits.
  void cancel(Request request, long now) {
    var caller = request.caller;
    caller.requests.remove(request);
    waiting--;
    if (caller.requests.isEmpty()) {
      caller.group.turns.remove(caller);
      if (caller.group.turns.isEmpty()) {
        turns.remove(caller.group);
      }
    }
    settle(caller, now);
    grantAll();
  }

  void release(Share share, int amount, long now) {
    var caller = enter(share, now);
    hold(caller, -amount);
    settle(caller, now);
    if (waiting > 0) {
      grantAll();
    }
  }

  private Caller enter(Share share, long now) {
    forgetRested(now);
    var known = callers.get(share);
    if (known != null) {
      resting.remove(known);
      return known;
    }
    var group = groups.computeIfAbsent(share.group(), Group::new);
    var caller = new Caller(share, group);
    callers.put(share, caller);
    group.callers++;
    if (!share.isUnlimited()) {
      activeCallers++;
      activeGroups += group.callers == 1 ? 1 : 0;
    }
    return caller;
  }

  private void settle(Caller caller, long now) {
    if (caller.isIdle()) {
      caller.rested = now;
      resting.add(caller);
    }
  }

  private void forgetRested(long now) {
    for (var each = resting.iterator(); each.hasNext(); each.remove()) {
      var caller = each.next();
      if (now - caller.rested < RECENT) {
        return;
      }
      forget(caller);
    }
  }

  private void forget(Caller caller) {
    var group = caller.group;
    callers.remove(caller.share);
    if (--group.callers == 0) {
      groups.remove(group.name);
    }
    if (!caller.share.isUnlimited()) {
      activeCallers--;
      activeGroups -= group.callers == 0 ? 1 : 0;
    }
  }

  private boolean mayTake(Caller caller, int amount, int own) {
    return caller.share.isUnlimited()
        || ((caller.held == own || caller.held + amount <= terms.limit(activeCallers))
            && mayTake(caller.group, amount, own));
  }

  private boolean mayTake(Group group, int amount, int own) {
    return group.held == own || group.held + amount <= terms.limit(activeGroups);
  }

  private void hold(Caller caller, int amount) {
    caller.held += amount;
    caller.group.held += amount;
    free -= amount;
  }

  /// Serves requests in turn until the next one finds too few permits, or nobody may take more.
  private void grantAll() {
    int passed = 0;
    while (free > 0 && passed < turns.size()) {
      var group = turns.removeFirst();
      var caller = next(group);
      if (caller == null) {
        turns.addLast(group);
        passed++;
        continue;
      }
      var request = caller.requests.getFirst();
      if (request.amount > free) {
        turns.addFirst(group);
        group.turns.addFirst(caller);
        return;
      }
      grant(request);
      passed = 0;
    }
  }

  /// The next caller of the group that may take what it asks for, taken out of the turns.
  private @Nullable Caller next(Group group) {
    for (int left = group.turns.size(); left > 0; left--) {
      var caller = group.turns.removeFirst();
      var request = caller.requests.getFirst();
      if (mayTake(caller, request.amount, request.own)) {
        return caller;
      }
      group.turns.addLast(caller);
    }
    return null;
  }

  private void grant(Request request) {
    var caller = request.caller;
    var group = caller.group;
    caller.requests.removeFirst();
    waiting--;
    hold(caller, request.amount);
    if (!caller.requests.isEmpty()) {
      group.turns.addLast(caller);
    }
    if (!group.turns.isEmpty()) {
      turns.addLast(group);
    }
    request.granted.run();
  }
}
