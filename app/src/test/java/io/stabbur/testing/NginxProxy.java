package io.stabbur.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/// An nginx of this machine before a server, as its documentation shows it: what is below a prefix
/// goes to the server without the prefix and with the server's own `Host`. A second port leads to
/// the server's port for S3 and says in `X-Forwarded-Host` what the client called.
public final class NginxProxy implements AutoCloseable {
  private final Path folder;
  private final Process process;

  /// @param port where the prefix is
  /// @param prefix such as `/backend`
  /// @param server the server's port
  /// @param rootPort where S3 begins at `/`
  /// @param s3 the server's port for S3
  public NginxProxy(int port, String prefix, int server, int rootPort, int s3) {
    try {
      folder = DataFolders.create();
      var file = folder.resolve("nginx.conf");
      Files.writeString(
          file,
          """
          daemon off;
          master_process off;
          pid FOLDER/pid;
          error_log FOLDER/error.log;
          events {}
          http {
            access_log off;
            client_body_temp_path FOLDER/body;
            proxy_temp_path FOLDER/proxy;
            fastcgi_temp_path FOLDER/fastcgi;
            uwsgi_temp_path FOLDER/uwsgi;
            scgi_temp_path FOLDER/scgi;
            client_max_body_size 0;
            server {
              listen 127.0.0.1:%d;
              location %s/ { proxy_pass http://127.0.0.1:%d/; }
            }
            server {
              listen 127.0.0.1:%d;
              location / {
                proxy_pass http://127.0.0.1:%d;
                proxy_set_header X-Forwarded-Host $http_host;
              }
            }
          }
          """
              .formatted(port, prefix, server, rootPort, s3)
              .replace("FOLDER", folder.toString()));
      process =
          new ProcessBuilder("nginx", "-c", file.toString(), "-p", folder.toString())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("output").toFile())
              .start();
      Await.until("nginx listens", () -> answers(port));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean answers(int port) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    DataFolders.delete(folder);
  }
}
