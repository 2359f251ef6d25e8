package io.stabbur.realtime.channel;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/// What operators see of many sockets, the oldest first.
///
/// @param count of all, shown or not
public record SocketViews(int count, List<SocketView> sockets) {
  private static final int PATIENCE_SECONDS = 5;

  public SocketViews {
    sockets = List.copyOf(sockets);
  }

  /// The same without how many messages each channel has had, so that it is another one only when
  /// sockets and channels are.
  public SocketViews uncounted() {
    return new SocketViews(count, sockets.stream().map(SocketView::uncounted).toList());
  }

  /// The oldest first.
  ///
  /// @param offset how many of the oldest are left out
  /// @param most how many are shown
  public static SocketViews of(Collection<Channels> sockets, int offset, int most) {
    var views =
        sockets.stream()
            .sorted(Comparator.comparing(Channels::since).thenComparing(Channels::id))
            .skip(Math.max(0, offset))
            .limit(most)
            .map(Channels::view)
            .toList();
    var all = CompletableFuture.allOf(views.toArray(CompletableFuture[]::new));
    // a socket that ends meanwhile may leave the question unanswered
    var _ = all.completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS).join();
    return new SocketViews(
        sockets.size(),
        views.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join).toList());
  }
}
