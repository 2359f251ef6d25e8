package io.stabbur.testing;

import java.io.IOException;
import java.net.ConnectException;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// Stands between a client and a server and cuts every connection at one chosen moment: when the
/// client has spoken so many times, before the server hears of the last or after it has answered.
/// To whoever is cut off it looks as if the other side had been killed then.
public final class CuttingProxy implements AutoCloseable {
  /// On which side of the server's work the cut is.
  public enum Cut {
    /// The server never hears of it.
    BEFORE,
    /// The server did it; its answer is lost.
    AFTER
  }

  private final AcceptLoop loop;
  private final int target;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private int left;
  private int bytesLeft;
  private Cut cut = Cut.BEFORE;
  private boolean done;
  private Runnable atTheCut = () -> {};

  private CuttingProxy(int target) throws IOException {
    this.target = target;
    loop = AcceptLoop.on(0, this::forward);
  }

  /// Forwards a free port on loopback to `target`.
  public static CuttingProxy to(int target) throws IOException {
    return new CuttingProxy(target);
  }

  public int port() {
    return loop.port();
  }

  /// Cuts when a client speaks for the `turn`-th time from now on.
  public synchronized void arm(int turn, Cut how) {
    left = turn;
    cut = how;
    done = false;
  }

  /// Cuts the connection of a client when it has sent so many bytes from now on; the server hears
  /// of those.
  public synchronized void armAfter(int bytes) {
    bytesLeft = bytes;
    done = false;
  }

  /// What else happens at the cut, before anybody notices it.
  public synchronized void atTheCut(Runnable action) {
    atTheCut = action;
  }

  /// Lets everything pass again; whether there was a cut since [#arm].
  public synchronized boolean disarm() {
    left = 0;
    bytesLeft = 0;
    boolean was = done;
    done = false;
    return was;
  }

  @Override
  public void close() throws IOException {
    loop.close();
    cutAll();
  }

  /// Whoever comes while everything is cut off, or while nobody listens behind, is turned away.
  private void forward(Socket client) throws IOException {
    try {
      var server = isDown() ? null : AcceptLoop.connect(target);
      if (server == null) {
        client.close();
        return;
      }
      open.add(client);
      open.add(server);
      var wire = new Wire();
      Thread.ofVirtual().start(() -> pump(client, server, wire, true));
      Thread.ofVirtual().start(() -> pump(server, client, wire, false));
    } catch (ConnectException e) {
      client.close();
    }
  }

  private synchronized boolean isDown() {
    return done;
  }

  /// One connection: whose turn it is, and whether the answer that comes next is to be lost.
  private static final class Wire {
    private boolean clientSpeaks;
    private boolean answerIsLost;
  }

  private void pump(Socket from, Socket to, Wire wire, boolean fromClient) {
    try (from;
        to) {
      AcceptLoop.copy(
          from, to, bytes -> passes(wire, fromClient) ? withinReach(bytes, fromClient) : 0);
    } catch (IOException e) {
      // either side closed, or was cut off: the other is closed with it
    } finally {
      open.remove(from);
      open.remove(to);
    }
  }

  private synchronized boolean passes(Wire wire, boolean fromClient) {
    if (done) {
      return false;
    }
    if (!fromClient) {
      wire.clientSpeaks = false;
      return !wire.answerIsLost || cutNow();
    }
    if (wire.clientSpeaks) {
      return true;
    }
    wire.clientSpeaks = true;
    if (left == 0 || --left > 0) {
      return true;
    }
    wire.answerIsLost = cut == Cut.AFTER;
    return cut == Cut.AFTER || cutNow();
  }

  /// How many of the bytes are before the cut; what is behind it ends both sides.
  private synchronized int withinReach(int bytes, boolean fromClient) {
    if (!fromClient || bytesLeft == 0) {
      return bytes;
    }
    if (bytes < bytesLeft) {
      bytesLeft -= bytes;
      return bytes;
    }
    int before = bytesLeft - 1;
    bytesLeft = 0;
    done = true;
    return before;
  }

  private boolean cutNow() {
    done = true;
    atTheCut.run();
    cutAll();
    return false;
  }

  private void cutAll() {
    for (var socket : open) {
      try {
        socket.close();
      } catch (IOException e) {
        // it was closed already
      }
    }
    open.clear();
  }
}
