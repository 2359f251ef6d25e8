package io.stabbur.platform.http.proxy;

import io.micronaut.http.HttpRequest;
import io.micronaut.http.server.netty.NettyHttpRequest;
import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpClientCodec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/// An HTTP/1.1 server to which requests are sent on. Connections are kept alive and reused, per
/// event loop.
public abstract sealed class NextServer implements AutoCloseable permits LocalServer, RemoteServer {
  private static final int LONGEST_LINE = 128 * 1024;
  private static final int LARGEST_HEAD = 128 * 1024;
  private static final int LARGEST_PIECE = 64 * 1024;
  private static final int IDLE_PER_LOOP = 64;

  private final Map<EventLoop, ArrayDeque<ServerConnection>> idle = new ConcurrentHashMap<>();
  private final Duration longestIdle;
  private volatile boolean closed;

  /// @param longestIdle how long a connection may have been idle that is used again: some servers
  ///   close those that are idle for long, and a request that meets the end is lost
  NextServer(Duration longestIdle) {
    this.longestIdle = longestIdle;
  }

  /// Begins a connection.
  abstract ChannelFuture connect(Bootstrap bootstrap);

  /// Puts what comes before HTTP on a new connection, such as TLS.
  abstract void prepare(ChannelPipeline pipeline);

  /// Sends a client's request on. Bodies are streamed with back-pressure; a client that goes away
  /// ends the exchange, which the server sees as a closed connection.
  ///
  /// @param request as it came from the client
  /// @param outgoing what the server gets to see of it
  /// @param watch hears of the exchange on its event loop
  public Exchange send(HttpRequest<?> request, Outgoing outgoing, ExchangeWatch watch) {
    var netty = (NettyHttpRequest<?>) request;
    var exchange = new Exchange(this, netty, outgoing, watch);
    var loop = netty.getChannelHandlerContext().channel().eventLoop();
    if (loop.inEventLoop()) {
      exchange.begin();
    } else {
      loop.execute(exchange::begin);
    }
    return exchange;
  }

  /// An idle connection of this loop; null when there is none.
  @Nullable ServerConnection reuse(EventLoop loop) {
    var connections = idle.get(loop);
    ServerConnection found = null;
    while (connections != null && found == null && !connections.isEmpty()) {
      var candidate = connections.pollLast();
      if (candidate.isFresh(longestIdle)) {
        found = candidate;
      } else {
        candidate.close();
      }
    }
    return found;
  }

  /// Opens a connection; the exchange hears of the outcome.
  void connect(EventLoop loop, Exchange exchange) {
    var bootstrap =
        new Bootstrap()
            .group(loop)
            .option(ChannelOption.AUTO_READ, false)
            .handler(
                new ChannelInitializer<>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    prepare(channel.pipeline());
                    channel
                        .pipeline()
                        .addLast(
                            "codec", new HttpClientCodec(LONGEST_LINE, LARGEST_HEAD, LARGEST_PIECE))
                        .addLast("exchange", new ServerConnection(channel));
                  }
                });
    var _ =
        connect(bootstrap)
            .addListener(
                (ChannelFuture connected) -> {
                  if (connected.isSuccess()) {
                    exchange.connected(connected.channel().pipeline().get(ServerConnection.class));
                  } else {
                    exchange.fail(connected.cause());
                  }
                });
  }

  /// Keeps a connection for the next exchange of its event loop.
  void keep(ServerConnection connection) {
    var loop = connection.channel().eventLoop();
    var connections = idle.computeIfAbsent(loop, _ -> new ArrayDeque<>());
    if (closed || connections.size() >= IDLE_PER_LOOP) {
      connection.close();
    } else {
      connections.addLast(connection);
      connection.rest();
    }
  }

  /// Closes idle connections; exchanges under way go on.
  @Override
  public void close() {
    closed = true;
    idle.forEach(
        (loop, connections) -> {
          if (!loop.isShuttingDown()) {
            loop.execute(
                () -> {
                  connections.forEach(ServerConnection::close);
                  connections.clear();
                });
          }
        });
  }
}
