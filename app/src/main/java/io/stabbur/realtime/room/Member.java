package io.stabbur.realtime.room;

/// A joined channel, as its topic sees it. All but [#lane] is called on the lane's thread; must not
/// block.
public interface Member {
  Lane lane();

  /// A message to the topic. The member decides whether its client may see it.
  void broadcast(Broadcast message);

  /// A change of who is present. The member decides whether its client may see it.
  void presence(PresenceDiff diff);
}
