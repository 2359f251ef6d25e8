package io.stabbur.project.replica;

import io.stabbur.platform.db.WalPosition;
import io.stabbur.platform.db.WriteObserver;
import io.stabbur.platform.share.Share;
import java.util.LinkedHashMap;
import java.util.Map;

/// Up to where a replica must have replayed the log before it answers a caller: behind what the
/// caller wrote, and behind the last change of anybody's rights.
///
/// Of so many callers, the positions of those seen last are kept. One who is not among them must
/// see all that this process knows to have been written, so nothing is lost with an entry, nor with
/// a restart.
public final class CallerPositions implements WriteObserver {
  private static final int MOST = 20_000;

  private final Map<String, WalPosition> byCaller =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, WalPosition> eldest) {
          return size() > MOST;
        }
      };
  private WalPosition latest = WalPosition.START;
  private WalPosition rights = WalPosition.START;

  /// What the caller must see.
  synchronized WalPosition of(Share share) {
    var own = byCaller.computeIfAbsent(key(share), _ -> latest);
    return WalPosition.later(own, rights);
  }

  @Override
  public synchronized void committed(Share share, WalPosition position, boolean changedRights) {
    latest = WalPosition.later(latest, position);
    if (changedRights) {
      rights = WalPosition.later(rights, position);
    }
    if (share.group().lane() != Share.Lane.APPLIANCE) {
      byCaller.merge(key(share), position, WalPosition::later);
    }
  }

  /// Something was written by somebody else: whoever is new must see it.
  synchronized void written(WalPosition position) {
    latest = WalPosition.later(latest, position);
  }

  /// Somebody's rights or the schema may have changed: everybody must see it.
  synchronized void changed(WalPosition position) {
    written(position);
    rights = WalPosition.later(rights, position);
  }

  /// A user is the same in each organisation; holders of the secret key are taken for one.
  private static String key(Share share) {
    return switch (share.group().lane()) {
      case ORGANIZATION, USER -> "user " + share.caller();
      case ANONYMOUS -> "anonymous " + share.caller();
      case SERVICE -> "service";
      case APPLIANCE -> "appliance";
    };
  }
}
